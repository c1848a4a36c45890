"""Statements about the provider's notices: an inbox that takes each once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from issuance.provider_model import ProviderEvent
from kernel.db import driver_connection

INSERT = """
INSERT INTO issuance.provider_events
    (event_id, kind, provider_id, refund_id, body, created_at, received_at, subject_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (event_id) DO NOTHING
"""
OF_OTHER_THINGS = """(
    coalesce(subject_id, refund_id) IS NOT NULL
    AND (starts_with(kind, 'refund.') OR starts_with(kind, 'charge.dispute.') OR starts_with(kind, 'payout.'))
)"""
"""Notices about refunds, disputes and payouts, which are read by their own ids."""
LOCK_WAITING = f"""
SELECT event_id, kind, provider_id FROM issuance.provider_events
WHERE processed_at IS NULL AND (provider_id IS NULL OR provider_id = ANY (%s::text[]))
  AND NOT {OF_OTHER_THINGS}
ORDER BY received_at, event_id LIMIT %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - made of our own condition
FINISH = """
UPDATE issuance.provider_events AS e SET processed_at = %s, outcome = done.outcome
FROM unnest(%s::text[], %s::text[]) AS done (event_id, outcome) WHERE e.event_id = done.event_id
"""
WAITING_PAYMENTS = f"""
SELECT provider_id FROM issuance.provider_events WHERE processed_at IS NULL AND provider_id IS NOT NULL
  AND NOT {OF_OTHER_THINGS}
GROUP BY provider_id ORDER BY min(received_at), provider_id LIMIT %s
"""  # noqa: S608 - made of our own condition


WAITING_SUBJECTS = """
SELECT coalesce(subject_id, refund_id) FROM issuance.provider_events
WHERE processed_at IS NULL AND starts_with(kind, %s) AND coalesce(subject_id, refund_id) IS NOT NULL
GROUP BY 1 ORDER BY min(received_at), 1 LIMIT %s
"""
FINISH_ABOUT = """
UPDATE issuance.provider_events SET processed_at = %s, outcome = done.outcome
FROM unnest(%s::text[], %s::text[]) AS done (subject_id, outcome)
WHERE processed_at IS NULL AND received_at <= %s AND starts_with(kind, %s)
  AND coalesce(provider_events.subject_id, refund_id) = done.subject_id
"""


class Notice(NamedTuple):
    """A stored notice that was not processed."""

    event_id: str
    kind: str
    provider_id: str | None


def insert_notice(session: Session, event: ProviderEvent, body: bytes, now: datetime) -> bool:
    """Store a notice; False if it was there."""
    facts = [event.event_id, event.kind, event.provider_id, event.refund_id, body, event.created_at, now]
    facts.append(event.subject_id)
    return driver_connection(session).execute(INSERT, facts).rowcount == 1


def lock_waiting(session: Session, provider_ids: Sequence[str], limit: int) -> list[Notice]:
    """Notices about these payments, or about none, that nobody else is processing; oldest first."""
    rows = driver_connection(session).execute(LOCK_WAITING, [list(provider_ids), limit])
    return [Notice(*row) for row in rows]


def finish(session: Session, outcomes: Mapping[str, str], now: datetime) -> None:
    """Write what became of notices, by event id."""
    if outcomes:
        facts = [now, list(outcomes), list(outcomes.values())]
        driver_connection(session).execute(FINISH, facts)


def waiting_payments(session: Session, limit: int) -> list[str]:
    """Payments with notices that wait, the longest first."""
    return [row[0] for row in driver_connection(session).execute(WAITING_PAYMENTS, [limit])]


def waiting_subjects(session: Session, prefix: str, limit: int) -> list[str]:
    """What notices that wait are about, by the beginning of their kind: `refund.`, `charge.dispute.` or `payout.`."""
    return [row[0] for row in driver_connection(session).execute(WAITING_SUBJECTS, [prefix, limit])]


def finish_about(
    session: Session, prefix: str, outcomes: Mapping[str, str], *, read_at: datetime, now: datetime
) -> None:
    """Write what became of notices about these subjects that had come when their state was read."""
    if outcomes:
        facts = [now, list(outcomes), list(outcomes.values()), read_at, prefix]
        driver_connection(session).execute(FINISH_ABOUT, facts)


def unmatched_payments(session: Session) -> list[str]:
    """Payments that were found to belong to no purchase."""
    statement = """
        SELECT DISTINCT provider_id FROM issuance.provider_events
        WHERE outcome = 'provider_payment_unmatched' ORDER BY provider_id
    """
    return [row[0] for row in driver_connection(session).execute(statement)]
