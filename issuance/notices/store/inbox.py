"""Statements about what a resident sees of notices, and by which door they want to be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.notices.model import DoorKind, InboxNotice, Notice, NoticeKind
from kernel.db import driver_connection

NOTICE = """
SELECT n.id, n.wallet_id, n.kind, n.day, n.facts, n.made_at, d.door, d.delivered_at, r.read_at
FROM issuance.notices AS n
JOIN issuance.notice_deliveries AS d ON d.notice_id = n.id
LEFT JOIN issuance.notice_readings AS r ON r.notice_id = n.id
"""
UNREAD = """
SELECT count(*) FROM issuance.notices AS n
JOIN issuance.notice_deliveries AS d ON d.notice_id = n.id AND d.door = 'inbox'
WHERE n.wallet_id = %s AND NOT EXISTS (SELECT FROM issuance.notice_readings AS r WHERE r.notice_id = n.id)
"""
INSERT_READING = """
INSERT INTO issuance.notice_readings (notice_id, read_at) VALUES (%s, %s) ON CONFLICT (notice_id) DO NOTHING
"""
CHOOSE_DOOR = """
INSERT INTO issuance.notice_preferences AS p (wallet_id, door, chosen_at) VALUES (%s, %s, %s)
ON CONFLICT (wallet_id) DO UPDATE SET door = excluded.door, chosen_at = excluded.chosen_at WHERE p.door <> excluded.door
"""


def notices_of(session: Session, wallet_id: UUID, before: datetime, limit: int) -> list[InboxNotice]:
    """A wallet's notices, the newest first."""
    return _notices(
        session,
        "n.wallet_id = %s AND n.made_at < %s ORDER BY n.made_at DESC, n.id LIMIT %s",
        [wallet_id, before, limit],
    )


def find_notice(session: Session, wallet_id: UUID, notice_id: UUID) -> InboxNotice | None:
    """A notice, if it is one of this wallet."""
    found = _notices(session, "n.wallet_id = %s AND n.id = %s", [wallet_id, notice_id])
    return found[0] if found else None


def count_unread(session: Session, wallet_id: UUID) -> int:
    """How many notices of a wallet nobody has looked at."""
    row = driver_connection(session).execute(UNREAD, [wallet_id]).fetchone()
    return int(row[0]) if row else 0


def insert_reading(session: Session, notice_id: UUID, now: datetime) -> None:
    """Write that a notice was looked at; the first time counts."""
    driver_connection(session).execute(INSERT_READING, [notice_id, now])


def chosen_door(session: Session, wallet_id: UUID) -> DoorKind:
    """The door a wallet's owner has chosen; without a choice the inbox."""
    statement = "SELECT door FROM issuance.notice_preferences WHERE wallet_id = %s"
    row = driver_connection(session).execute(statement, [wallet_id]).fetchone()
    return DoorKind(row[0]) if row else DoorKind.INBOX


def choose_door(session: Session, wallet_id: UUID, door: DoorKind, now: datetime) -> None:
    """Write which door is chosen."""
    driver_connection(session).execute(CHOOSE_DOOR, [wallet_id, door, now])


def _notices(session: Session, condition: str, facts: Sequence[Any]) -> list[InboxNotice]:
    rows = driver_connection(session).execute(f"{NOTICE} WHERE {condition}".encode(), facts)
    return [
        InboxNotice(
            Notice(row[0], row[1], NoticeKind(row[2]), *row[3:6]),
            door=DoorKind(row[6]),
            delivered_at=row[7],
            read_at=row[8],
        )
        for row in rows
    ]
