"""What the worker does for notices: it makes what is due, and sends what another door than the inbox delivers."""

import logging
from collections.abc import Mapping
from functools import partial

from sqlmodel import Session

from issuance.notices.model import DeliveryOutcome, DoorKind, NoticeDelivery, NoticeDoor
from issuance.notices.operations.make_notices import make_notices
from issuance.notices.operations.record_notice_attempt import record_notice_attempt
from issuance.notices.operations.take_due_notices import take_due_notices
from kashiman.assembly import Installation
from kashiman.notice_doors import notice_doors
from kernel.database_clock import ClocksDisagree, database_time

logger = logging.getLogger(__name__)


def make_due_notices(installation: Installation) -> None:
    """Make every notice that is due on this day of the city, some thousands at a time."""

    def make(session: Session) -> int:
        return make_notices(session, now=database_time(session, installation.clock))

    try:
        while installation.worker_database.run(make):
            pass
    except ClocksDisagree as refusal:
        logger.error("no notice is made: %s", refusal)


def deliver_notices(installation: Installation) -> None:
    """Send every notice that is due through the door its resident chose."""
    deliver_through(installation, notice_doors(installation))


def deliver_through(installation: Installation, doors: Mapping[DoorKind, NoticeDoor]) -> None:
    """Send every notice that is due, one by one and outside of any transaction; a door that is missing reaches nobody.

    A worker that is killed on the way leaves what it took to the next one, under the same key.
    """
    database = installation.worker_database

    def take(session: Session) -> list[NoticeDelivery]:
        return take_due_notices(session, now=installation.clock.now())

    while due := database.run(take):
        for delivery in due:
            door = doors.get(delivery.door)
            outcome = door.send(delivery) if door is not None else DeliveryOutcome.UNREACHABLE
            now = installation.clock.now()
            database.run(partial(record_notice_attempt, delivery=delivery, outcome=outcome, now=now))
