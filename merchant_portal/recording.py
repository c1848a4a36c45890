"""What a shop does to its tills and cashiers, as the log of identity keeps it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from identity.access.model import ActorKind, AuditEvent, EventOutcome, Fact
from identity.access.operations.record_events import record_events
from identity.access.rules.audit_facts import cleaned_facts
from kernel.db import Session
from kernel.refusals import Refusal

Result = TypeVar("Result")


def noted(
    session: Session,
    kind: str,
    shop_user_id: UUID,
    now: datetime,
    work: Callable[[], Result],
    facts: Mapping[str, Fact],
) -> Result | Refusal:
    """Do `work` and record how it ended, in one transaction.

    A refusal has changed nothing, so it is answered and its record kept; the caller raises it after the transaction.
    """
    try:
        result = work()
    except Refusal as refusal:
        record(session, kind, shop_user_id, now, facts, refusal)
        return refusal
    record(session, kind, shop_user_id, now, facts)
    return result


def record(
    session: Session,
    kind: str,
    shop_user_id: UUID,
    now: datetime,
    facts: Mapping[str, Fact],
    refusal: Refusal | None = None,
) -> None:
    """Record what somebody of a shop did, or was refused (ASVS 5.0, 16.3.1 and 16.3.2); `kind` is `subject.verb`."""
    told = dict(facts) if refusal is None else {**facts, "refusal_code": refusal.code}
    event = AuditEvent(
        kind=kind,
        outcome=EventOutcome.SUCCEEDED if refusal is None else EventOutcome.REFUSED,
        at=now,
        actor_kind=ActorKind.SHOP,
        actor_id=shop_user_id,
        facts=cleaned_facts(told),
    )
    record_events(session, [event])
