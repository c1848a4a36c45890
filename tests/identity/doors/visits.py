"""How the tests come to a door: the pages that ask for passkeys, browsers, sign-ins, and a look at what is stored."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any, LiteralString

from sqlmodel import Session

from identity.doors.model import NewPasskey, RelyingParty
from identity.doors.operations.begin_passkey_registration import begin_passkey_registration
from identity.doors.operations.begin_passkey_sign_in import begin_passkey_sign_in
from identity.doors.operations.finish_passkey_registration import finish_passkey_registration
from identity.doors.operations.finish_passkey_sign_in import finish_passkey_sign_in
from identity.model import Acr, Holder, ProvenSignIn
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from kernel.clock import SetClock
from kernel.db import Database, driver_connection
from kernel.ids import derived_id
from kernel.refusals import Refusal
from tests.identity.doors.software_authenticator import SoftwareAuthenticator
from tests.identity.people import PEPPER

ORIGIN = "https://id.kashima.example"
PARTY = RelyingParty("id.kashima.example", "鹿島市ID", (ORIGIN, "https://pay.kashima.example"))
MERCHANT, STORE, OTHER_STORE = derived_id("merchant", "M1"), derived_id("store", "S1"), derived_id("store", "S2")


_WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def browser(name: str) -> bytes:
    """The digest of a browser's session id."""
    return hashlib.sha256(name.encode()).digest()


def came(holder: Holder, acr: Acr, clock: SetClock, *, seconds_ago: int = 0) -> ProvenSignIn:
    """A sign-in that a door has proved."""
    return ProvenSignIn(holder, acr, (), clock.now() - timedelta(seconds=seconds_ago))


def new_authenticator() -> SoftwareAuthenticator:
    """A phone that knows our page."""
    return SoftwareAuthenticator(ORIGIN, PARTY.id)


def issue_postcard(database: Database, holder: Holder, clock: SetClock) -> str:
    """Issue a code to a holder, as the role that may."""
    issued = database.run(lambda session: issue_sign_in_codes(session, [holder], pepper=PEPPER, now=clock.now()))
    return issued[0].text


def rows(database: Database, question: LiteralString) -> list[tuple[Any, ...]]:
    """Ask the database for what is stored."""
    return database.run(lambda session: driver_connection(session).execute(question).fetchall())


def together(*works: Callable[[], object]) -> list[object]:
    """Do several things at the same moment, and answer what each answered or raised, in the order given."""
    start = Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def do(position: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            answers[position] = work()
        except Refusal as refusal:
            answers[position] = refusal

    threads = [Thread(target=do, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def meeting(database: Database, first: Callable[[Session], object], second: Callable[[], object]) -> list[object]:
    """Do the second thing when the first is done but not committed, and answer what both answered or raised.

    The first is committed once the second waits for it, or has not waited.
    """
    answers: list[object] = []
    with database.transaction() as session:
        first_answer = first(session)
        other = Thread(target=lambda: answers.extend(together(second)))
        other.start()
        while other.is_alive() and not driver_connection(session).execute(_WAITING).fetchone():
            other.join(0.01)
    other.join()
    return [first_answer, *answers]


@dataclass
class Passkeys:
    """Begin and finish the ceremonies of passkeys at one database."""

    database: Database
    clock: SetClock
    party: RelyingParty = field(default=PARTY)

    def begin_registration(self, signed_in: ProvenSignIn, at: str = "phone") -> dict[str, Any]:
        return self.database.run(
            lambda session: begin_passkey_registration(
                session,
                signed_in=signed_in,
                party=self.party,
                browser_session=browser(at),
                user_name="鹿島 太郎",
                now=self.clock.now(),
            )
        )

    def finish_registration(
        self, response: str, holder: Holder, at: str = "phone", label: str = "スマホ"
    ) -> NewPasskey | Refusal:
        return self.database.run(
            lambda session: finish_passkey_registration(
                session,
                response,
                holder=holder,
                party=self.party,
                browser_session=browser(at),
                label=label,
                now=self.clock.now(),
            )
        )

    def begin_sign_in(self, at: str = "phone") -> dict[str, Any]:
        return self.database.run(
            lambda session: begin_passkey_sign_in(
                session, party=self.party, browser_session=browser(at), now=self.clock.now()
            )
        )

    def finish_sign_in(self, response: str, at: str = "phone") -> ProvenSignIn | Refusal:
        return self.database.run(
            lambda session: finish_passkey_sign_in(
                session, response, party=self.party, browser_session=browser(at), now=self.clock.now()
            )
        )

    def registered(self, holder: Holder, acr: Acr = Acr.COUNTER) -> SoftwareAuthenticator:
        """A new authenticator whose passkey is registered for the holder."""
        authenticator = new_authenticator()
        signed_in = came(holder, acr, self.clock)
        answer = self.finish_registration(authenticator.register(self.begin_registration(signed_in)), holder)
        assert isinstance(answer, NewPasskey)
        return authenticator

    def signed_in(self, authenticator: SoftwareAuthenticator) -> ProvenSignIn | Refusal:
        """Sign in with an authenticator from begin to end."""
        return self.finish_sign_in(authenticator.sign_in(self.begin_sign_in()))
