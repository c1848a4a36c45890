"""What happens at the provider, as the log of identity keeps it: who, how it ended, and never a secret."""

from collections.abc import Callable
from typing import TypeVar

from identity.access.model import ActorKind, AuditEvent, EventOutcome, Fact
from identity.access.operations.record_events import record_events
from identity.access.rules.audit_facts import cleaned_facts
from identity.model import Holder, HolderKind
from identity.provider.model import Answer, NextPage
from identity_provider.parts import ProviderParts
from kernel.db import Session
from kernel.refusals import Refusal

Result = TypeVar("Result")


def recorded(
    parts: ProviderParts,
    kind: str,
    work: Callable[[Session], Result],
    *,
    holder: Holder | None = None,
    client_id: str | None = None,
    **facts: Fact,
) -> Result:
    """Do `work` in a transaction together with the record of it; a refusal is recorded on its own, then raised.

    `kind` is `subject.verb`. A refusal that `work` returns instead of raising is recorded as one too (ASVS 5.0, 16.3.1
    and 16.3.2).
    """

    def with_record(session: Session) -> Result:
        result = work(session)
        record_events(session, [_event(parts, kind, result, holder, client_id, facts)])
        return result

    try:
        return parts.database.run(with_record)
    except Refusal as refusal:
        event = _event(parts, kind, refusal, holder, client_id, facts)
        parts.database.run(lambda session: record_events(session, [event]))
        raise


def noted(
    session: Session, parts: ProviderParts, outcome: NextPage | Answer, *, kind: str = "authorization.answered"
) -> NextPage | Answer:
    """Record, in the transaction of the answer itself, whom an application was told of or why not (ASVS 5.0, 16.3.2).

    A request that goes on to another page is not answered yet.
    """
    if isinstance(outcome, Answer):
        refused = {"refusal_code": outcome.parameters["error_description"]} if "error" in outcome.parameters else {}
        event = _described(parts, kind, outcome.holder, outcome.request.client_id, {**refused})
        record_events(session, [event])
    return outcome


def _event(
    parts: ProviderParts,
    kind: str,
    result: object,
    holder: Holder | None,
    client_id: str | None,
    facts: dict[str, Fact],
) -> AuditEvent:
    who = getattr(result, "holder", None) if holder is None else holder
    refused = {"refusal_code": result.code} if isinstance(result, Refusal) else {}
    return _described(parts, kind, who, client_id, {**facts, **refused})


def _described(
    parts: ProviderParts, kind: str, who: Holder | None, client_id: str | None, facts: dict[str, Fact]
) -> AuditEvent:
    return AuditEvent(
        kind=kind,
        outcome=EventOutcome.REFUSED if "refusal_code" in facts else EventOutcome.SUCCEEDED,
        at=parts.clock.now(),
        actor_kind=ActorKind(who.kind.value) if who is not None else ActorKind.NOBODY,
        actor_id=who.id if who is not None else None,
        person_id=who.id if who is not None and who.kind is HolderKind.RESIDENT else None,
        client_id=client_id,
        facts=cleaned_facts(facts),
    )
