"""Statements about draws as everybody may see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import dict_row
from sqlmodel import Session

from issuance.model import Round
from issuance.store.campaigns import ROUND, round_of
from kernel.db import driver_connection

WITH_A_DRAW = f"""
SELECT {ROUND}, (SELECT title FROM issuance.campaigns AS c WHERE c.id = campaign_id) AS title FROM issuance.rounds
WHERE rule <> 'first_come'
"""  # noqa: S608
LIST_FILES = """
SELECT round_id, name, sha256, octet_length(content) FROM issuance.draw_files
WHERE round_id = ANY (%s::uuid[]) ORDER BY round_id, name
"""
READ_FILE = """
SELECT f.content, f.sha256 FROM issuance.draw_files AS f JOIN issuance.rounds AS r ON r.id = f.round_id
WHERE r.slug = %s AND f.name = %s
"""


class FileListing(NamedTuple):
    """A published file without its content; the digest is hex."""

    name: str
    sha256: str
    length_bytes: int


@dataclass(frozen=True, slots=True)
class FileContent:
    """A published file; the digest is hex."""

    content: bytes
    sha256: str


def rounds_with_a_draw(session: Session, slug: str | None = None) -> list[tuple[str, Round]]:
    """Rounds that are drawn one day, with their campaign's title, the newest first; with a slug that one alone."""
    cursor = driver_connection(session).cursor(row_factory=dict_row)
    if slug is None:
        rows: Sequence[dict[str, Any]] = cursor.execute(f"{WITH_A_DRAW} ORDER BY opens_at DESC, slug").fetchall()
    else:
        rows = cursor.execute(f"{WITH_A_DRAW} AND slug = %s", [slug]).fetchall()
    return [(row.pop("title"), round_of(row)) for row in rows]


def list_files(session: Session, round_ids: Sequence[UUID]) -> Mapping[UUID, list[FileListing]]:
    """The published files of rounds, by name."""
    files: defaultdict[UUID, list[FileListing]] = defaultdict(list)
    for round_id, *listing in driver_connection(session).execute(LIST_FILES, [list(round_ids)]):
        files[round_id].append(FileListing(*listing))
    return files


def read_file(session: Session, slug: str, name: str) -> FileContent | None:
    """One published file of a round."""
    row = driver_connection(session).execute(READ_FILE, [slug, name], binary=True).fetchone()
    return FileContent(*row) if row else None
