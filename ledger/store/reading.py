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


def holds_to_release(session: Session, now: datetime, limit: int) -> list[UUID]:
    """Holds whose deadline has passed and that hold value."""
    return [row[0] for row in driver_connection(session).execute(HOLDS_TO_RELEASE, [now, limit])]


def export(session: Session, table: str, rows_per_fetch: int = 5_000) -> Iterator[Sequence[Any]]:
    """Stream a whole table of the books in its natural order."""
    with driver_connection(session).cursor(name=f"export_{table}") as cursor:
        cursor.itersize = rows_per_fetch
        yield from cursor.execute(EXPORTS[table])
