"""Requests of devices that have no browser."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from identity.provider.model import DeviceState
from identity.provider.store.grants import GRANT, grant_of
from kernel.db import driver_connection

FIND_DEVICE = f"""
SELECT d.client_id, d.scopes, d.application, d.asked_at, d.expires_at, d.polled_at, d.interval_s, d.decided_at,
       d.used_at, {GRANT}
FROM identity.device_requests AS d
LEFT JOIN identity.grants AS g ON g.id = d.grant_id LEFT JOIN identity.sessions AS s ON s.id = g.session_id
"""  # noqa: S608


def insert_device(session: Session, device_digest: bytes, user_code_digest: bytes, device: DeviceState) -> None:
    """Store the request of a device."""
    driver_connection(session).execute(
        """
        INSERT INTO identity.device_requests
            (device_digest, user_code_digest, client_id, scopes, application, asked_at, expires_at, interval_s)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            *(device_digest, user_code_digest, device.client_id, list(device.scopes), device.application),
            *(device.asked_at, device.expires_at, device.interval_s),
        ],
    )


def lock_device(session: Session, device_digest: bytes) -> DeviceState | None:
    """Find a device's request by its own code, and hold its row."""
    statement = FIND_DEVICE + "WHERE d.device_digest = %s FOR UPDATE OF d"
    row = driver_connection(session).execute(statement, [device_digest]).fetchone()
    return _device(row) if row else None


def lock_device_by_user_code(session: Session, user_code_digest: bytes) -> DeviceState | None:
    """Find a device's request by the code that its screen shows, and hold its row."""
    statement = FIND_DEVICE + "WHERE d.user_code_digest = %s FOR UPDATE OF d"
    row = driver_connection(session).execute(statement, [user_code_digest]).fetchone()
    return _device(row) if row else None


def save_poll(session: Session, device_digest: bytes, interval_s: int, now: datetime) -> None:
    """Note that a device asked, and how long it must wait before it asks again."""
    driver_connection(session).execute(
        "UPDATE identity.device_requests SET polled_at = %s, interval_s = %s WHERE device_digest = %s",
        [now, interval_s, device_digest],
    )


def use_device(session: Session, device_digest: bytes, now: datetime) -> None:
    """Note that a device got its token."""
    driver_connection(session).execute(
        "UPDATE identity.device_requests SET used_at = %s WHERE device_digest = %s", [now, device_digest]
    )


def save_device_decision(session: Session, user_code_digest: bytes, grant_id: UUID | None, now: datetime) -> None:
    """Note what somebody decided about a device; without a grant they said no."""
    driver_connection(session).execute(
        "UPDATE identity.device_requests SET grant_id = %s, decided_at = %s WHERE user_code_digest = %s",
        [grant_id, now, user_code_digest],
    )


def _device(row: Sequence[Any]) -> DeviceState:
    client_id, scopes, application, asked_at, expires_at, polled_at, interval_s, decided_at, used_at = row[:9]
    grant = grant_of(row[9:]) if row[9] is not None else None
    return DeviceState(
        *(client_id, tuple(scopes), application, asked_at, expires_at, polled_at, interval_s),
        *(grant, decided_at, used_at),
    )
