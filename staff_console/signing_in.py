"""Signing in to the console, by API or by page."""

from identity.model import HolderKind, SignedIn
from identity.operations.sign_in import sign_in
from kernel.refusals import Refusal
from staff_console.parts import ConsoleParts
from staff_console.refusals import NotStaff


def sign_in_staff(parts: ConsoleParts, code: str) -> SignedIn:
    """Say which member of staff a code belongs to; a wrong attempt is counted before it is refused.

    Refuses, in this order: SignInCodeUnreadable, SignInLocked, SignInCodeWrong, NotStaff.
    """
    now = parts.clock.now()
    outcome = parts.database.run(lambda session: sign_in(session, code, pepper=parts.pepper, now=now))
    if isinstance(outcome, Refusal):
        raise outcome
    if outcome.kind is not HolderKind.STAFF:
        raise NotStaff
    return outcome
