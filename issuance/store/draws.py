"""Statements about draws and their published files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlmodel import Session

from issuance.model import ClosedRound
from kernel.db import driver_connection

INSERT_DRAW = """
INSERT INTO issuance.draws (round_id, root, rows, received, void, closed_at) VALUES (%s, %s, %s, %s, %s, %s)
"""
FREEZE = """
UPDATE issuance.draws SET beacon_id = %s, beacon_round = %s, frozen_by = %s, second_person = %s, frozen_at = %s
WHERE round_id = %s
"""
FINISH = "UPDATE issuance.draws SET signature = %s, drawn_at = %s, published_at = %s WHERE round_id = %s"
INSERT_FILES = """
INSERT INTO issuance.draw_files (round_id, name, content, sha256)
SELECT %s, name, content, digest FROM unnest(%s::text[], %s::bytea[], %s::text[]) AS file (name, content, digest)
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """How far a draw is; texts are hex."""

    round_id: UUID
    root: str
    rows: int
    received: int
    void: Mapping[str, int]
    closed_at: datetime
    beacon_id: str | None
    beacon_round: int | None
    frozen_at: datetime | None
    signature: str | None
    drawn_at: datetime | None

    def closed_round(self) -> ClosedRound:
        """The list as it was closed."""
        return ClosedRound(self.round_id, self.root, self.rows, self.received, self.void, self.closed_at)


def find_draw(session: Session, round_id: UUID) -> Draw | None:
    """Read how far a round's draw is."""
    statement = """
        SELECT round_id, root, rows, received, void, closed_at, beacon_id, beacon_round, frozen_at, signature, drawn_at
        FROM issuance.draws WHERE round_id = %s
    """
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    row = cursor.execute(statement, [round_id]).fetchone()
    return Draw(**row) if row else None


def insert_draw(session: Session, closed: ClosedRound) -> None:
    """Write that a list was closed."""
    facts: list[Any] = [closed.round_id, closed.root, closed.rows, closed.received]
    driver_connection(session).execute(INSERT_DRAW, [*facts, Jsonb(dict(closed.void)), closed.closed_at])


def freeze_draw(
    session: Session, round_id: UUID, beacon: tuple[str, int], people: tuple[UUID, UUID], now: datetime
) -> None:
    """Write which beacon decides, and which two people said so."""
    driver_connection(session).execute(FREEZE, [*beacon, *people, now, round_id])


def finish_draw(session: Session, round_id: UUID, signature_hex: str, now: datetime) -> None:
    """Write that the draw was made and its results published."""
    driver_connection(session).execute(FINISH, [signature_hex, now, now, round_id])


def insert_files(session: Session, round_id: UUID, files: Mapping[str, bytes]) -> None:
    """Write published files; one of the same name is never replaced."""
    digests = [sha256(content).hexdigest() for content in files.values()]
    facts = [round_id, list(files), list(files.values()), digests]
    driver_connection(session).execute(INSERT_FILES, facts)


def find_files(session: Session, round_id: UUID) -> dict[str, bytes]:
    """The published files of a round by name."""
    statement = "SELECT name, content FROM issuance.draw_files WHERE round_id = %s ORDER BY name"
    rows = driver_connection(session).execute(statement, [round_id], binary=True)
    return {row[0]: row[1] for row in rows}
