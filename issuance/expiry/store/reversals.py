"""Statements about reversals."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import DueFigures, ExpiredLot, ExpiryReversal, ExpiryReversalState, ReversedLot
from issuance.model import Clerk
from kernel.db import driver_connection

REVERSIBLE = """
FROM issuance.expired_lots AS e JOIN issuance.expiry_run_lots AS l USING (run_id, lot_id)
WHERE e.run_id = %(run_id)s
  AND (%(wallet_id)s::uuid IS NULL OR l.wallet_id = %(wallet_id)s)
  AND (%(lot_id)s::uuid IS NULL OR l.lot_id = %(lot_id)s)
  AND NOT EXISTS (SELECT FROM issuance.reversed_lots AS r WHERE r.lot_id = e.lot_id)
"""
INSERT_REVERSAL = """
INSERT INTO issuance.expiry_reversals (id, run_id, reason, last_day, state, asked_by, asked_at)
VALUES (%s, %s, %s, %s, 'asked', %s, %s)
"""
INSERT_LOTS = f"""
INSERT INTO issuance.expiry_reversal_lots (reversal_id, run_id, lot_id, position)
SELECT %(reversal_id)s, e.run_id, e.lot_id, row_number() OVER (ORDER BY e.lot_id) {REVERSIBLE}
"""
REVERSAL = """
SELECT r.id, r.run_id, r.reason, r.last_day, r.state, r.asked_by, r.asked_at, r.confirmed_by, r.confirmed_at,
       r.stopped_because, sums.lots, sums.paid_yen, sums.premium_yen, sums.back, sums.paid_back, sums.premium_back
FROM issuance.expiry_reversals AS r
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS lots, sum(l.paid_yen)::bigint AS paid_yen, sum(l.premium_yen)::bigint AS premium_yen,
           count(back.lot_id)::integer AS back,
           coalesce(sum(l.paid_yen) FILTER (WHERE back.lot_id IS NOT NULL), 0)::bigint AS paid_back,
           coalesce(sum(l.premium_yen) FILTER (WHERE back.lot_id IS NOT NULL), 0)::bigint AS premium_back
    FROM issuance.expiry_reversal_lots AS asked
    JOIN issuance.expiry_run_lots AS l USING (run_id, lot_id)
    LEFT JOIN issuance.reversed_lots AS back USING (reversal_id, lot_id)
    WHERE asked.reversal_id = r.id
) AS sums
"""
REVERSED_ELSEWHERE = """
SELECT count(*) FROM issuance.expiry_reversal_lots AS l
WHERE l.reversal_id = %(reversal_id)s AND (
    EXISTS (SELECT FROM issuance.reversed_lots AS r WHERE r.lot_id = l.lot_id)
    OR EXISTS (
        SELECT FROM issuance.expiry_reversal_lots AS o
        JOIN issuance.expiry_reversals AS other ON other.id = o.reversal_id
        WHERE o.lot_id = l.lot_id AND other.id <> l.reversal_id AND other.state = 'confirmed'
    )
)
"""
NEXT_LOTS = """
SELECT l.lot_id, e.journal_id
FROM issuance.expiry_reversal_lots AS l JOIN issuance.expired_lots AS e USING (run_id, lot_id)
WHERE l.reversal_id = %s
  AND NOT EXISTS (
      SELECT FROM issuance.reversed_lots AS r WHERE r.reversal_id = l.reversal_id AND r.lot_id = l.lot_id
  )
ORDER BY l.position LIMIT %s
"""
INSERT_REVERSED = """
INSERT INTO issuance.reversed_lots (reversal_id, lot_id, new_lot_id, journal_id, reversed_at)
SELECT %s, lot_id, new_lot_id, journal_id, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS back (lot_id, new_lot_id, journal_id)
"""


def last_expired_at(session: Session, run_id: UUID, wallet_id: UUID | None, lot_id: UUID | None) -> datetime | None:
    """When the last of the lots that can still come back expired; None when there is no such lot."""
    facts = {"run_id": run_id, "wallet_id": wallet_id, "lot_id": lot_id}
    row = driver_connection(session).execute(f"SELECT max(e.expired_at) {REVERSIBLE}".encode(), facts).fetchone()
    return row[0] if row else None


def insert_reversal(
    session: Session,
    reversal_id: UUID,
    run_id: UUID,
    which: tuple[UUID | None, UUID | None],
    why: tuple[str, date],
    by: Clerk,
    now: datetime,
) -> None:
    """Write what is asked for: lots of a run by wallet or lot, a reason and a last day."""
    connection = driver_connection(session)
    connection.execute(INSERT_REVERSAL, [reversal_id, run_id, *why, by.id, now])
    wallet_id, lot_id = which
    facts = {"reversal_id": reversal_id, "run_id": run_id, "wallet_id": wallet_id, "lot_id": lot_id}
    connection.execute(INSERT_LOTS.encode(), facts)


def find_reversal(session: Session, reversal_id: UUID, *, lock: bool = False) -> ExpiryReversal | None:
    """Read a reversal, locked against other steps if asked."""
    found = _reversals(session, f"WHERE r.id = %s{' FOR NO KEY UPDATE OF r' if lock else ''}", [reversal_id])
    return found[0] if found else None


def reversals_of(session: Session, run_id: UUID) -> list[ExpiryReversal]:
    """The reversals of a run, oldest first."""
    return _reversals(session, "WHERE r.run_id = %s ORDER BY r.id", [run_id])


def reversals_in_state(session: Session, state: ExpiryReversalState) -> list[UUID]:
    """Reversals at a step, oldest first."""
    statement = "SELECT id FROM issuance.expiry_reversals WHERE state = %s ORDER BY id"
    return [row[0] for row in driver_connection(session).execute(statement, [state])]


def last_expiry(session: Session, reversal_id: UUID) -> datetime:
    """When the last lot of a reversal expired."""
    statement = """
        SELECT max(e.expired_at) FROM issuance.expiry_reversal_lots AS l
        JOIN issuance.expired_lots AS e USING (run_id, lot_id) WHERE l.reversal_id = %s
    """
    row = driver_connection(session).execute(statement, [reversal_id]).fetchone()
    assert row is not None
    expired_at: datetime = row[0]
    return expired_at


def reversed_elsewhere(session: Session, reversal_id: UUID) -> int:
    """How many lots of a reversal came back by another one, or are about to."""
    row = driver_connection(session).execute(REVERSED_ELSEWHERE, {"reversal_id": reversal_id}).fetchone()
    return int(row[0]) if row else 0


def confirm_reversal(session: Session, reversal_id: UUID, by: Clerk, now: datetime) -> None:
    """Write who confirmed a reversal."""
    statement = """
        UPDATE issuance.expiry_reversals SET state = 'confirmed', confirmed_by = %s, confirmed_at = %s WHERE id = %s
    """
    driver_connection(session).execute(statement, [by.id, now, reversal_id])


def end_reversal(session: Session, reversal_id: UUID, stopped_because: str | None = None) -> None:
    """Move a reversal to its end: done, or stopped for a reason."""
    state = ExpiryReversalState.STOPPED if stopped_because else ExpiryReversalState.DONE
    statement = "UPDATE issuance.expiry_reversals SET state = %s, stopped_because = %s WHERE id = %s"
    driver_connection(session).execute(statement, [state, stopped_because, reversal_id])


def next_lots(session: Session, reversal_id: UUID, limit: int) -> list[ExpiredLot]:
    """The next lots of a reversal that have not come back."""
    return [ExpiredLot(*row) for row in driver_connection(session).execute(NEXT_LOTS, [reversal_id, limit])]


def insert_reversed(session: Session, reversal_id: UUID, lots: Sequence[ReversedLot], now: datetime) -> None:
    """Write which lots came back, and as what."""
    if lots:
        columns = [list(column) for column in zip(*lots, strict=True)]
        driver_connection(session).execute(INSERT_REVERSED, [reversal_id, now, *columns])


def _reversals(session: Session, which: str, facts: Sequence[Any]) -> list[ExpiryReversal]:
    return [_reversal(row) for row in driver_connection(session).execute(f"{REVERSAL} {which}".encode(), facts)]


def _reversal(row: Sequence[Any]) -> ExpiryReversal:
    facts = [*row[:4], ExpiryReversalState(row[4]), *row[5:10], DueFigures(*row[10:13]), DueFigures(*row[13:])]
    return ExpiryReversal(*facts)
