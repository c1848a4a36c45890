"""Forget attempts to come in, and notices of LINE, that nothing depends on any more."""

from datetime import datetime

from sqlmodel import Session

from identity.doors.rules.addresses import WINDOW
from identity.doors.rules.line_friendships import EVENTS_KEPT
from identity.doors.rules.mail_addresses import COUNTED_FOR
from identity.doors.store import codes, line_events, mail_addresses, passkeys


def purge_passed_attempts(session: Session, *, now: datetime) -> int:
    """Delete challenges, codes and addresses for e-mail that nobody proved in time, misses outside the window, old
    notices; answer how many.
    """
    return (
        passkeys.delete_challenges_before(session, now)
        + codes.delete_codes_before(session, now)
        + codes.delete_misses_before(session, now - WINDOW)
        + line_events.delete_events_before(session, now - EVENTS_KEPT)
        + mail_addresses.forget_unproved(session, now, now - COUNTED_FOR)
    )
