"""Forget attempts to come in that nothing depends on any more."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.rules.addresses import WINDOW
from identity.doors.store import codes, passkeys


def purge_passed_attempts(session: Session, *, now: datetime) -> int:
    """Delete challenges and counter codes that are over, and misses outside the window; answer how many."""
    return (
        passkeys.delete_challenges_before(session, now)
        + codes.delete_codes_before(session, now)
        + codes.delete_misses_before(session, now - WINDOW)
    )
