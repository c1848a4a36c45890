"""A city hall with two residents, clerks of every role, and browsers at which they are signed in."""

import warnings
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, LiteralString
from uuid import UUID

from fastapi import FastAPI
from httpx import Response

from identity.model import Acr, Holder, HolderKind, SignedIn, StaffRole
from identity.operations.add_staff import add_staff
from identity.operations.import_residents import import_residents
from kernel.clock import SetClock, city_time
from kernel.db import Database, driver_connection
from kernel.http import answer_problems
from kernel.pages import mount_static
from staff_console.parts import ConsoleParts
from staff_console.router import pages, router
from tests.identity.people import HANAKO, PEPPER, TARO
from tests.identity.roll.extracts import KEY
from tests.issuance.market import SIGNER
from tests.settlement.city import PAYER
from tests.sign_ins import register_faces, sign_in_client, signed_in_cookie
from tests.tokens import TokenPress

with warnings.catch_warnings():
    # The client works with httpx as well, but warns once, when it is imported, that it would rather have its successor.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

HOST = "desk.kashima.example"
ISSUER = f"https://{HOST}"
PRESS = TokenPress(ISSUER)
MORNING = city_time(date(2026, 9, 7), 9)
WHY = {"code": "inquiry", "text": "本人から電話で残高のお問い合わせ"}
WHY_TYPED = {"reason_code": "inquiry", "reason_text": "本人から電話で残高のお問い合わせ", "case_reference": ""}


class HelpDesk:
    """The console as the help desk and administrators use it."""

    def __init__(self, make_database: Callable[..., Database]) -> None:
        self.staff = make_database("kashiman_staff")
        self.pay = make_database("kashiman_pay")
        self.clock = SetClock(MORNING)
        register_faces(self.staff, ISSUER, MORNING)
        imported = self.staff.run(lambda session: import_residents(session, [TARO, HANAKO], now=MORNING))
        self.taro, self.hanako = imported
        self.clerks = {role: self.hire(f"{role} さん", role) for role in StaffRole}

    @cached_property
    def app(self) -> FastAPI:
        def wording(code: str, facts: Mapping[str, Any], language: str) -> str:
            return f"sentence for {code}"

        app = FastAPI()
        app.state.console = ConsoleParts(
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
        app.state.wording = wording
        answer_problems(app, wording)
        app.include_router(router, prefix="/api/v1/staff")
        app.include_router(pages, prefix="/staff")
        mount_static(app, ["staff_console"])
        return app

    def hire(self, name: str, *roles: StaffRole) -> UUID:
        return self.staff.run(lambda session: add_staff(session, display_name=name, roles=roles))

    def browser(self, staff_id: UUID, acr: Acr = Acr.STAFF) -> "Browser":
        """A browser at which this member of staff is signed in now."""
        cookie = signed_in_cookie(self.pay, Holder(HolderKind.STAFF, staff_id), self.clock.now(), acr=acr)
        client = TestClient(self.app, base_url=ISSUER, follow_redirects=False)
        client.cookies.set("__Host-kashiman_staff", cookie, domain=HOST)
        return Browser(client)

    def browser_of(self, role: StaffRole) -> "Browser":
        return self.browser(self.clerks[role])

    def post(self, path: str, role: StaffRole, *, key: str | None = None, **facts: Any) -> Response:
        """Ask the API as the clerk of a role."""
        signed_in = SignedIn(
            kind=HolderKind.STAFF, subject=self.clerks[role], display_name="誰か", roles=frozenset({role})
        )
        token = PRESS.issue(signed_in, "staff", self.clock.now())
        client = TestClient(self.app, base_url=ISSUER)
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        answer: Response = client.post(f"/api/v1/staff{path}", headers=headers, **facts)
        return answer

    def ask(self, question: LiteralString) -> list[tuple[Any, ...]]:
        """Rows of a statement."""
        return self.staff.run(lambda session: driver_connection(session).execute(question).fetchall())


class Browser:
    """A browser that sends the forms of our own pages."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.client.get(f"/staff{path}")
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def submit(self, path: str, origin: str = ISSUER, **facts: Any) -> Response:
        answer: Response = self.client.post(f"/staff{path}", headers={"Origin": origin}, **facts)
        return answer
