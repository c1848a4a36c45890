"""Add a member of staff."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session

from identity import store
from identity.model import StaffMember, StaffRole
from identity.refusals import DisplayNameMissing, StaffRoleMissing
from kernel.ids import new_id


def add_staff(session: Session, *, display_name: str, roles: Collection[StaffRole]) -> UUID:
    """Add a member of staff and answer the id. Refuses, in this order: DisplayNameMissing; StaffRoleMissing."""
    if not display_name.strip():
        raise DisplayNameMissing
    if not roles:
        raise StaffRoleMissing
    member = StaffMember(new_id(), display_name.strip(), frozenset(roles))

    # Nothing below this line may refuse.
    store.insert_staff(session, member)
    return member.staff_id
