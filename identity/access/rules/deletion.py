"""Who may erase a person, and when."""

from collections.abc import Mapping
from uuid import UUID

from identity.access.refusals import DeletionNeedsTwoPeople, DeletionNotForDesk, PersonStillHasValue
from identity.access.rules.reasons import demand_case, on_one_line
from identity.model import StaffRole
from identity.rules.my_number import refuse_my_number

MAY_DELETE = frozenset({StaffRole.HELP, StaffRole.ADMIN})


def demand_two_deleters(by: UUID, second: UUID, roles: Mapping[UUID, frozenset[StaffRole]]) -> None:
    """Check the two members of staff, whose present roles are given.

    Refuses, in this order: DeletionNeedsTwoPeople; DeletionNotForDesk for the first and then for the second.
    """
    if by == second:
        raise DeletionNeedsTwoPeople
    for staff_id in (by, second):
        demand_deleter(staff_id, roles)


def demand_deleter(staff_id: UUID, roles: Mapping[UUID, frozenset[StaffRole]]) -> None:
    """Refuses DeletionNotForDesk to a member of staff without a role that erases people."""
    if not roles.get(staff_id, frozenset()) & MAY_DELETE:
        raise DeletionNotForDesk(str(staff_id))


def deletion_case(case_reference: str) -> str:
    """The number of the document that a deletion rests on, on one line.

    Refuses, in this order: CaseReferenceMissing; CaseReferenceTooLong; whatever `refuse_my_number` refuses.
    """
    case = on_one_line(case_reference)
    demand_case(case, is_needed=True)
    refuse_my_number(case_reference=case)
    return case


def demand_empty_wallet(person_id: UUID, *, wallet_is_empty: bool) -> None:
    """Refuses PersonStillHasValue: value without a person could be given back to nobody."""
    if not wallet_is_empty:
        raise PersonStillHasValue(str(person_id))
