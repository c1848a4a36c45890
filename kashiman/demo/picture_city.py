"""The small invented city that is photographed: a resident who won and can pay, and a shop that had a good day."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from identity.model import Holder, HolderKind
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from issuance.queries import find_round, my_grants
from kashiman.demo.calendar import REMAINDER_ROUND, STORY_ENDS_AT
from kashiman.demo.run import DemoPlan, Told, tell_story
from kashiman.demo.story.world import Person, Shop
from kashiman.demo.visit import for_visitors, open_city
from kashiman.processes import free_port
from kashiman.settings import Settings
from kernel.embedded_postgres import erase
from ledger.model import ShopSize
from payments.model import Channel, PaymentRequest
from payments.operations.take_payments import take_payments

OPENS_AT = STORY_ENDS_AT + timedelta(hours=6, minutes=20)
"""Late on an afternoon, when a shop has something to look back on."""
SOLD_YEN = (540, 1_280, 320, 2_150, 980, 460, 1_740, 650, 3_200, 880, 1_100, 430, 760, 1_950)
EVERY = timedelta(minutes=25)
PAID_YEN = 1_280
"""What the resident of the pictures pays."""


class CannotPhotograph(RuntimeError):
    """What the pictures need is not there; the message says what."""


@dataclass(frozen=True)
class SmallCity:
    """How large a city to invent for the pictures, and by which seed."""

    residents: int
    merchants: int
    seed: int


@dataclass(frozen=True)
class PictureCity:
    """The city that is photographed, the people of the pictures, and where it is served."""

    told: Told
    origin: str
    resident: Person
    shop: Shop
    round_id: UUID
    receipt: str
    draw: str
    codes: dict[UUID, str]


@contextmanager
def picture_city(given: Settings, city: SmallCity) -> Iterator[PictureCity]:
    """Invent the city, live half a year in it, and serve it until the block ends; it is gone afterwards."""
    settings = for_visitors(given.model_copy(update={"port": free_port(), "base_url": ""}))
    with ExitStack() as stack:
        plan = DemoPlan(stack.enter_context(_home()), city.residents, city.merchants, city.seed)
        told = stack.enter_context(tell_story(plan))
        resident, round_id, receipt = _winner(told)
        shop = _usual_shop(told)
        _sell_through_the_day(told, shop, resident)
        stack.enter_context(open_city(told, plan, settings, at=OPENS_AT))
        codes = _sign_in_codes(
            told,
            Holder(HolderKind.RESIDENT, resident.person_id),
            Holder(HolderKind.SHOP, shop.cashier_id),
            Holder(HolderKind.STAFF, told.world.planner.id),
        )
        draw = f"/draws/{_slug(told, round_id)}"
        yield PictureCity(told, settings.issuer, resident, shop, round_id, receipt, draw, codes)


def _sign_in_codes(told: Told, *holders: Holder) -> dict[UUID, str]:
    pepper, staff = told.world.keys.pepper, told.world.databases.staff
    issued = staff.run(lambda session: issue_sign_in_codes(session, holders, pepper=pepper, now=OPENS_AT))
    return {code.holder.id: code.text for code in issued}


@contextmanager
def _home() -> Iterator[Path]:
    """A place of its own for keys and database, so that a demo beside it stays as it is."""
    with TemporaryDirectory(prefix="kashiman-screenshots-") as home:
        try:
            yield Path(home)
        finally:
            erase(Path(home) / "demo-postgres")


def _winner(told: Told) -> tuple[Person, UUID, str]:
    """Who won in the newest draw and can still pay at a small shop, the draw, and the number of their receipt."""
    world = told.world
    round_id = world.rounds[REMAINDER_ROUND]
    for person in _able(told, PAID_YEN):
        with world.databases.pay.transaction() as session:
            grants = my_grants(session, person.person_id, now=OPENS_AT)
        for grant in grants:
            if grant.round_id == round_id:
                return person, round_id, grant.receipt
    raise CannotPhotograph("街が小さすぎて、当選して まだ払える人がいません")


def _able(told: Told, amount_yen: int) -> list[Person]:
    """Who can spend this much at a small shop, those with most first."""
    world = told.world
    usable_yen = {person.number: world.purses.usable_yen(person.wallet_id, ShopSize.SMALL) for person in world.people}
    able = [person for person in world.people if usable_yen[person.number] >= amount_yen]
    return sorted(able, key=lambda person: -usable_yen[person.number])


def _slug(told: Told, round_id: UUID) -> str:
    with told.world.databases.pay.transaction() as session:
        found = find_round(session, round_id)
    if found is None:
        raise LookupError(str(round_id))
    return found.slug


def _usual_shop(told: Told) -> Shop:
    """A small shop with one store that people like."""
    usual = [shop for shop in told.world.shops[1:] if len(shop.merchant.stores) == 1 and shop.size is ShopSize.SMALL]
    return max(usual, key=lambda shop: shop.merchant.popularity_weight)


def _sell_through_the_day(told: Told, shop: Shop, but: Person) -> None:
    """Let residents pay at the shop's poster, one after another until the pictures are taken."""
    world = told.world
    customers = [person for person in _able(told, max(SOLD_YEN)) if person is not but]
    requests = [
        PaymentRequest(
            key=f"screenshot-{number}",
            wallet_id=person.wallet_id,
            amount_yen=amount_yen,
            store_code=shop.store.store_code,
            poster_serial=shop.poster_serial,
            channel=Channel.MPM_STATIC,
            asked_at=STORY_ENDS_AT + EVERY * (number + 1),
        )
        for number, (person, amount_yen) in enumerate(zip(customers, SOLD_YEN, strict=False))
    ]
    world.databases.pay.run(lambda session: take_payments(session, requests))
