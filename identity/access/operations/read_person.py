"""Read the data of one person, on record."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import PersonField, PersonView, Reason
from identity.access.operations.read_people import read_people
from identity.model import StaffRole
from identity.refusals import PersonUnknown


def read_person(
    session: Session,
    person_id: UUID,
    *,
    staff_id: UUID,
    roles: Collection[StaffRole],
    reason: Reason,
    fields: Collection[PersonField],
    screen: str,
    now: datetime,
) -> PersonView:
    """Record the reading and answer the fields asked of one person; the person can see who looked, when and why.

    Refuses what `read_people` refuses, then PersonUnknown.
    """
    found = read_people(
        session,
        [person_id],
        staff_id=staff_id,
        roles=roles,
        reason=reason,
        fields=fields,
        screen=screen,
        now=now,
    )
    if person_id not in found:
        raise PersonUnknown(str(person_id))
    return found[person_id]
