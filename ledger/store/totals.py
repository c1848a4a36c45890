"""Statements over accounts whose totals are summed up behind a cursor instead of being updated by every payment.

The cursor is a transaction id before which every transaction has ended, so nothing can still appear behind it. A
reader adds what came after the cursor, and so always sees the whole truth.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection

FORGET_OTHER_SERVER = """
UPDATE ledger.totals_cursor SET before_transaction_id = '0'
WHERE before_transaction_id > pg_snapshot_xmax(pg_current_snapshot()) RETURNING 1
"""
EMPTY_TOTALS = """
UPDATE ledger.account_totals SET debit_yen = 0, debit_paid_yen = 0, credit_yen = 0, credit_paid_yen = 0
"""
MOVE_CURSOR = """
UPDATE ledger.totals_cursor AS c
SET before_transaction_id = pg_snapshot_xmin(pg_current_snapshot())
FROM (SELECT before_transaction_id FROM ledger.totals_cursor FOR UPDATE) AS old
WHERE c.before_transaction_id < pg_snapshot_xmin(pg_current_snapshot())
RETURNING old.before_transaction_id::text, c.before_transaction_id::text
"""
ADD_TO_TOTALS = """
INSERT INTO ledger.account_totals AS total (account_id, debit_yen, debit_paid_yen, credit_yen, credit_paid_yen)
SELECT account_id, sum(debit_yen), sum(debit_paid_yen), sum(credit_yen), sum(credit_paid_yen)
FROM (
    SELECT debit_account_id AS account_id, amount_yen AS debit_yen, paid_yen AS debit_paid_yen,
           0 AS credit_yen, 0 AS credit_paid_yen
    FROM ledger.transfers WHERE transaction_id >= %(since)s::xid8 AND transaction_id < %(before)s::xid8
    UNION ALL
    SELECT credit_account_id, 0, 0, amount_yen, paid_yen
    FROM ledger.transfers WHERE transaction_id >= %(since)s::xid8 AND transaction_id < %(before)s::xid8
) AS legs
JOIN ledger.accounts AS a ON a.id = legs.account_id AND a.kind NOT IN ('lot', 'held')
GROUP BY account_id
ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE SET
    debit_yen = total.debit_yen + excluded.debit_yen,
    debit_paid_yen = total.debit_paid_yen + excluded.debit_paid_yen,
    credit_yen = total.credit_yen + excluded.credit_yen,
    credit_paid_yen = total.credit_paid_yen + excluded.credit_paid_yen
"""
READ_TOTALS = """
WITH legs AS (
    SELECT account_id, debit_yen, debit_paid_yen, credit_yen, credit_paid_yen
    FROM ledger.account_totals WHERE account_id = ANY (%(accounts)s)
    UNION ALL
    SELECT t.debit_account_id, t.amount_yen, t.paid_yen, 0, 0
    FROM ledger.transfers AS t, ledger.totals_cursor AS c
    WHERE t.transaction_id >= c.before_transaction_id AND t.debit_account_id = ANY (%(accounts)s)
    UNION ALL
    SELECT t.credit_account_id, 0, 0, t.amount_yen, t.paid_yen
    FROM ledger.transfers AS t, ledger.totals_cursor AS c
    WHERE t.transaction_id >= c.before_transaction_id AND t.credit_account_id = ANY (%(accounts)s)
)
SELECT account_id, sum(debit_yen)::bigint, sum(debit_paid_yen)::bigint,
       sum(credit_yen)::bigint, sum(credit_paid_yen)::bigint
FROM legs GROUP BY account_id
"""
TOTALS_AS_OF = """
SELECT coalesce(sum(t.amount_yen) FILTER (WHERE t.debit_account_id = %(account)s), 0)::bigint,
       coalesce(sum(t.paid_yen) FILTER (WHERE t.debit_account_id = %(account)s), 0)::bigint,
       coalesce(sum(t.amount_yen) FILTER (WHERE t.credit_account_id = %(account)s), 0)::bigint,
       coalesce(sum(t.paid_yen) FILTER (WHERE t.credit_account_id = %(account)s), 0)::bigint
FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id
WHERE (t.debit_account_id = %(account)s OR t.credit_account_id = %(account)s)
  AND j.event_at <= %(event_at)s AND j.recorded_at <= %(recorded_at)s
"""
TRIAL_BALANCE = """
SELECT k.side, a.kind, a.campaign_id,
       coalesce(sum(l.debit_yen), 0)::bigint, coalesce(sum(l.debit_paid_yen), 0)::bigint,
       coalesce(sum(l.credit_yen), 0)::bigint, coalesce(sum(l.credit_paid_yen), 0)::bigint
FROM (
    SELECT t.debit_account_id AS account_id, t.amount_yen AS debit_yen, t.paid_yen AS debit_paid_yen,
           0 AS credit_yen, 0 AS credit_paid_yen
    FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id WHERE j.event_at <= %(event_at)s
    UNION ALL
    SELECT t.credit_account_id, 0, 0, t.amount_yen, t.paid_yen
    FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id WHERE j.event_at <= %(event_at)s
) AS l
JOIN ledger.accounts AS a ON a.id = l.account_id
JOIN ledger.account_kinds AS k ON k.kind = a.kind
GROUP BY k.side, a.kind, a.campaign_id
ORDER BY array_position(ARRAY['asset', 'liability', 'budget', 'income'], k.side), a.kind, a.campaign_id
"""
CLOSED_THROUGH = "SELECT max(closed_through) FROM ledger.period_closes"
CLOSE_PERIOD = "INSERT INTO ledger.period_closes (closed_through, closed_by) VALUES (%s, %s)"


class Totals(NamedTuple):
    """What an account was debited and credited in all, in yen, and how much of each was paid part."""

    debit_yen: int
    debit_paid_yen: int
    credit_yen: int
    credit_paid_yen: int


def roll_up(session: Session) -> bool:
    """Move the cursor to the newest safe place and add what it passed; False when there was nothing to pass.

    A cursor ahead of every transaction of this server came with a dump from another one: all is summed up anew.
    """
    connection = driver_connection(session)
    if connection.execute(FORGET_OTHER_SERVER).fetchone():
        connection.execute(EMPTY_TOTALS)
    moved = connection.execute(MOVE_CURSOR).fetchone()
    if moved is None:
        return False
    connection.execute(ADD_TO_TOTALS, {"since": moved[0], "before": moved[1]})
    return True


def read_totals(session: Session, account_ids: Sequence[UUID]) -> dict[UUID, Totals]:
    """Totals of shared accounts now; accounts that were never touched are missing."""
    rows = driver_connection(session).execute(READ_TOTALS, {"accounts": list(account_ids)})
    return {row[0]: Totals(*row[1:]) for row in rows}


def totals_as_of(session: Session, account_id: UUID, event_at: datetime, recorded_at: datetime) -> Totals:
    """Totals of one account from what had happened by `event_at` and was recorded by `recorded_at`."""
    facts = {"account": account_id, "event_at": event_at, "recorded_at": recorded_at}
    row = driver_connection(session).execute(TOTALS_AS_OF, facts).fetchone()
    assert row is not None
    return Totals(*row)


def trial_balance(session: Session, event_at: datetime) -> list[tuple[str, str, UUID | None, Totals]]:
    """Totals by side, account kind and campaign of all that had happened by `event_at`."""
    rows = driver_connection(session).execute(TRIAL_BALANCE, {"event_at": event_at})
    return [(side, kind, campaign_id, Totals(*totals)) for side, kind, campaign_id, *totals in rows]


def close_through(session: Session, closed_through: date, closed_by: str) -> date | None:
    """Wait for postings under way, keep new ones waiting, and close.

    Answers the day through which the books are closed already when that is this day or a later one.
    """
    connection = driver_connection(session)
    connection.execute("SELECT pg_advisory_xact_lock(7001)")
    row = connection.execute(CLOSED_THROUGH).fetchone()
    newest: date | None = row[0] if row else None
    if newest is not None and newest >= closed_through:
        return newest
    connection.execute(CLOSE_PERIOD, [closed_through, closed_by])
    return None
