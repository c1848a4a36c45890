"""Take the notices that another door than the inbox must deliver now."""

from datetime import datetime, timedelta

from sqlmodel import Session

from issuance.notices.model import NoticeDelivery
from issuance.notices.store import deliveries as store

AT_ONCE = 100
TAKEN_FOR = timedelta(minutes=10)


def take_due_notices(session: Session, *, now: datetime) -> list[NoticeDelivery]:
    """Answer at most 100 that are due; whoever takes them sends them outside of any transaction.

    For ten minutes nobody else gets them, and after that they are due again, so that what a killed worker took is sent
    all the same: at least once, under the same key.
    """
    return store.claim(session, now, until=now + TAKEN_FOR, limit=AT_ONCE)
