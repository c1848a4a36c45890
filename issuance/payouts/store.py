"""Statements about disputes and payouts."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from sqlmodel import Session

from issuance.payouts.model import (
    Dispute,
    DisputeOutcome,
    DisputeValue,
    OpenEntry,
    Payout,
    PayoutOutcome,
    PayoutReading,
)
from issuance.provider_model import PayoutEntry
from issuance.purchase_model import Purchase
from issuance.store.purchases import find_purchases
from kernel.db import driver_connection

DISPUTE = """
SELECT dispute_id, provider_id, purchase_id, amount_yen, reason, status, outcome, unspent_yen, unspent_paid_yen,
       spent_yen, spent_paid_yen, hold_id, evidence_due_at, opened_at, changed_at
FROM issuance.disputes
"""
PUT_DISPUTE = """
INSERT INTO issuance.disputes (dispute_id, provider_id, purchase_id, amount_yen, reason, status, outcome, unspent_yen,
    unspent_paid_yen, spent_yen, spent_paid_yen, hold_id, evidence_due_at, opened_at, changed_at)
VALUES (%(dispute_id)s, %(provider_id)s, %(purchase_id)s, %(amount_yen)s, %(reason)s, %(status)s, %(outcome)s,
    %(unspent_yen)s, %(unspent_paid_yen)s, %(spent_yen)s, %(spent_paid_yen)s, %(hold_id)s, %(evidence_due_at)s,
    %(opened_at)s, %(changed_at)s)
ON CONFLICT (dispute_id) DO UPDATE SET purchase_id = excluded.purchase_id, amount_yen = excluded.amount_yen,
    reason = excluded.reason, status = excluded.status, outcome = excluded.outcome,
    unspent_yen = excluded.unspent_yen, unspent_paid_yen = excluded.unspent_paid_yen, spent_yen = excluded.spent_yen,
    spent_paid_yen = excluded.spent_paid_yen, hold_id = excluded.hold_id,
    evidence_due_at = excluded.evidence_due_at, changed_at = excluded.changed_at
"""
LOG_DISPUTE = """
INSERT INTO issuance.dispute_events (dispute_id, status, outcome, unspent_yen, spent_yen, at)
VALUES (%(dispute_id)s, %(status)s, %(outcome)s, %(unspent_yen)s, %(spent_yen)s, %(changed_at)s)
"""
PAYOUT = """
SELECT payout_id, amount_yen, entries_yen, fees_yen, arrived_on, outcome, journal_id, recorded_at
FROM issuance.provider_payouts
"""
PUT_PAYOUT = """
INSERT INTO issuance.provider_payouts
    (payout_id, amount_yen, entries_yen, fees_yen, arrived_on, outcome, journal_id, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (payout_id) DO UPDATE SET amount_yen = excluded.amount_yen, entries_yen = excluded.entries_yen,
    fees_yen = excluded.fees_yen, arrived_on = excluded.arrived_on, outcome = excluded.outcome,
    journal_id = excluded.journal_id, recorded_at = excluded.recorded_at
"""
INSERT_ENTRIES = """
INSERT INTO issuance.payout_entries (entry_id, payout_id, kind, amount_yen, fee_yen, provider_id, purchase_id)
SELECT entry_id, %s, kind, amount_yen, fee_yen, provider_id, purchase_id
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::uuid[])
    AS entry (entry_id, kind, amount_yen, fee_yen, provider_id, purchase_id)
"""
SOLD_AND_PAID_OUT = """
SELECT (
    SELECT coalesce(sum(p.amount_yen), 0)::bigint FROM issuance.purchases AS p
    WHERE p.counter IS NULL AND (p.state = 'paid' OR p.state = 'disputed' AND EXISTS (
        SELECT FROM issuance.disputes AS d WHERE d.purchase_id = p.id AND d.outcome IN ('frozen', 'loss_open')
    ))
), (
    SELECT coalesce(sum(e.amount_yen), 0)::bigint
    FROM issuance.payout_entries AS e JOIN issuance.provider_payouts AS o USING (payout_id)
    WHERE o.journal_id IS NOT NULL
)
"""


def purchases_of_payments(session: Session, provider_ids: Sequence[str]) -> dict[str, Purchase]:
    """Purchases by the provider's id of their payment."""
    found = find_purchases(session, "provider_id = ANY (%s::text[])", [list(provider_ids)])
    return {purchase.provider_id or "": purchase for purchase in found}


def find_disputes(session: Session, condition: str, facts: Sequence[Any]) -> list[Dispute]:
    """Read disputes."""
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    return [_dispute_of(row) for row in cursor.execute(f"{DISPUTE} WHERE {condition}".encode(), facts)]


def put_dispute(session: Session, dispute: Dispute) -> None:
    """Write a dispute as it stands, and that it went on."""
    facts = {field.name: getattr(dispute, field.name) for field in fields(dispute) if field.name != "value"}
    facts |= dispute.value._asdict()
    connection = driver_connection(session)
    connection.execute(PUT_DISPUTE, facts)
    connection.execute(LOG_DISPUTE, facts)


def wait_for_turn(session: Session, names: Sequence[str]) -> None:
    """Wait until nobody else decides about these disputes or payouts; the turn ends with the transaction."""
    statement = """
        SELECT pg_advisory_xact_lock(turn) FROM (
            SELECT DISTINCT hashtextextended(name, 7011) AS turn FROM unnest(%s::text[]) AS name ORDER BY turn
        ) AS turns
    """
    driver_connection(session).execute(statement, [list(names)])


def find_payouts(session: Session, condition: str, facts: Sequence[Any]) -> list[Payout]:
    """Read payouts."""
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    rows = cursor.execute(f"{PAYOUT} WHERE {condition}".encode(), facts)
    return [Payout(**{**row, "outcome": PayoutOutcome(row["outcome"])}) for row in rows]


def put_payout(session: Session, payout: Payout) -> None:
    """Write a payout as it stands."""
    facts = [getattr(payout, field.name) for field in fields(payout)]
    driver_connection(session).execute(PUT_PAYOUT, facts)


def insert_entries(session: Session, reading: PayoutReading, purchases: Mapping[str, Purchase]) -> None:
    """Write what a booked payout is made of, with the purchases that it is about."""
    rows = [(*_entry_row(entry), _purchase_id(purchases.get(entry.provider_id or ""))) for entry in reading.entries]
    if rows:
        columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
        driver_connection(session).execute(INSERT_ENTRIES, [reading.payout.payout_id, *columns])


def unmatched_entries(session: Session) -> list[OpenEntry]:
    """Entries about payments that belong to no purchase, the newest payout first."""
    statement = """
        SELECT entry_id, payout_id, kind, amount_yen, provider_id FROM issuance.payout_entries
        WHERE purchase_id IS NULL AND amount_yen <> 0 ORDER BY payout_id DESC, entry_id
    """
    return [OpenEntry(*row) for row in driver_connection(session).execute(statement)]


def sold_and_paid_out(session: Session) -> tuple[int, int]:
    """Yen of sales through the provider that stand, and of the entries of booked payouts."""
    row = driver_connection(session).execute(SOLD_AND_PAID_OUT).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def disputes_running(session: Session, limit: int) -> list[str]:
    """Disputes that may still be decided, the oldest first."""
    statement = """
        SELECT dispute_id FROM issuance.disputes
        WHERE outcome IN ('unmatched', 'watched', 'taken_back', 'frozen') ORDER BY opened_at LIMIT %s
    """
    return [row[0] for row in driver_connection(session).execute(statement, [limit])]


def _entry_row(entry: PayoutEntry) -> tuple[str, str, int, int, str | None]:
    return entry.entry_id, entry.kind, entry.amount_yen, entry.fee_yen, entry.provider_id


def _purchase_id(purchase: Purchase | None) -> UUID | None:
    return purchase.id if purchase else None


def _dispute_of(row: Mapping[str, Any]) -> Dispute:
    value = DisputeValue(**{name: row[name] for name in DisputeValue._fields})
    facts = {name: value for name, value in row.items() if name not in DisputeValue._fields}
    return Dispute(**{**facts, "outcome": DisputeOutcome(row["outcome"]), "value": value})
