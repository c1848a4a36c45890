"""Devices that are bound to stores."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import TillDevice
from kernel.db import driver_connection

DEVICE = "id, merchant_id, store_id, label, bound_by, bound_at"


def insert_device(session: Session, device: TillDevice, secret_digest: bytes) -> None:
    """Add a device."""
    driver_connection(session).execute(
        f"INSERT INTO identity.till_devices ({DEVICE}, secret_digest) VALUES (%s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
        [*device, secret_digest],
    )


def lock_device(session: Session, device_id: UUID) -> TillDevice | None:
    """Find a device that is still bound, and hold its row."""
    row = (
        driver_connection(session)
        .execute(
            f"SELECT {DEVICE} FROM identity.till_devices WHERE id = %s AND ended_at IS NULL FOR NO KEY UPDATE",  # noqa: S608
            [device_id],
            binary=True,
        )
        .fetchone()
    )
    return TillDevice(*row) if row else None


def find_device_of_secret(session: Session, secret_digest: bytes) -> TillDevice | None:
    """The device of a secret if it is still bound."""
    row = (
        driver_connection(session)
        .execute(
            f"SELECT {DEVICE} FROM identity.till_devices WHERE secret_digest = %s AND ended_at IS NULL",  # noqa: S608
            [secret_digest],
            binary=True,
        )
        .fetchone()
    )
    return TillDevice(*row) if row else None


def lock_tills(session: Session, merchant_id: UUID) -> None:
    """Let the changes of one merchant's tills happen one after the other, until the end of the transaction."""
    driver_connection(session).execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity.tills:{merchant_id}"]
    )


def end_device(session: Session, device_id: UUID, ended_by: UUID, now: datetime) -> None:
    """Release a device."""
    driver_connection(session).execute(
        "UPDATE identity.till_devices SET ended_by = %s, ended_at = %s WHERE id = %s", [ended_by, now, device_id]
    )


def devices_of(session: Session, merchant_id: UUID) -> list[TillDevice]:
    """The devices of a merchant that are bound, by store and then by age."""
    rows = driver_connection(session).execute(
        f"""
        SELECT {DEVICE} FROM identity.till_devices WHERE merchant_id = %s AND ended_at IS NULL
        ORDER BY store_id, bound_at, id
        """,  # noqa: S608
        [merchant_id],
        binary=True,
    )
    return [TillDevice(*row) for row in rows]


def bound_digests(session: Session, merchant_id: UUID, store_id: UUID | None) -> set[bytes]:
    """The digests of the secrets of devices that are bound to a store, or to any store of the merchant."""
    rows = driver_connection(session).execute(
        """
        SELECT secret_digest FROM identity.till_devices
        WHERE merchant_id = %s AND (%s::uuid IS NULL OR store_id = %s) AND ended_at IS NULL
        """,
        [merchant_id, store_id, store_id],
        binary=True,
    )
    return {bytes(row[0]) for row in rows}
