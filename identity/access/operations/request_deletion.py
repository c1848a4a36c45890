"""Ask for a person to be erased; a second member of staff confirms it later."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import ActorKind, AuditEvent, DeletionReason, EventOutcome
from identity.access.operations.record_events import record_events
from identity.access.refusals import DeletionAlreadyRequested
from identity.access.rules.deletion import deletion_case, demand_deleter, demand_empty_wallet
from identity.access.store import deletion_requests, people
from identity.queries import known_people
from identity.refusals import PersonUnknown
from kernel.ids import new_id


def request_deletion(
    session: Session,
    person_id: UUID,
    *,
    by: UUID,
    reason: DeletionReason,
    case_reference: str,
    wallet_is_empty: bool,
    now: datetime,
) -> UUID:
    """Store that a member of staff asks for a deletion, and answer its id; nothing is erased yet.

    Refuses, in this order: DeletionNotForDesk; what `deletion_case` refuses; PersonUnknown; PersonStillHasValue, so
    that nobody waits for what cannot happen; DeletionAlreadyRequested.
    """
    demand_deleter(by, people.staff_roles(session, [by]))
    case = deletion_case(case_reference)
    if not known_people(session, [person_id]):
        raise PersonUnknown(str(person_id))
    demand_empty_wallet(person_id, wallet_is_empty=wallet_is_empty)
    request_id = new_id()
    is_new = deletion_requests.insert_request(
        session, request_id=request_id, person_id=person_id, by=by, reason=reason, case_reference=case, now=now
    )
    if not is_new:
        raise DeletionAlreadyRequested
    event = AuditEvent(
        kind="person.deletion_requested",
        outcome=EventOutcome.SUCCEEDED,
        at=now,
        actor_kind=ActorKind.STAFF,
        actor_id=by,
        person_id=person_id,
        facts={"reason": reason.value, "case": case},
    )
    record_events(session, [event])
    return request_id
