"""Bind events that wait into the chain."""

from datetime import datetime

from sqlmodel import Session

from identity.access.rules.chain import linked
from identity.access.store import events

EVENTS_AT_ONCE = 2_000


def seal_events(session: Session, *, now: datetime) -> int:
    """Give a link to each event that waits, at most 2,000 of them, and answer how many there were.

    Runs in the worker; two at once take turns, and an event gets one link however often this runs. Its order is the
    order of the events' numbers among those that are committed when it looks.
    """
    head = events.lock_head(session)
    waiting = events.take_waiting(session, EVENTS_AT_ONCE)
    if waiting:
        events.insert_links(session, linked(head, waiting), now)
    return len(waiting)
