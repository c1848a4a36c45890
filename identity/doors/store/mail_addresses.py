"""Addresses for e-mail: what was proved, and what waits for its code."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import dict_row
from sqlmodel import Session

from identity.doors.model import MailAddressState
from kernel.db import driver_connection

STATE = """
SELECT address, confirmed_at, pending_address, code_digest, code_expires_at, failures, codes_sent, counted_since
FROM identity.mail_addresses WHERE person_id = %s
"""
ASK = """
INSERT INTO identity.mail_addresses (
    person_id, pending_address, code_digest, code_expires_at, failures, codes_sent, counted_since
) VALUES (%s, %s, %s, %s, 0, %s, %s)
ON CONFLICT (person_id) DO UPDATE SET
    pending_address = excluded.pending_address, code_digest = excluded.code_digest,
    code_expires_at = excluded.code_expires_at, failures = 0, codes_sent = excluded.codes_sent,
    counted_since = excluded.counted_since
"""
DROP_PENDING = "pending_address = NULL, code_digest = NULL, code_expires_at = NULL, failures = 0"
CONFIRM = f"""
UPDATE identity.mail_addresses SET address = pending_address, confirmed_at = %s, {DROP_PENDING}
WHERE person_id = %s AND pending_address IS NOT NULL
"""  # noqa: S608
REMOVE = f"""
UPDATE identity.mail_addresses SET address = NULL, confirmed_at = NULL, {DROP_PENDING}
WHERE person_id = %s AND (address IS NOT NULL OR pending_address IS NOT NULL)
"""  # noqa: S608
CONFIRMED = """
SELECT person_id, address FROM identity.mail_addresses WHERE person_id = ANY (%s::uuid[]) AND address IS NOT NULL
"""


def find_state(session: Session, person_id: UUID, *, lock: bool = False) -> MailAddressState | None:
    """Read what is known of a person's address; locked, codes are asked for and tried one after the other."""
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    row = cursor.execute(f"{STATE} FOR UPDATE" if lock else STATE, [person_id]).fetchone()
    return MailAddressState(**row) if row else None


def lock_person(session: Session, person_id: UUID) -> None:
    """Let nobody else ask for a code for this person until the transaction ends, also before there is a row."""
    key = f"identity.mail_addresses:{person_id}"
    driver_connection(session).execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def save_request(
    session: Session, person_id: UUID, address: str, code: tuple[bytes, datetime], counted: tuple[int, datetime]
) -> None:
    """Store an address that waits for its code, in the place of another that waited."""
    driver_connection(session).execute(ASK, [person_id, address, *code, *counted])


def confirm(session: Session, person_id: UUID, now: datetime) -> None:
    """Make the address that waited the person's."""
    driver_connection(session).execute(CONFIRM, [now, person_id])


def save_failures(session: Session, person_id: UUID, failures: int) -> None:
    """Count wrong codes."""
    statement = "UPDATE identity.mail_addresses SET failures = %s WHERE person_id = %s"
    driver_connection(session).execute(statement, [failures, person_id])


def drop_request(session: Session, person_id: UUID) -> None:
    """Forget an address that waited; the one that was proved before stays."""
    statement = f"UPDATE identity.mail_addresses SET {DROP_PENDING} WHERE person_id = %s"  # noqa: S608
    driver_connection(session).execute(statement.encode(), [person_id])


def remove(session: Session, person_id: UUID) -> bool:
    """Forget every address of a person; False when there was none."""
    return driver_connection(session).execute(REMOVE, [person_id]).rowcount > 0


def find_confirmed(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The proved addresses of people, by person."""
    return dict(driver_connection(session).execute(CONFIRMED, [list(person_ids)]).fetchall())


def find_confirmed_at(session: Session, person_id: UUID) -> datetime | None:
    """Since when a person is written to by e-mail; the address itself is not read."""
    statement = "SELECT confirmed_at FROM identity.mail_addresses WHERE person_id = %s"
    row = driver_connection(session).execute(statement, [person_id]).fetchone()
    return row[0] if row else None


def forget_unproved(session: Session, now: datetime, counted_before: datetime) -> int:
    """Forget addresses whose code is over and rows without any, and count them."""
    statement = "SELECT identity.forget_mail_addresses(%s, %s)"
    row = driver_connection(session).execute(statement, [now, counted_before]).fetchone()
    return int(row[0]) if row else 0
