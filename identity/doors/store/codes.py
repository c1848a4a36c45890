"""Confirmations and codes of the counter, and wrong codes by where they came from."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import CounterCodeState, DocumentKind
from kernel.db import driver_connection
from kernel.ids import new_id

_EVERY_SELECTOR = "identity.doors:counter"


def insert_confirmation(
    session: Session, person_id: UUID, clerk_id: UUID, document_kind: DocumentKind, now: datetime
) -> UUID:
    """Store that a clerk saw somebody with a document, and answer the id of that."""
    confirmation_id = new_id()
    driver_connection(session).execute(
        "INSERT INTO identity.counter_confirmations (id, person_id, clerk_id, document_kind, confirmed_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        [confirmation_id, person_id, clerk_id, document_kind.value, now],
    )
    return confirmation_id


def lock_free_selectors(session: Session, person_id: UUID, now: datetime, selectors: int) -> list[int]:
    """The selectors that no living code of somebody else has; clerks draw them one after the other."""
    connection = driver_connection(session)
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_EVERY_SELECTOR])
    rows = connection.execute(
        """
        SELECT s::integer FROM generate_series(0, %s) AS s WHERE NOT EXISTS (
            SELECT FROM identity.counter_codes AS c
            WHERE c.selector = lpad(s::text, 3, '0') AND c.expires_at > %s AND c.person_id <> %s
        )
        """,
        [selectors - 1, now, person_id],
    )
    return [row[0] for row in rows]


def replace_code(session: Session, code: CounterCodeState, confirmation_id: UUID, now: datetime) -> None:
    """Add a code; the person's code before it and codes that are over go."""
    connection = driver_connection(session)
    connection.execute(
        "DELETE FROM identity.counter_codes WHERE person_id = %s OR expires_at <= %s", [code.person_id, now]
    )
    connection.execute(
        "INSERT INTO identity.counter_codes (selector, secret_digest, person_id, confirmation_id, expires_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        [code.selector, code.secret_digest, code.person_id, confirmation_id, code.expires_at],
    )


def lock_code(session: Session, selector: str) -> CounterCodeState | None:
    """Find a code, and hold its row so that attempts are counted one after the other."""
    row = (
        driver_connection(session)
        .execute(
            """
            SELECT selector, secret_digest, person_id, expires_at, failures FROM identity.counter_codes
            WHERE selector = %s FOR UPDATE
            """,
            [selector],
            binary=True,
        )
        .fetchone()
    )
    return CounterCodeState(row[0], bytes(row[1]), *row[2:]) if row else None


def save_failures(session: Session, selector: str, failures: int) -> None:
    """Store how often a code was tried wrongly."""
    driver_connection(session).execute(
        "UPDATE identity.counter_codes SET failures = %s WHERE selector = %s", [failures, selector]
    )


def delete_code(session: Session, selector: str) -> None:
    """Forget a code: it was used, is over, or was tried wrongly too often."""
    driver_connection(session).execute("DELETE FROM identity.counter_codes WHERE selector = %s", [selector])


def delete_codes_before(session: Session, now: datetime) -> int:
    """Forget the codes that are over, and count them."""
    return (
        driver_connection(session).execute("DELETE FROM identity.counter_codes WHERE expires_at <= %s", [now]).rowcount
    )


def lock_misses(session: Session, address_digest: bytes, since: datetime) -> list[datetime]:
    """When wrong codes came from an address since then; attempts from one address wait for each other."""
    connection = driver_connection(session)
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(address_digest[:8], "big", signed=True)])
    rows = connection.execute(
        "SELECT missed_at FROM identity.sign_in_misses WHERE address_digest = %s AND missed_at > %s",
        [address_digest, since],
        binary=True,
    )
    return [row[0] for row in rows]


def insert_miss(session: Session, address_digest: bytes, now: datetime) -> None:
    """Store that a wrong code came from an address."""
    driver_connection(session).execute(
        "INSERT INTO identity.sign_in_misses (id, address_digest, missed_at) VALUES (%s, %s, %s)",
        [new_id(), address_digest, now],
    )


def delete_misses_before(session: Session, before: datetime) -> int:
    """Forget misses up to an instant, and count them."""
    return (
        driver_connection(session)
        .execute("DELETE FROM identity.sign_in_misses WHERE missed_at <= %s", [before])
        .rowcount
    )
