"""A small city hall: one campaign that was drawn and sells, two shops that took money, and a clerk for every desk."""

import warnings
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx import Response

from identity.model import Acr, Holder, HolderKind, SignedIn, StaffRole
from identity.operations.add_staff import add_staff
from identity.provider.jose.keys import SigningKey
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
from staff_console.parts import ConsoleParts
from staff_console.router import pages, router
from tests.identity.people import PEPPER
from tests.identity.roll.extracts import KEY
from tests.issuance.market import HANA, PAYING, SIGNER, Market, person, wallet
from tests.merchants.shops import BAKERY, MARKET
from tests.settlement.city import PAYER, pays
from tests.sign_ins import register_faces, sign_in_client, signed_in_cookie
from tests.tokens import TokenPress

with warnings.catch_warnings():
    # The client works with httpx as well, but warns once, when it is imported, that it would rather have its successor.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

HOST = "pay.kashima.example"
ISSUER = f"https://{HOST}"
PRESS = TokenPress(ISSUER)
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
        register_faces(self.staff, ISSUER, PAYING)
        self.clerks = {role: self._clerk(role) for role in StaffRole}

    @cached_property
    def parts(self) -> ConsoleParts:
        return ConsoleParts(
            clock=self.clock,
            database=self.staff,
            sign_in=sign_in_client("staff", ISSUER),
            tokens=PRESS.guard("staff", self.clock),
            payer=PAYER,
            pepper=PEPPER,
            roll_key=KEY,
            campaign_key=lambda slug: sha256(slug.encode()).digest(),
            signer=SIGNER,
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
        return TestClient(self.app, base_url=ISSUER, follow_redirects=False)

    def token(
        self,
        *roles: StaffRole,
        kind: HolderKind = HolderKind.STAFF,
        audience: str = "staff",
        press: TokenPress = PRESS,
        bound_to: SigningKey | None = None,
    ) -> str:
        """A token as the provider gives it to a program of a clerk."""
        subject = self.clerks[roles[0]] if roles else UUID(int=0xFF)
        signed_in = SignedIn(kind=kind, subject=subject, display_name="誰か", roles=frozenset(roles))
        return press.issue(signed_in, audience, self.clock.now(), bound_to=bound_to)

    def signs_in_at_the_browser(self, *roles: StaffRole) -> UUID:
        """Let the client carry the cookie that signing in leaves behind, and answer whose it is."""
        clerk_id = self.clerks[roles[0]] if len(roles) == 1 else self._clerk(*roles)
        cookie = signed_in_cookie(self.pay, Holder(HolderKind.STAFF, clerk_id), self.clock.now(), acr=Acr.STAFF)
        self.client.cookies.set("__Host-kashiman_staff", cookie, domain=HOST)
        return clerk_id

    def submit(self, path: str, **fields: str) -> Response:
        """Send a form of one of our own pages."""
        answer: Response = self.client.post(f"/staff{path}", data=fields, headers={"Origin": ISSUER})
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

    def _clerk(self, *roles: StaffRole) -> UUID:
        return self.staff.run(lambda session: add_staff(session, display_name=f"{roles[0]} さん", roles=roles))
