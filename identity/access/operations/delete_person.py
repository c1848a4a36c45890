"""Erase a person: the books stay, the link goes."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import ActorKind, AuditEvent, DeletionReason, EventOutcome
from identity.access.operations.record_events import record_events
from identity.access.rules.deletion import deletion_case, demand_empty_wallet, demand_two_deleters
from identity.access.store import people
from identity.refusals import PersonUnknown


def delete_person(
    session: Session,
    person_id: UUID,
    *,
    by: UUID,
    second: UUID,
    reason: DeletionReason,
    case_reference: str,
    wallet_is_empty: bool,
    now: datetime,
) -> None:
    """Take names, readings, birth, address, household and wallet away from a person, and end the person's codes.

    The wallet keeps its books and belongs to nobody any more; shop users who were this person are no longer tied to
    anybody. That both members of staff are signed in is the caller's to know, as is that the wallet is empty. What
    stays is an event without personal data. Refuses, in this order: DeletionNeedsTwoPeople; DeletionNotForDesk; what
    `deletion_case` refuses; PersonStillHasValue; PersonUnknown, also when somebody else erased the person meanwhile.
    """
    demand_two_deleters(by, second, people.staff_roles(session, [by, second]))
    case = deletion_case(case_reference)
    demand_empty_wallet(person_id, wallet_is_empty=wallet_is_empty)
    if not people.erase_person(session, person_id, now):
        raise PersonUnknown(str(person_id))
    record_events(
        session,
        [
            AuditEvent(
                kind="person.deleted",
                outcome=EventOutcome.SUCCEEDED,
                at=now,
                actor_kind=ActorKind.STAFF,
                actor_id=by,
                person_id=person_id,
                facts={"second": str(second), "reason": reason.value, "case": case},
            )
        ],
    )
