"""What the desks do to identities, as the log of identity keeps it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from identity.access.model import ActorKind, AuditEvent, EventOutcome, Fact
from identity.access.operations.record_events import record_events
from kernel.db import Session
from kernel.refusals import Refusal
from staff_console.parts import ConsoleParts

Result = TypeVar("Result")


def recorded(
    parts: ConsoleParts,
    kind: str,
    work: Callable[[Session], Result],
    *,
    staff_id: UUID,
    person_id: UUID | None = None,
    **facts: Fact,
) -> Result:
    """Do `work` in a transaction together with its record; a refusal is recorded on its own and raised.

    `kind` is `subject.verb`; facts hold no secret and no personal data (ASVS 5.0, 16.3.1 to 16.3.3).
    """

    def event(outcome: EventOutcome, **more: Fact) -> AuditEvent:
        return AuditEvent(
            kind=kind,
            outcome=outcome,
            at=parts.clock.now(),
            actor_kind=ActorKind.STAFF,
            actor_id=staff_id,
            person_id=person_id,
            facts={**facts, **more},
        )

    def with_record(session: Session) -> Result:
        result = work(session)
        record_events(session, [event(EventOutcome.SUCCEEDED)])
        return result

    try:
        return parts.database.run(with_record)
    except Refusal as refusal:
        refused = event(EventOutcome.REFUSED, refusal_code=refusal.code)
        parts.database.run(lambda session: record_events(session, [refused]))
        raise
