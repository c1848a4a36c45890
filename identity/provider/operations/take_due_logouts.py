"""Take the applications that must be told now that a sign-in ended."""

from datetime import datetime, timedelta

from sqlmodel import Session

from identity.provider.model import LogoutDelivery
from identity.provider.store import logouts as store

AT_ONCE = 50
TAKEN_FOR = timedelta(minutes=2)


def take_due_logouts(session: Session, *, now: datetime) -> list[LogoutDelivery]:
    """Answer at most 50 that are due; whoever takes them tells them outside of any transaction.

    For two minutes nobody else gets them, and after that they are due again, so that what a stopped process took is
    told all the same: at least once, under one `jti` (OpenID Connect Back-Channel Logout 1.0, section 2.5).
    """
    return store.claim_deliveries(session, now, until=now + TAKEN_FOR, limit=AT_ONCE)
