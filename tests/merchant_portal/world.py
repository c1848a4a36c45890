"""A market with two stores, a bakery, those who sign in for them, and a resident with money, behind the portal."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from sqlmodel import Session

from identity.model import Holder, HolderKind, ShopRole, SignedIn
from identity.operations.add_shop_user import add_shop_user
from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.group_commit import GroupCommit
from kernel.http import answer_problems
from kernel.ids import derived_id
from kernel.pages import mount_static
from kernel.refusals import Refusal
from ledger.model import AccountKind, SellVoucher, Terms, UsableAt, command_key, shared_account
from ledger.operations.post_journals import post_journals
from merchant_portal.parts import PortalParts
from merchant_portal.router import pages, router
from merchants.model import RegisteredMerchant
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.print_posters import print_posters
from merchants.operations.register_merchants import register_merchants
from payments.cards.operations.take_any_payments import AskedPayment, take_any_payments
from payments.model import PaymentReceipt
from payments.operations.issue_consumer_code import issue_consumer_code
from settlement.model import BankAccountSnapshot, Payer
from settlement.operations.close_settlement import close_settlement
from settlement.zengin.model import AccountKind as BankAccountKind
from tests.merchants.shops import BAKERY, CORNER, MARKET, NORTH, SOUTH
from tests.sign_ins import register_faces, sign_in_client, signed_in_cookie
from tests.tokens import TokenPress

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

TODAY = date(2026, 11, 20)
NOON = city_time(TODAY, 12)
SHOP_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = "t1"
GUID = "jp.lg.city.kashima.pay"
PEPPER = bytes(range(32, 64))
HOST = "pay.example"
ISSUER = f"https://{HOST}"
CAMPAIGN = UUID(int=0xCA)
WALLET = derived_id("wallet", "taro")
CLERK = derived_id("staff", "clerk")
PRESS = TokenPress(ISSUER)

OWNER = SignedIn(
    kind=HolderKind.SHOP,
    subject=derived_id("shop user", "owner"),
    display_name="まるか 店主",
    merchant_id=MARKET.merchant_id,
    role=ShopRole.OWNER,
)
CASHIER = SignedIn(
    kind=HolderKind.SHOP,
    subject=derived_id("shop user", "cashier"),
    display_name="まるか 北店レジ",
    merchant_id=MARKET.merchant_id,
    store_id=NORTH.store_id,
    role=ShopRole.CASHIER,
)
BAKER = SignedIn(
    kind=HolderKind.SHOP,
    subject=derived_id("shop user", "baker"),
    display_name="松尾 一郎",
    merchant_id=BAKERY.merchant_id,
    role=ShopRole.OWNER,
)
PAYER = Payer(
    payer_code="1234567890",
    payer_name="ｻｸﾗﾉｼ ｶｲｹｲｶﾝﾘｼﾔ",
    bank_code="9999",
    branch_code="999",
    account_kind=BankAccountKind.ORDINARY,
    account_number="7654321",
)
ACCOUNT = BankAccountSnapshot(
    bank_code="9998",
    branch_code="012",
    account_kind=BankAccountKind.CURRENT,
    account_number="0012345",
    payee_name="ﾔﾏﾀﾞﾍﾞ-ｶﾘ-(ﾕ",
)


@dataclass
class World:
    """The application around one database, and what its people do."""

    pay: Database
    staff: Database
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    def __post_init__(self) -> None:
        self.payments: GroupCommit[AskedPayment, PaymentReceipt] = GroupCommit(self._take, name="test payments")
        self.posters: dict[UUID, str] = {}
        self._open_shops()
        register_faces(self.staff, ISSUER, NOON)
        self.shop_user_ids = {person.subject: self._hires(person) for person in (OWNER, CASHIER, BAKER)}
        self._sell_vouchers(WALLET, units=4)
        self.app = self._application()
        self.client = TestClient(self.app, base_url=ISSUER, raise_server_exceptions=True)

    def token(self, person: SignedIn, audience: str = "shop", lifetime_s: int = 86_400 * 60) -> str:
        return PRESS.issue(person, audience, NOON, lifetime_s)

    def get(self, path: str, person: SignedIn = OWNER) -> Any:
        return self.client.get(f"/api/v1/shop{path}", headers={"Authorization": f"Bearer {self.token(person)}"})

    def post(self, path: str, body: Any = None, person: SignedIn = OWNER, key: str | None = "key-1") -> Any:
        headers = {"Authorization": f"Bearer {self.token(person)}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.client.post(f"/api/v1/shop{path}", json=body, headers=headers)

    def browser(self, person: SignedIn | None = OWNER) -> "TestClient":
        """A browser in which somebody is signed in, and which does not follow redirections."""
        browser = TestClient(self.app, base_url=ISSUER, headers={"Origin": ISSUER}, follow_redirects=False)
        if person is not None:
            browser.cookies.set("__Host-kashiman_shop", self.cookie(person), domain=HOST)
        return browser

    def cookie(self, person: SignedIn) -> str:
        """What a browser carries in which somebody just signed in; who is new here is entered first."""
        if person.subject not in self.shop_user_ids:
            self.shop_user_ids[person.subject] = self._hires(person)
        holder = Holder(HolderKind.SHOP, self.shop_user_ids[person.subject])
        return signed_in_cookie(self.pay, holder, self.clock.now())

    def code(self, wallet_id: UUID = WALLET) -> str:
        """What the resident shows at the till now."""
        return self.pay.run(
            lambda session: issue_consumer_code(session, wallet_id=wallet_id, now=self.clock.now())
        ).text

    def charge(self, amount_yen: int, store_id: UUID = NORTH.store_id, person: SignedIn = OWNER, **facts: Any) -> Any:
        """Charge a fresh code, and answer the document of the payment."""
        body = {"code": self.code(), "amount_yen": amount_yen, "store_id": str(store_id)}
        answer = self.post("/charges", body, person, **{"key": f"charge-{self.clock.now()}-{amount_yen}", **facts})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def closes(self, cutoff_day: date = TODAY, pay_day: date = date(2026, 11, 27)) -> UUID:
        """Let the finance desk close a settlement on the morning after, and answer the closing's id."""
        self.clock.at = city_time(cutoff_day + timedelta(days=1), 9)
        accounts: Mapping[UUID, BankAccountSnapshot] = {MARKET.merchant_id: ACCOUNT, BAKERY.merchant_id: ACCOUNT}
        return self.staff.run(
            lambda session: close_settlement(
                session,
                cutoff_day=cutoff_day,
                pay_day=pay_day,
                closed_by="finance-1",
                now=self.clock.now(),
                payer=PAYER,
                bank_accounts=accounts,
                key=f"close {cutoff_day}",
            )
        ).closing_id

    def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Look into the database itself."""
        with self.staff.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement, arguments)]

    def money_rows(self) -> list[tuple[Any, ...]]:
        """How many transfers, payments and reversals there are."""
        tables = ("ledger.transfers", "payments.payments", "payments.reversals")
        return [self.rows(f"SELECT count(*) FROM {table}")[0] for table in tables]

    def close(self) -> None:
        self.payments.close()

    def _take(self, requests: Any) -> list[PaymentReceipt | Refusal]:
        return self.pay.run(lambda session: take_any_payments(session, requests))

    def _open_shops(self) -> None:
        def register(session: Any) -> list[RegisteredMerchant]:
            registered = register_merchants(session, [MARKET, BAKERY], now=NOON)
            approve_merchants(session, [each.merchant_id for each in registered], by=CLERK, now=NOON)
            return registered

        self.staff.run(register)
        stores = [NORTH.store_id, SOUTH.store_id, CORNER.store_id]
        serials = self.staff.run(lambda session: print_posters(session, stores, key_id=KEY_ID, now=NOON))
        self.posters = dict(zip(stores, serials, strict=True))

    def _hires(self, person: SignedIn) -> UUID:
        """Let somebody sign in for their merchant in a browser; the books know them by another id than programs do."""
        merchant_id, role = person.merchant_id, person.role
        assert merchant_id is not None
        assert role is not None

        def work(session: Session) -> UUID:
            name, store_id = person.display_name, person.store_id
            return add_shop_user(session, merchant_id=merchant_id, display_name=name, role=role, store_id=store_id)

        return self.staff.run(work)

    def _sell_vouchers(self, wallet_id: UUID, units: int) -> None:
        terms = Terms(UsableAt.ALL_SHOPS, date(2026, 11, 1), date(2027, 3, 31))
        money = shared_account(AccountKind.COUNTER_CASH, reference="desk")
        parts = (units * 4_000, units * 1_000)
        sale = SellVoucher(
            command_key("test", "sale"), NOON, derived_id("lot", "1"), wallet_id, CAMPAIGN, terms, *parts, money
        )
        self.pay.run(lambda session: post_journals(session, [sale]))

    def _application(self) -> FastAPI:
        app = FastAPI()
        app.state.portal = PortalParts(
            clock=self.clock,
            database=self.pay,
            payments=self.payments,
            sign_in=sign_in_client("shop", ISSUER),
            tokens=PRESS.guard("shop", self.clock),
            shop_code_key=SHOP_KEY,
            key_id=KEY_ID,
            city_guid=GUID,
            pepper=PEPPER,
        )
        app.state.wording = lambda code, facts, language: f"<{code}>"
        answer_problems(app, app.state.wording)
        app.include_router(router, prefix="/api/v1/shop")
        app.include_router(pages, prefix="/shop")
        mount_static(app, ("merchant_portal",))
        return app
