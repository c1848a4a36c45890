"""Statements about deletions that wait for a second member of staff."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.access.model import DeletionOutcome, DeletionReason, DeletionRequest
from kernel.db import driver_connection

WAITING = """
SELECT r.id, r.person_id, r.requested_by, s.display_name, r.reason, r.case_reference, r.requested_at
FROM identity.deletion_requests AS r JOIN identity.staff AS s ON s.id = r.requested_by
WHERE r.outcome IS NULL
"""


def insert_request(
    session: Session,
    *,
    request_id: UUID,
    person_id: UUID,
    by: UUID,
    reason: DeletionReason,
    case_reference: str,
    now: datetime,
) -> bool:
    """Store a request; False when one waits for this person already."""
    inserted = driver_connection(session).execute(
        """
        INSERT INTO identity.deletion_requests (id, person_id, requested_by, reason, case_reference, requested_at)
        VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        [request_id, person_id, by, reason.value, case_reference, now],
    )
    return inserted.rowcount == 1


def find_waiting(session: Session) -> list[DeletionRequest]:
    """Read the requests that nobody has decided, oldest first."""
    rows = driver_connection(session).execute(f"{WAITING} ORDER BY r.requested_at, r.id", binary=True)
    return [_request(row) for row in rows]


def lock_waiting(session: Session, request_id: UUID) -> DeletionRequest | None:
    """Read a request that waits and hold its row, so that one of two decisions comes first."""
    row = (
        driver_connection(session).execute(f"{WAITING} AND r.id = %s FOR UPDATE OF r", [request_id], binary=True)
    ).fetchone()
    return _request(row) if row else None


def save_decision(session: Session, request_id: UUID, outcome: DeletionOutcome, by: UUID, now: datetime) -> None:
    """Store how a request ended."""
    driver_connection(session).execute(
        "UPDATE identity.deletion_requests SET outcome = %s, decided_by = %s, decided_at = %s WHERE id = %s",
        [outcome.value, by, now, request_id],
    )


def _request(row: tuple[UUID, UUID, UUID, str, str, str, datetime]) -> DeletionRequest:
    request_id, person_id, by, by_name, reason, case_reference, at = row
    return DeletionRequest(request_id, person_id, by, by_name, DeletionReason(reason), case_reference, at)
