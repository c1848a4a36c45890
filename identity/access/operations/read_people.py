"""Read the data of several people, on record."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import PersonField, PersonView, Reason, StaffAccess
from identity.access.rules.reading import reader_of
from identity.access.store import people, readings
from identity.model import HolderKind, StaffRole
from identity.refusals import HolderUnknown, PersonUnknown


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

    The records are written first, in the transaction that answers: no data without a record, no record without data.
    `fields` names at least one. Refuses, in this order: HolderUnknown for the member of staff; what `reader_of`
    refuses; PersonUnknown for somebody who was erased at this very moment.
    """
    roles_now = people.staff_roles(session, [staff_id])
    if staff_id not in roles_now:
        raise HolderUnknown(HolderKind.STAFF.value, str(staff_id))
    reader = reader_of(StaffAccess(staff_id, frozenset(roles), reason, screen), roles_now[staff_id], fields)
    once = list(dict.fromkeys(person_ids))
    recorded = readings.record_readings(session, once, reader=reader, fields=fields, now=now) if once else {}
    found = people.read_fields(session, recorded.keys(), fields) if recorded else {}
    for person_id in recorded.keys() - found.keys():
        raise PersonUnknown(str(person_id))
    return {
        person_id: PersonView(person_id=person_id, reading_id=recorded[person_id], **found[person_id])
        for person_id in once
        if person_id in found
    }
