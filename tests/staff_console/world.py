"""A small city hall: one campaign that was drawn and sells, two shops that took money, and a clerk for every desk."""

import warnings
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx import Response

from identity.model import Holder, HolderKind, SignedIn, StaffRole
from identity.operations.add_staff import add_staff
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.tokens import TokenIssuer, TokenVerifier, new_signing_key, public_key_of
from issuance.model import DrawSummary
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.purchase_model import CounterSale, Purchase
from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.http import answer_problems
from kernel.pages import mount_static
from ledger.operations.post_journals import post_journals
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.register_merchants import register_merchants
from staff_console.parts import AUDIENCE, ConsoleParts
from staff_console.router import pages, router
from tests.identity.people import PEPPER
from tests.issuance.market import HANA, PAYING, Market, person, wallet
from tests.merchants.shops import BAKERY, MARKET
from tests.settlement.city import PAYER, pays

with warnings.catch_warnings():
    # The client works with httpx as well, but warns once, when it is imported, that it would rather have its successor.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

ISSUER = "https://pay.kashima.example"
TOKEN_KEY = new_signing_key()
UNITS_ASKED = [5, 3, 2, 5, 1]
CUTOFF = date(2023, 9, 30)
CLOSING_AT = city_time(date(2023, 10, 2), 9)
PAY_DAY = date(2023, 10, 16)
SHOPPING_AT = city_time(date(2023, 9, 20), 15)


class World:
    """The console of a city with real tables, and the clerks who use it."""

    def __init__(self, make_database: Callable[..., Database]) -> None:
        self.market = Market(make_database)
        self.staff = self.market.staff
        self.pay = make_database("kashiman_pay")
        self.clock = SetClock(PAYING)
        self.issuer = TokenIssuer(TOKEN_KEY, "test", ISSUER)
        self.clerks = {role: self._clerk(role) for role in StaffRole}

    @cached_property
    def parts(self) -> ConsoleParts:
        return ConsoleParts(
            clock=self.clock,
            database=self.staff,
            issuer=self.issuer,
            verifier=TokenVerifier({"test": public_key_of(TOKEN_KEY)}, ISSUER),
            pepper=PEPPER,
            payer=PAYER,
        )

    @cached_property
    def app(self) -> FastAPI:
        def wording(code: str, facts: Mapping[str, Any], language: str) -> str:
            return f"sentence for {code}"

        app = FastAPI()
        app.state.console = self.parts
        app.state.wording = wording
        answer_problems(app, wording)
        app.include_router(router, prefix="/api/v1/staff")
        app.include_router(pages, prefix="/staff")
        mount_static(app, ["staff_console"])
        return app

    @cached_property
    def client(self) -> TestClient:
        return TestClient(self.app, base_url="http://testserver", follow_redirects=False)

    def token(self, *roles: StaffRole, kind: HolderKind = HolderKind.STAFF) -> str:
        subject = self.clerks[roles[0]] if roles else UUID(int=0xFF)
        signed_in = SignedIn(kind=kind, subject=subject, display_name="誰か", roles=frozenset(roles))
        return self.issuer.issue(signed_in, AUDIENCE, self.clock.now(), 600)

    def token_signed_by(self, key_pem: str, *roles: StaffRole) -> str:
        """A token that looks right and was signed with another key."""
        signed_in = SignedIn(kind=HolderKind.STAFF, subject=UUID(int=1), display_name="", roles=frozenset(roles))
        return TokenIssuer(key_pem, "test", ISSUER).issue(signed_in, AUDIENCE, self.clock.now(), 600)

    def code(self, role: StaffRole) -> str:
        """A sign-in code as the clerk of a desk got it."""
        holder = Holder(HolderKind.STAFF, self.clerks[role])
        (issued,) = self.staff.run(
            lambda session: issue_sign_in_codes(session, [holder], pepper=PEPPER, now=self.clock.now())
        )
        return issued.text

    def signs_in_at_the_browser(self, *roles: StaffRole) -> None:
        """Let the client carry the cookie that signing in leaves behind."""
        self.client.cookies.set("kashiman_staff", self.token(*roles))

    def submit(self, path: str, **fields: str) -> Response:
        """Send a form of one of our own pages."""
        answer: Response = self.client.post(f"/staff{path}", data=fields, headers={"Origin": "http://testserver"})
        return answer

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer: Response = self.client.get(f"/staff{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def get(self, path: str, *roles: StaffRole, **facts: Any) -> Response:
        return self.send("GET", path, *roles, **facts)

    def post(self, path: str, *roles: StaffRole, **facts: Any) -> Response:
        return self.send("POST", path, *roles, **facts)

    def send(self, method: str, path: str, *roles: StaffRole, key: str | None = None, **facts: Any) -> Response:
        """Ask the API as a clerk with these roles."""
        headers = {"Authorization": f"Bearer {self.token(*roles)}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        answer: Response = self.client.request(method, f"/api/v1/staff{path}", headers=headers, **facts)
        return answer

    def selling(self) -> DrawSummary:
        """A round of ten units, asked for by five people, is drawn; winners may buy."""
        return self.market.selling(UNITS_ASKED)

    def sold(self, number: int, units: int, key: str = "till") -> Purchase:
        """Person `number` bought granted units at the counter."""
        sale = CounterSale(
            f"{key}-{number}", units, HANA.id, "city-hall", round_id=self.market.round_id, person_id=person(number)
        )
        (purchase,) = self.staff.run(lambda session: sell_at_counter(session, [sale], now=PAYING))
        assert isinstance(purchase, Purchase), purchase
        return purchase

    def shopping(self, at: datetime = SHOPPING_AT) -> None:
        """Two shops take money from the wallet of person 0, who bought two units."""
        self.selling()
        self.sold(0, 2)
        self.shops_open()
        self.takes(MARKET.merchant_id, [1_280, 3_001], at)
        self.takes(BAKERY.merchant_id, [777], at + timedelta(hours=1))

    def shops_open(self) -> None:
        shops = [MARKET, BAKERY]
        self.staff.run(lambda session: register_merchants(session, shops, now=self.clock.now()))
        self.staff.run(
            lambda session: approve_merchants(
                session,
                [shop.merchant_id for shop in shops],
                by=self.clerks[StaffRole.COMMERCE],
                now=self.clock.now(),
            )
        )

    def takes(self, merchant_id: UUID, amounts_yen: list[int], at: datetime) -> None:
        commands = pays(wallet(0), merchant_id, amounts_yen, at)
        self.pay.run(lambda session: post_journals(session, commands))

    def closes(self, key: str = "close-1") -> dict[str, Any]:
        """The finance desk closes September on the morning of the second of October."""
        self.clock.at = CLOSING_AT
        answer = self.post("/closings", StaffRole.FINANCE, key=key, json={"cutoff_day": CUTOFF.isoformat()})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def _clerk(self, role: StaffRole) -> UUID:
        return self.staff.run(lambda session: add_staff(session, display_name=f"{role} さん", roles=[role]))
