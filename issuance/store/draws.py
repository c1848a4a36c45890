"""Statements about draws and their published files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlmodel import Session

from issuance.model import ClosedRound
from issuance.model.draws import Candidate, VoidApplication, VoidReason
from kernel.db import driver_connection
from kernel.refusals import BooksBroken

INSERT_DRAW = """
INSERT INTO issuance.draws (round_id, root, rows, received, void, closed_at) VALUES (%s, %s, %s, %s, %s, %s)
"""
FREEZE = """
UPDATE issuance.draws SET beacon_id = %s, beacon_round = %s, frozen_by = %s, second_person = %s, frozen_at = %s
WHERE round_id = %s
"""
FINISH = "UPDATE issuance.draws SET signature = %s, drawn_at = %s, published_at = %s WHERE round_id = %s"
CORRECT = """
UPDATE issuance.draws SET root = %s, rows = %s, received = %s, void = %s, list_version = list_version + 1
WHERE round_id = %s RETURNING list_version
"""
INSERT_VOIDS = """
INSERT INTO issuance.draw_voids (round_id, list_version, receipt, reason, stands_for_it)
SELECT %s, %s, receipt, reason, stands_for_it
FROM unnest(%s::text[], %s::text[], %s::text[]) AS void (receipt, reason, stands_for_it)
"""
CANDIDATES = """
SELECT DISTINCT ON (person_id) person_id, receipt, units, household_id, is_withdrawn,
       min(received_at) OVER (PARTITION BY person_id) AS first_received_at
FROM issuance.applications WHERE round_id = %s ORDER BY person_id, version DESC
"""
REPLACE_FILE = """
UPDATE issuance.draw_files SET content = %s, sha256 = %s WHERE round_id = %s AND name = %s
"""
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
    list_version: int

    def closed_round(self) -> ClosedRound:
        """The list as it was closed."""
        return ClosedRound(self.round_id, self.root, self.rows, self.received, self.void, self.closed_at)


def find_draw(session: Session, round_id: UUID) -> Draw | None:
    """Read how far a round's draw is."""
    statement = """
        SELECT round_id, root, rows, received, void, closed_at, beacon_id, beacon_round, frozen_at, signature, drawn_at,
               list_version
        FROM issuance.draws WHERE round_id = %s
    """
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    row = cursor.execute(statement, [round_id]).fetchone()
    return Draw(**row) if row else None


def insert_draw(session: Session, closed: ClosedRound) -> None:
    """Write that a list was closed."""
    facts: list[Any] = [closed.round_id, closed.root, closed.rows, closed.received]
    driver_connection(session).execute(INSERT_DRAW, [*facts, Jsonb(dict(closed.void)), closed.closed_at])


def correct_list(session: Session, closed: ClosedRound) -> int:
    """Write that a corrected list takes the place of the one before; gives its version."""
    facts = [closed.root, closed.rows, closed.received, Jsonb(dict(closed.void)), closed.round_id]
    row = driver_connection(session).execute(CORRECT, facts).fetchone()
    if row is None:
        raise BooksBroken("a list that was never closed cannot be corrected")
    return int(row[0])


def insert_voids(session: Session, round_id: UUID, list_version: int, void: Sequence[VoidApplication]) -> None:
    """Write which applications a version of the list leaves out, and why."""
    if void:
        columns = [list(column) for column in zip(*void, strict=True)]
        driver_connection(session).execute(INSERT_VOIDS, [round_id, list_version, *columns])


def find_voids(session: Session, round_id: UUID) -> dict[str, VoidApplication]:
    """What the newest list leaves out, by receipt."""
    statement = """
        SELECT v.receipt, v.reason, v.stands_for_it FROM issuance.draw_voids AS v
        JOIN issuance.draws AS d ON d.round_id = v.round_id AND d.list_version = v.list_version
        WHERE v.round_id = %s ORDER BY v.receipt
    """
    rows = driver_connection(session).execute(statement, [round_id])
    return {row[0]: VoidApplication(row[0], VoidReason(row[1]), row[2]) for row in rows}


def list_candidates(session: Session, round_id: UUID) -> list[Candidate]:
    """The newest version of each applicant of a round, withdrawals included; read after the round was locked."""
    rows = driver_connection(session).execute(CANDIDATES, [round_id], binary=True)
    return [Candidate(*row) for row in rows]


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


def extend_round(session: Session, round_id: UUID, closes_at: datetime) -> None:
    """Move a deadline; the database looks for the extension that was recorded before."""
    statement = "UPDATE issuance.rounds SET closes_at = %s WHERE id = %s"
    driver_connection(session).execute(statement, [closes_at, round_id])


def publish_anew(session: Session, round_id: UUID, name: str, content: bytes) -> None:
    """Publish a file in the place of the one of this name, which stays published as `<name>_replaced_<number>`."""
    files = find_files(session, round_id)
    if name in files:
        path = PurePosixPath(name)
        number = sum(other.startswith(f"{path.stem}_replaced_") for other in files) + 1
        insert_files(session, round_id, {f"{path.stem}_replaced_{number}{path.suffix}": files[name]})
        facts = [content, sha256(content).hexdigest(), round_id, name]
        driver_connection(session).execute(REPLACE_FILE, facts)
    else:
        insert_files(session, round_id, {name: content})


def find_file(session: Session, round_id: UUID, name: str) -> bytes | None:
    """One published file of a round."""
    statement = "SELECT content FROM issuance.draw_files WHERE round_id = %s AND name = %s"
    row = driver_connection(session).execute(statement, [round_id, name], binary=True).fetchone()
    return row[0] if row else None


def find_files(session: Session, round_id: UUID) -> dict[str, bytes]:
    """The published files of a round by name."""
    statement = "SELECT name, content FROM issuance.draw_files WHERE round_id = %s ORDER BY name"
    rows = driver_connection(session).execute(statement, [round_id], binary=True)
    return {row[0]: row[1] for row in rows}
