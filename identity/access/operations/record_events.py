"""Record what happened to identities."""

from collections.abc import Sequence

from sqlmodel import Session

from identity.access.model import AuditEvent
from identity.access.rules.audit_facts import demand_loggable
from identity.access.store import events as store


def record_events(session: Session, events: Sequence[AuditEvent]) -> None:
    """Add events to the log, in the order given, in one statement that waits for nobody; the worker seals them later.

    Every authentication, refused authorization, consent, key and client change is one (ASVS 5.0, 16.3.1 and 16.3.2).
    Refuses what `demand_loggable` refuses of any of them; nothing is recorded then.
    """
    for event in events:
        demand_loggable(event)

    # Nothing below this line may refuse.
    if events:
        store.insert_events(session, events)
