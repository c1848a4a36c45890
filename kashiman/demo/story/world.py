"""What the chapters share: the city, its databases, the clock of the story, and what happened so far."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from issuance.gateway import PaymentProvider
from issuance.model import Clerk, Desk
from kashiman.demo.calendar import RoundDays
from kashiman.demo.population import City, Merchant, Resident
from kashiman.demo.story.purses import Purses
from kashiman.demo.stripe_double.control import DoubleControl
from kashiman.keys import Keys
from kernel.clock import SetClock
from kernel.db import Database
from ledger.model import ShopSize
from merchants.model import RegisteredStore

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Databases:
    """The story acts as the same roles as the processes of an installation."""

    pay: Database
    apply: Database
    staff: Database
    worker: Database
    auditor: Database


@dataclass(frozen=True)
class Shop:
    """A store that takes payments, with the merchant behind it and the serial of its poster."""

    merchant: Merchant
    merchant_id: UUID
    store: RegisteredStore
    poster_serial: str
    cashier_id: UUID

    @property
    def size(self) -> ShopSize:
        """Whether it takes what is for small shops only."""
        return ShopSize(self.merchant.size_class)


@dataclass
class Person:
    """A resident as the story moves them about."""

    number: int
    person_id: UUID
    wallet_id: UUID
    household_id: UUID
    name: str


@dataclass
class World:
    """Everything the chapters read and write. `units_asked` is by household, `units_granted` by person."""

    city: City
    seed: int
    databases: Databases
    keys: Keys
    provider: PaymentProvider
    double: DoubleControl
    clock: SetClock
    progress: Progress
    people: list[Person] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    campaign_id: UUID = NOBODY
    rounds: dict[RoundDays, UUID] = field(default_factory=dict)
    units_asked: Counter[UUID] = field(default_factory=Counter)
    units_granted: Counter[UUID] = field(default_factory=Counter)
    paid_purchases: set[UUID] = field(default_factory=set)
    first_round_wallets: set[UUID] = field(default_factory=set)
    purses: Purses = field(default_factory=Purses)
    counts: Counter[str] = field(default_factory=Counter)
    planner: Clerk = field(default_factory=lambda: Clerk(UUID(int=1), Desk.COMMERCE))
    approver: Clerk = field(default_factory=lambda: Clerk(UUID(int=2), Desk.COMMERCE))
    finance: Clerk = field(default_factory=lambda: Clerk(UUID(int=3), Desk.FINANCE))

    def chance(self, chapter: str) -> Random:
        """A stream of chance of its own for each chapter, so that a change in one leaves the others alone."""
        return Random(f"{self.seed}/{chapter}")

    def resident(self, person: Person) -> Resident:
        """What the city invented about somebody."""
        return self.city.residents[person.number - 1]

    def at(self, moment: datetime) -> datetime:
        """Set the story's clock."""
        self.clock.at = moment
        return moment

    @contextmanager
    def bar(self, title: str, total: int) -> Iterator["Bar"]:
        """A progress bar for as long as the block runs."""
        task = self.progress.add_task(title, total=max(1, total))
        yield Bar(self.progress, task)
        self.progress.update(task, completed=max(1, total))


@dataclass(frozen=True)
class Bar:
    """One line of progress."""

    progress: Progress
    task: TaskID

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self.progress.update(self.task, advance=count)


def new_progress() -> Progress:
    """Progress bars that show what is happening, how far it is, and for how long."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns)
