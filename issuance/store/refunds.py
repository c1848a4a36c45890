"""Statements about money given back and about receipts of cash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.purchase_model import Purchase, RefundEvent, RefundMethod
from issuance.store.purchases import find_purchases
from kernel.db import driver_connection

COLUMNS = "purchase_id, way, status, amount_yen, refund_id, reason, evidence, by, second_person"
INSERT = f"""
INSERT INTO issuance.refund_events ({COLUMNS}, at)
SELECT new.*, %s FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
    %s::uuid[], %s::uuid[]) AS new ({COLUMNS})
"""  # noqa: S608 - made of our own columns
LATEST = f"""
SELECT DISTINCT ON (purchase_id) {COLUMNS} FROM issuance.refund_events
WHERE purchase_id = ANY (%s::uuid[]) ORDER BY purchase_id, id DESC
"""  # noqa: S608 - made of our own columns
UNDER_WAY = """
SELECT refund_id FROM (
    SELECT DISTINCT ON (e.refund_id) e.refund_id, e.status, e.id
    FROM issuance.purchases AS p JOIN issuance.refund_events AS e ON e.purchase_id = p.id
    WHERE p.state = 'refund_needed' AND e.refund_id IS NOT NULL ORDER BY e.refund_id, e.id DESC
) AS newest
WHERE status IN ('requires_action', 'pending', 'succeeded') ORDER BY id LIMIT %s
"""
NEVER_ASKED = """
state = 'refund_needed' AND provider_id IS NOT NULL AND received_yen IS NOT NULL
AND NOT EXISTS (SELECT FROM issuance.refund_events AS e WHERE e.purchase_id = purchases.id)
ORDER BY id LIMIT %s
"""
UNASKED = """
state = 'paid' AND (
    SELECT e.status FROM issuance.refund_events AS e WHERE e.purchase_id = purchases.id ORDER BY e.id DESC LIMIT 1
) IN ('requires_action', 'pending', 'succeeded')
ORDER BY id LIMIT %s
"""
FAILED = """
state = 'refund_needed' AND (
    SELECT e.status FROM issuance.refund_events AS e WHERE e.purchase_id = purchases.id ORDER BY e.id DESC LIMIT 1
) IN ('failed', 'canceled', 'refused')
ORDER BY id LIMIT %s
"""
PRINT_RECEIPT = """
WITH numbered AS (
    INSERT INTO issuance.counter_receipts (purchase_id) VALUES (%(purchase_id)s)
    ON CONFLICT (purchase_id) DO NOTHING RETURNING number
), printed AS (
    INSERT INTO issuance.receipt_prints (purchase_id, copy_number, clerk_id, at)
    SELECT %(purchase_id)s, count(*), %(clerk_id)s, %(now)s
    FROM issuance.receipt_prints WHERE purchase_id = %(purchase_id)s
    RETURNING copy_number
)
SELECT coalesce((SELECT number FROM numbered),
                (SELECT number FROM issuance.counter_receipts WHERE purchase_id = %(purchase_id)s)),
       (SELECT copy_number FROM printed)
"""


def insert_events(session: Session, events: Sequence[RefundEvent], now: datetime) -> None:
    """Log how refunds went on."""
    if events:
        columns: list[Any] = [list(column) for column in zip(*events, strict=True)]
        driver_connection(session).execute(INSERT, [now, *columns])


def latest_events(session: Session, purchase_ids: Sequence[UUID]) -> dict[UUID, RefundEvent]:
    """The newest event of each purchase that has any."""
    rows = driver_connection(session).execute(LATEST, [list(purchase_ids)])
    return {row[0]: RefundEvent(row[0], RefundMethod(row[1]), *row[2:]) for row in rows}


def refunds_under_way(session: Session, limit: int) -> list[str]:
    """The provider's ids of refunds that may still succeed or fail, the oldest first."""
    return [row[0] for row in driver_connection(session).execute(UNDER_WAY, [limit])]


def never_asked(session: Session, limit: int) -> list[Purchase]:
    """Purchases whose money is to be given back, and for which the provider was not asked yet."""
    return find_purchases(session, NEVER_ASKED, [limit])


def failed(session: Session, limit: int) -> list[Purchase]:
    """Purchases whose money the provider could not give back."""
    return find_purchases(session, FAILED, [limit])


def unasked(session: Session, limit: int) -> list[Purchase]:
    """Purchases with value whose money is given back although nobody here asked for it."""
    return find_purchases(session, UNASKED, [limit])


def print_receipt(session: Session, purchase_id: UUID, clerk_id: UUID, now: datetime) -> tuple[int, int]:
    """Log that a receipt was printed; gives its number, and which copy it is (0 is the original)."""
    facts = {"purchase_id": purchase_id, "clerk_id": clerk_id, "now": now}
    row = driver_connection(session).execute(PRINT_RECEIPT, facts).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
