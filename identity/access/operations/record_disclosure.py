"""Record that an application was told of a person."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import DISCLOSED, ActorKind, AuditEvent, EventOutcome, PersonField
from identity.access.rules.audit_facts import demand_loggable
from identity.access.store import events
from kernel.clock import city_date


def record_disclosure(
    session: Session, person_id: UUID, *, client_id: str, fields: Collection[PersonField], now: datetime
) -> None:
    """Record that an application was told these fields of a person, who reads it on the page about themselves.

    However often it asks, there is one record for an application, its fields and a day of the city, with the time of
    the first. Refuses what `demand_loggable` refuses.
    """
    event = AuditEvent(
        kind=DISCLOSED,
        outcome=EventOutcome.SUCCEEDED,
        at=now,
        actor_kind=ActorKind.CLIENT,
        person_id=person_id,
        client_id=client_id,
        facts={
            "what": [field.value for field in PersonField if field in fields],
            "day": city_date(now).isoformat(),
        },
    )
    demand_loggable(event)

    # Nothing below this line may refuse.
    events.insert_disclosure(session, event)
