"""Read the data of several people, on record."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import PersonField, PersonView, Reason, StaffAccess
from identity.access.rules.reading import reader_of
from identity.access.store import people, readings
from identity.model import HolderKind, StaffRole
from identity.refusals import HolderUnknown


def read_people(
    session: Session,
    person_ids: Sequence[UUID],
    *,
    staff_id: UUID,
    roles: Collection[StaffRole],
    reason: Reason,
    fields: Collection[PersonField],
    screen: str,
    now: datetime,
) -> dict[UUID, PersonView]:
    """Record one reading for each person and answer the fields asked, by person id; an unknown person is left out.

    The database does both in one statement, and gives staff no other way: no data without a record, no record without
    data. `fields` names at least one. Refuses, in this order: HolderUnknown for the member of staff; what `reader_of`
    refuses.
    """
    roles_now = people.staff_roles(session, [staff_id])
    if staff_id not in roles_now:
        raise HolderUnknown(HolderKind.STAFF.value, str(staff_id))
    reader = reader_of(StaffAccess(staff_id, frozenset(roles), reason, screen), roles_now[staff_id], fields)

    # Nothing below this line may refuse.
    once = list(dict.fromkeys(person_ids))
    found = readings.read_on_record(session, once, reader=reader, fields=fields, now=now) if once else {}
    return {person_id: found[person_id] for person_id in once if person_id in found}
