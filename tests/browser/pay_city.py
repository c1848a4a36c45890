"""A server with residents who have value and shops that take it, for browsers that pay and charge.

It is the city of the wallet's tests: a small bakery (`松尾パン店`) and a large market, each with a poster. The server's
clock goes on from `NOW`, many hours away from the browser's, so that no screen can go by the device's clock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import BrowserContext
from sqlmodel import Session

from identity.model import Acr, Holder, HolderKind, ShopRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.import_residents import import_residents
from kashiman.applications import set_up_provider
from kashiman.keys import load_keys
from kashiman.processes import free_port, running, wait_until_ready
from kashiman.settings import Settings
from kernel.db import Database, driver_connection
from kernel.ids import new_id
from kernel.refusals import Refusal
from ledger.model import AccountKind, GrantPoints, SellVoucher, Terms, UsableAt, command_key, shared_account
from ledger.operations.post_journals import post_journals
from merchants.model import StoreView
from merchants.operations.print_posters import print_posters
from merchants.queries import find_store_by_code
from payments.codes.consumer_code import digest_of
from payments.codes.dynamic_code import TILL_SERIAL
from payments.codes.merchant_code import MerchantCode, write_merchant_code
from payments.model import Channel, ChargeRequest, PaymentReceipt, PaymentRequest, ReversalRequest
from payments.operations.issue_dynamic_code import issue_dynamic_code
from payments.operations.reverse_payments import reverse_payments
from payments.operations.take_payments import take_payments
from payments.queries import find_payment, usual_payment_yen
from tests.identity.people import TARO
from tests.sign_ins import signed_in_cookie
from tests.wallet_api.world import NOW, PLANNED, SHOP_CODE_KEY, SHOP_KEY_ID, World, build_world

BAKERY, MARKET = "S001", "S002"
EVERYWHERE_YEN, SMALL_SHOPS_YEN = 5_000, 3_000


class Resident(NamedTuple):
    """Somebody with 8,000 yen to spend today, 3,000 yen of it at small shops only."""

    person_id: UUID
    wallet_id: UUID


@dataclass(frozen=True)
class PayCity:
    """Where the pages are, what may be read through a camera, and what the books say."""

    origin: str
    url: str
    world: World
    pay: Database
    staff: Database
    clock_shift_s: float

    def now(self) -> datetime:
        """What time it is at the server."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.clock_shift_s, UTC)

    def resident(self) -> Resident:
        """A new resident with value of their own, so that tests do not meet."""
        newcomer = replace(TARO, person_id=new_id(), household_id=new_id())
        (entered,) = self.staff.run(lambda session: import_residents(session, [newcomer], now=PLANNED))
        resident = Resident(entered.person_id, entered.wallet_id)
        outcomes = self.pay.run(lambda session: post_journals(session, _value(resident, self.world.winter_id)))
        assert not any(isinstance(outcome, Refusal) for outcome in outcomes), outcomes
        return resident

    def sign_in(self, context: BrowserContext, resident: Resident) -> None:
        """Let a browser be a resident's."""
        holder = Holder(HolderKind.RESIDENT, resident.person_id)
        self._put_cookie(context, "kashiman_wallet", signed_in_cookie(self.pay, holder, self.now()))

    def sign_in_shop(self, context: BrowserContext, store_code: str = BAKERY, role: ShopRole = ShopRole.OWNER) -> UUID:
        """Let a browser be that of a shop's owner, or of a cashier of the store; answers who that is."""
        store = self.store(store_code)
        facts: dict[str, Any] = {"merchant_id": store.merchant_id, "display_name": "お店の人", "role": role}
        if role is ShopRole.CASHIER:
            facts["store_id"] = store.store_id
        user_id = self.staff.run(lambda session: add_shop_user(session, **facts))
        holder = Holder(HolderKind.SHOP, user_id)
        self._put_cookie(context, "kashiman_shop", signed_in_cookie(self.pay, holder, self.now()))
        return user_id

    def store(self, store_code: str = BAKERY) -> StoreView:
        """A store by its code."""
        return self.pay.run(lambda session: find_store_by_code(session, store_code))

    def poster(self, store_code: str = BAKERY) -> tuple[str, str]:
        """A new poster of a store: its number, and the text of its code."""
        store = self.store(store_code)
        (serial,) = self.staff.run(
            lambda session: print_posters(session, [store.store_id], key_id=SHOP_KEY_ID, now=PLANNED)
        )
        return serial, self._signed(store, serial)

    def dynamic_code(self, amount_yen: int, store_code: str = BAKERY, *, at: datetime | None = None) -> str:
        """The text of a code that a till shows for one sale."""
        store, clerk_id, now = self.store(store_code), new_id(), at or self.now()

        def issue(session: Session) -> str:
            code = issue_dynamic_code(
                session, store_id=store.store_id, amount_yen=amount_yen, issued_by=clerk_id, now=now
            )
            return code.reference

        return self._signed(store, TILL_SERIAL, amount_yen=amount_yen, reference=self.pay.run(issue))

    def charge(self, code: str, amount_yen: int, store_code: str = BAKERY) -> PaymentReceipt | Refusal:
        """Charge a resident's code as a till would."""
        store = self.store(store_code)
        request = ChargeRequest(str(new_id()), digest_of(code), amount_yen, store.store_id, new_id(), self.now())
        (outcome,) = self.pay.run(lambda session: take_payments(session, [request]))
        return outcome

    def pay_often(self, resident: Resident, store_code: str, amounts_yen: Sequence[int]) -> int | None:
        """Let a resident pay at a poster of a store, amount by amount; answers what is usual there since."""
        number, _ = self.poster(store_code)
        store = self.store(store_code)
        requests = [
            PaymentRequest(
                str(new_id()), resident.wallet_id, amount, store_code, number, Channel.MPM_STATIC, self.now()
            )
            for amount in amounts_yen
        ]
        outcomes = self.pay.run(lambda session: take_payments(session, requests))
        assert not any(isinstance(outcome, Refusal) for outcome in outcomes), outcomes
        return self.pay.run(lambda session: usual_payment_yen(session, store.store_id))

    def void(self, payment_id: str) -> None:
        """Let the shop take a payment back."""
        payment = self.pay.run(lambda session: find_payment(session, UUID(payment_id)))
        assert payment is not None
        request = ReversalRequest(str(new_id()), payment.id, payment.merchant_id, new_id(), self.now())
        (outcome,) = self.pay.run(lambda session: reverse_payments(session, [request]))
        assert not isinstance(outcome, Refusal), outcome

    def paid(self, resident: Resident) -> list[int]:
        """What the books say a resident paid, in whole yen, oldest first."""
        found = self._rows("SELECT amount_yen FROM payments.payments WHERE wallet_id = %s ORDER BY id", resident)
        return [row[0] for row in found]

    def left_yen(self, resident: Resident) -> int:
        """What the books say a resident has left."""
        statement = "SELECT sum(paid_left_yen + premium_left_yen)::bigint FROM ledger.lots WHERE wallet_id = %s"
        return int(self._rows(statement, resident)[0][0])

    def _rows(self, statement: str, resident: Resident) -> list[tuple[Any, ...]]:
        return self.pay.run(
            lambda session: driver_connection(session).execute(statement, [resident.wallet_id]).fetchall()
        )

    def _signed(self, store: StoreView, serial: str, **dynamic: Any) -> str:
        code = MerchantCode(
            store_code=store.store_code,
            merchant_name_latin=store.name_latin,
            merchant_name_ja=store.display_name,
            city="KASHIMA",
            postal_code=store.postal_code.replace("-", ""),
            mcc="5411",
            print_serial=serial,
            **dynamic,
        )
        return write_merchant_code(code, SHOP_CODE_KEY, SHOP_KEY_ID)

    def _put_cookie(self, context: BrowserContext, name: str, secret: str) -> None:
        context.add_cookies([{"name": name, "value": secret, "url": self.origin, "httpOnly": True, "sameSite": "Lax"}])


@contextmanager
def pay_city(url: str) -> Iterator[PayCity]:
    """Make the city in this database and serve it until the block ends."""
    opened: list[Database] = []

    def make_database(role: str) -> Database:
        opened.append(Database(url, role=role))
        return opened[-1]

    with TemporaryDirectory(prefix="kashiman-pay-") as home:
        port, directory = free_port(), Path(home)
        settings = Settings(base_url=f"http://localhost:{port}", staff_acr=Acr.POSTCARD)
        _keep_shop_code_key(directory / "keys")
        keys = load_keys(directory / "keys")
        world = build_world(make_database)
        staff, pay = make_database("kashiman_staff"), make_database("kashiman_pay")
        staff.run(lambda session: set_up_provider(session, settings, keys, now=NOW))
        shift_s = (NOW - datetime.now(UTC)).total_seconds()
        environment = {
            "DATABASE_URL": url,
            "KASHIMAN_DATA_DIR": home,
            "KASHIMAN_PORT": str(port),
            "KASHIMAN_BASE_URL": settings.base_url,
            "KASHIMAN_STAFF_ACR": settings.staff_acr.value,
            "KASHIMAN_CLOCK_SHIFT_S": str(shift_s),
        }
        with running("serve", environment) as server:
            wait_until_ready(port, server)
            yield PayCity(settings.base_url, url, world, pay, staff, shift_s)
        for database in opened:
            database.close()


def _keep_shop_code_key(directory: Path) -> None:
    """The server signs and reads shops' codes with the key of the tests."""
    directory.mkdir(mode=0o700)
    pem = SHOP_CODE_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (directory / "shop-code.pem").write_bytes(pem)


def _value(resident: Resident, campaign_id: UUID) -> list[SellVoucher | GrantPoints]:
    money = shared_account(AccountKind.PROVIDER_CLEARING, reference="stripe")
    soon = Terms(UsableAt.ALL_SHOPS, date(2026, 11, 1), date(2026, 11, 30))
    small = Terms(UsableAt.SMALL_SHOPS, date(2026, 11, 1), date(2027, 2, 28))
    keys = [command_key("tests", f"{resident.wallet_id} {name}") for name in ("soon", "small")]
    wallet_id = resident.wallet_id
    return [
        SellVoucher(keys[0], PLANNED, new_id(), wallet_id, campaign_id, soon, 4_000, EVERYWHERE_YEN - 4_000, money),
        GrantPoints(keys[1], PLANNED, new_id(), wallet_id, campaign_id, small, SMALL_SHOPS_YEN),
    ]
