"""Statements about deliveries through other doors than the inbox."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.notices.model import DeliveryOutcome, DoorKind, Notice, NoticeDelivery, NoticeKind
from kernel.db import driver_connection

CLAIM = """
UPDATE issuance.notice_deliveries AS d SET next_at = %(until)s
FROM issuance.notices AS n
WHERE n.id = d.notice_id AND d.notice_id IN (
    SELECT notice_id FROM issuance.notice_deliveries
    WHERE delivered_at IS NULL AND next_at <= %(now)s
    ORDER BY next_at, notice_id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING n.id, n.wallet_id, n.kind, n.day, n.facts, n.made_at, d.door, d.attempts
"""
LOCK = """
SELECT door, attempts FROM issuance.notice_deliveries WHERE notice_id = %s AND delivered_at IS NULL FOR NO KEY UPDATE
"""
INSERT_ATTEMPT = """
INSERT INTO issuance.notice_attempts (notice_id, number, door, outcome, at) VALUES (%s, %s, %s, %s, %s)
"""
SAVE = """
UPDATE issuance.notice_deliveries SET door = %s, attempts = %s, next_at = %s, delivered_at = %s WHERE notice_id = %s
"""


def claim(session: Session, now: datetime, *, until: datetime, limit: int) -> list[NoticeDelivery]:
    """Read what is due now, and let nobody else take it before `until`."""
    rows = driver_connection(session).execute(CLAIM, {"now": now, "until": until, "limit": limit})
    return [
        NoticeDelivery(Notice(row[0], row[1], NoticeKind(row[2]), *row[3:6]), DoorKind(row[6]), row[7]) for row in rows
    ]


def lock_waiting(session: Session, notice_id: UUID) -> tuple[DoorKind, int] | None:
    """The door of a delivery that still waits and its failed attempts; None for one that is delivered."""
    row = driver_connection(session).execute(LOCK, [notice_id]).fetchone()
    return (DoorKind(row[0]), row[1]) if row else None


def save_attempt(
    session: Session, notice_id: UUID, number: int, door: DoorKind, outcome: DeliveryOutcome, now: datetime
) -> None:
    """Note an attempt."""
    driver_connection(session).execute(INSERT_ATTEMPT, [notice_id, number, door, outcome, now])


def save_delivery(
    session: Session,
    notice_id: UUID,
    *,
    door: DoorKind,
    attempts: int,
    next_at: datetime,
    delivered_at: datetime | None,
) -> None:
    """Write how a delivery stands after an attempt."""
    driver_connection(session).execute(SAVE, [door, attempts, next_at, delivered_at, notice_id])
