"""Take back a deletion that nobody has confirmed yet."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import ActorKind, AuditEvent, DeletionOutcome, EventOutcome
from identity.access.operations.record_events import record_events
from identity.access.refusals import DeletionNotRequested
from identity.access.rules.deletion import demand_deleter
from identity.access.store import deletion_requests, people


def withdraw_deletion(session: Session, request_id: UUID, *, by: UUID, now: datetime) -> None:
    """End a request that waits, so that the person stays; whoever may ask for one may take it back.

    Refuses, in this order: DeletionNotForDesk; DeletionNotRequested.
    """
    demand_deleter(by, people.staff_roles(session, [by]))
    request = deletion_requests.lock_waiting(session, request_id)
    if request is None:
        raise DeletionNotRequested

    # Nothing below this line may refuse.
    deletion_requests.save_decision(session, request_id, DeletionOutcome.WITHDRAWN, by, now)
    event = AuditEvent(
        kind="person.deletion_withdrawn",
        outcome=EventOutcome.SUCCEEDED,
        at=now,
        actor_kind=ActorKind.STAFF,
        actor_id=by,
        person_id=request.person_id,
    )
    record_events(session, [event])
