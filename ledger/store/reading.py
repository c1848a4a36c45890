"""Statements that answer questions about lots, holds and journals."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection

WALLET_LOTS = """
SELECT account_id, campaign_id, usable_at, first_day, last_day, issued_at,
       issued_paid_yen + issued_premium_yen, paid_left_yen, premium_left_yen
FROM ledger.lots WHERE wallet_id = %s ORDER BY last_day, issued_at, account_id
"""
WALLET_USE = """
SELECT campaign_id, usable_at, sum(amount_yen)::bigint FROM (
    SELECT l.campaign_id, l.usable_at, t.amount_yen
    FROM ledger.lots AS l
    JOIN ledger.transfers AS t ON t.debit_account_id = l.account_id
    JOIN ledger.journals AS j ON j.id = t.journal_id
    WHERE l.wallet_id = %(wallet)s AND j.kind = 'payment' AND j.event_at >= %(since)s AND j.event_at < %(before)s
    UNION ALL
    SELECT l.campaign_id, l.usable_at, -t.amount_yen
    FROM ledger.lots AS l
    JOIN ledger.transfers AS t ON t.credit_account_id = l.account_id
    JOIN ledger.journals AS j ON j.id = t.journal_id
    WHERE l.wallet_id = %(wallet)s AND j.kind IN ('payment_voided', 'payment_refunded')
      AND j.event_at >= %(since)s AND j.event_at < %(before)s
) AS used GROUP BY campaign_id, usable_at ORDER BY 3 DESC, campaign_id, usable_at
"""
PAYMENT_USE = """
SELECT l.campaign_id, l.usable_at, sum(t.amount_yen)::bigint
FROM ledger.transfers AS t JOIN ledger.lots AS l ON l.account_id = t.debit_account_id
WHERE t.journal_id = %s GROUP BY l.campaign_id, l.usable_at ORDER BY 3 DESC, l.campaign_id, l.usable_at
"""
DECISION = "SELECT journal_id, refusal_code, refusal_facts FROM ledger.decisions WHERE key = %s"
HOLDS_TO_RELEASE = """
SELECT account_id FROM ledger.holds
WHERE deadline_at < %s AND paid_left_yen + premium_left_yen > 0 ORDER BY account_id LIMIT %s
"""
EXPORTS = {
    "accounts": """
        SELECT a.id, k.side, a.kind, a.campaign_id, a.merchant_id, a.reference,
               l.issued_paid_yen, l.issued_premium_yen, l.paid_left_yen, l.premium_left_yen, l.first_day, l.last_day
        FROM ledger.accounts AS a JOIN ledger.account_kinds AS k ON k.kind = a.kind
        LEFT JOIN ledger.lots AS l ON l.account_id = a.id ORDER BY k.side, a.kind, a.id
    """,
    "journals": """
        SELECT id, sequence, kind, event_at, recorded_at, corrects_id FROM ledger.journals ORDER BY sequence
    """,
    "transfers": """
        SELECT t.journal_id, j.sequence, t.line, t.debit_account_id, t.credit_account_id, t.amount_yen, t.paid_yen,
               t.amount_yen - t.paid_yen, t.reverses_line
        FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id ORDER BY j.sequence, t.line
    """,
}


def wallet_lots(session: Session, wallet_id: UUID) -> list[tuple[Any, ...]]:
    """A wallet's lots in spend order."""
    return driver_connection(session).execute(WALLET_LOTS, [wallet_id], binary=True).fetchall()


def wallet_use(session: Session, wallet_id: UUID, since: datetime, before: datetime) -> list[tuple[Any, ...]]:
    """What a wallet paid less what it got back in a span of time, by campaign and by where it is usable."""
    facts = {"wallet": wallet_id, "since": since, "before": before}
    return driver_connection(session).execute(WALLET_USE, facts).fetchall()


def payment_use(session: Session, journal_id: UUID) -> list[tuple[Any, ...]]:
    """What one payment took from lots, by campaign and by where they are usable."""
    return driver_connection(session).execute(PAYMENT_USE, [journal_id]).fetchall()


def find_decision(session: Session, key_id: UUID) -> tuple[UUID | None, str | None, dict[str, Any] | None] | None:
    """The journal, or the code and facts of the refusal, that a key was answered with."""
    row = driver_connection(session).execute(DECISION, [key_id], binary=True).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def holds_to_release(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Holds whose deadline has passed and that hold value."""
    return [row[0] for row in driver_connection(session).execute(HOLDS_TO_RELEASE, [now, limit])]


def export(session: Session, table: str, rows_per_fetch: int = 5_000) -> Iterator[Sequence[Any]]:
    """Stream a whole table of the books in its natural order."""
    with driver_connection(session).cursor(name=f"export_{table}") as cursor:
        cursor.itersize = rows_per_fetch
        yield from cursor.execute(EXPORTS[table])
