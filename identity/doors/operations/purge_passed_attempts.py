"""Forget attempts to come in, and notices of LINE, that nothing depends on any more."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.rules.addresses import WINDOW
from identity.doors.rules.line_friendships import EVENTS_KEPT
from identity.doors.store import codes, line_events, passkeys


def purge_passed_attempts(session: Session, *, now: datetime) -> int:
    """Delete challenges and counter codes that are over, misses outside the window, old notices; answer how many."""
    return (
        passkeys.delete_challenges_before(session, now)
        + codes.delete_codes_before(session, now)
        + codes.delete_misses_before(session, now - WINDOW)
        + line_events.delete_events_before(session, now - EVENTS_KEPT)
    )
