"""What two members of staff must stand behind."""

from collections.abc import Collection

from identity.doors.refusals import SamePersonTwice, StaffRoleNeeded
from identity.model import Holder, HolderKind, StaffRole


def demand_second_person(first: Holder, second: Holder) -> None:
    """Refuse SamePersonTwice unless two different members of staff stand behind something."""
    if {first.kind, second.kind} != {HolderKind.STAFF} or first.id == second.id:
        raise SamePersonTwice


def demand_role(roles: Collection[StaffRole], needed: StaffRole) -> None:
    """Refuse StaffRoleNeeded to everybody without this role."""
    if needed not in roles:
        raise StaffRoleNeeded(needed.value)
