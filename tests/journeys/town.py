"""A small town for a journey: its people are entered, its processes run, and each of them has a telephone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import httpx
import psycopg
import pytest

from identity.model import Acr, Holder, HolderKind, ShopRole, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from identity.operations.import_residents import import_residents
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from issuance.model import Clerk, Desk
from kashiman.applications import set_up_provider
from kashiman.demo.browser import open_browser, sign_in
from kashiman.demo.stripe_double.process import RunningDouble, start_stripe_double
from kashiman.keys import KEY_ID, Keys, load_keys
from kashiman.processes import free_port, running, wait_until_ready
from kashiman.settings import Settings
from kernel.clock import Clock, ShiftedClock, SystemClock
from kernel.db import Database
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.print_posters import print_posters
from merchants.operations.register_merchants import register_merchants
from tests.identity.people import HANAKO, TARO
from tests.merchants.shops import MARKET, NORTH

HAPPENS_WITHIN_S = 30.0


@dataclass
class Town:
    """The database, the keys and the clerks; what has no HTTP yet is done here, through the operations."""

    url: str
    home: Path
    staff: Database
    double: RunningDouble
    port: int = field(default_factory=free_port)
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def keys(self) -> Keys:
        return load_keys(self.home / "keys")

    @cached_property
    def settings(self) -> Settings:
        """Clerks sign in with a code like everybody: no journey is about passkeys."""
        return Settings(base_url=f"http://localhost:{self.port}", staff_acr=Acr.POSTCARD)

    @cached_property
    def webhook_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/stripe"

    def enter_clerks(self) -> dict[StaffRole, Clerk]:
        """Two people of the commerce desk who need each other, the finance desk and the auditor."""
        desks = {
            StaffRole.COMMERCE: Desk.COMMERCE,
            StaffRole.ADMIN: Desk.COMMERCE,
            StaffRole.FINANCE: Desk.FINANCE,
            StaffRole.AUDIT: Desk.FINANCE,
        }
        ids = self.staff.run(
            lambda session: [add_staff(session, display_name=f"{role} 担当", roles=[role]) for role in desks]
        )
        return {role: Clerk(staff_id, desk) for (role, desk), staff_id in zip(desks.items(), ids, strict=True)}

    def enter_residents(self, now: datetime) -> list[Holder]:
        """Two residents of one household."""
        people = self.staff.run(lambda session: import_residents(session, [TARO, HANAKO], now=now))
        return [Holder(HolderKind.RESIDENT, person.person_id) for person in people]

    def open_market(self, by: UUID, now: datetime) -> tuple[Holder, Holder]:
        """A market with a poster in each store; its owner, and the cashier of the northern store."""
        stores = [store.store_id for store in MARKET.stores]

        def enter(session: Any) -> tuple[UUID, UUID]:
            (merchant,) = register_merchants(session, [MARKET], now=now)
            approve_merchants(session, [merchant.merchant_id], by=by, now=now)
            print_posters(session, stores, key_id=KEY_ID, now=now)
            facts = {"merchant_id": merchant.merchant_id}
            owner = add_shop_user(session, **facts, display_name="店主", role=ShopRole.OWNER)
            cashier = add_shop_user(
                session, **facts, display_name="レジ", role=ShopRole.CASHIER, store_id=NORTH.store_id
            )
            return owner, cashier

        owner, cashier = self.staff.run(enter)
        return Holder(HolderKind.SHOP, owner), Holder(HolderKind.SHOP, cashier)

    def code_for(self, holder: Holder, now: datetime) -> str:
        """The sign-in code on the postcard."""
        (code,) = self.staff.run(
            lambda session: issue_sign_in_codes(session, [holder], pepper=self.keys.pepper, now=now)
        )
        return code.text

    @contextmanager
    def open_at(self, moment: datetime) -> Iterator[None]:
        """Server and worker run as processes whose clocks go on from this moment."""
        self.staff.run(lambda session: set_up_provider(session, self.settings, self.keys, now=moment))
        shift = moment - datetime.now(UTC)
        self.clock = ShiftedClock(shift)
        environment = {
            "DATABASE_URL": self.url,
            "KASHIMAN_DATA_DIR": str(self.home),
            "KASHIMAN_PORT": str(self.port),
            "KASHIMAN_BASE_URL": self.settings.base_url,
            "KASHIMAN_STAFF_ACR": self.settings.staff_acr.value,
            "KASHIMAN_CLOCK_SHIFT_S": str(shift.total_seconds()),
            "KASHIMAN_STRIPE_API_KEY": self.double.api_key,
            "KASHIMAN_STRIPE_WEBHOOK_SECRET": self.double.webhook_secret,
            "KASHIMAN_STRIPE_API_BASE": self.double.api_base,
        }
        with running("serve", environment) as server, running("worker", environment):
            wait_until_ready(self.port, server)
            yield

    def books_say(self, statement: LiteralString) -> Any:
        """The one value that the database has for this."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(statement).fetchone()
        assert row is not None
        return row[0]

    @contextmanager
    def signed_in(self, face: str, code: str) -> Iterator["Caller"]:
        """Sign in at a face (wallet, shop, staff) and call it as that person's browser."""
        with open_browser(self.settings.issuer) as browser:
            sign_in(browser, face, code)
            browser.base_url = f"{self.settings.issuer}/api/v1/{face}"
            yield Caller(browser)


@pytest.fixture
def town(database_url: str, make_database: Callable[..., Database], tmp_path: Path) -> Iterator[Town]:
    """A town with a payment provider, whose notices reach it."""
    with start_stripe_double() as double:
        town = Town(database_url, tmp_path, make_database("kashiman_staff"), double)
        double.control.send_to(town.webhook_url)
        yield town


@dataclass(frozen=True)
class Caller:
    """Somebody who is signed in."""

    client: httpx.Client

    def get(self, path: str) -> Any:
        """A document that must be there."""
        return self.content(path, of=lambda answer: answer.json())

    def content(self, path: str, of: Callable[[httpx.Response], Any] = lambda answer: answer.content) -> Any:
        """The bytes of a file that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return of(answer)

    def post(self, path: str, key: str, **body: Any) -> Any:
        """Something that must succeed, under a key."""
        answer = self.client.post(path, json=body, headers={"Idempotency-Key": key})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


def eventually(question: Callable[[], Any], wanted: Any) -> None:
    """Ask until the answer is the one wanted; the last answer is shown when it never comes."""
    deadline = time.monotonic() + HAPPENS_WITHIN_S
    while (answer := question()) != wanted:
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
