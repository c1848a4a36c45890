"""Record that a screen listed many people."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import PersonField, Reason
from identity.access.operations.read_people import read_people
from identity.model import StaffRole


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
    """Record a reading for each person whose data a screen or a file shows; answer whom it may show.

    It is `read_people` for who needs no fields of it. Refuses what `read_people` refuses.
    """
    return set(
        read_people(
            session, person_ids, staff_id=staff_id, roles=roles, reason=reason, fields=fields, screen=screen, now=now
        )
    )
