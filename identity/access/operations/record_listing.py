"""Record that a screen listed many people."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import PersonField, Reason, StaffAccess
from identity.access.rules.reading import reader_of
from identity.access.store import people, readings
from identity.model import HolderKind, StaffRole
from identity.refusals import HolderUnknown


def record_listing(
    session: Session,
    person_ids: Sequence[UUID],
    *,
    staff_id: UUID,
    roles: Collection[StaffRole],
    reason: Reason,
    fields: Collection[PersonField],
    screen: str,
    now: datetime,
) -> set[UUID]:
    """Record a reading for each person whose data a screen or a file shows from elsewhere; answer whom it may show.

    One statement, however many people. It runs in the transaction that reads the data, and before. Refuses, in this
    order: HolderUnknown for the member of staff; what `reader_of` refuses.
    """
    roles_now = people.staff_roles(session, [staff_id])
    if staff_id not in roles_now:
        raise HolderUnknown(HolderKind.STAFF.value, str(staff_id))
    reader = reader_of(StaffAccess(staff_id, frozenset(roles), reason, screen), roles_now[staff_id], fields)

    # Nothing below this line may refuse.
    once = list(dict.fromkeys(person_ids))
    return set(readings.record_readings(session, once, reader=reader, fields=fields, now=now)) if once else set()
