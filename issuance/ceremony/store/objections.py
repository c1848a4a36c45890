"""Statements about objections."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import dict_row
from sqlmodel import Session

from issuance.ceremony.model import Objection, ObjectionOutcome
from kernel.db import driver_connection

OBJECTION = """
SELECT o.id, o.round_id, o.receipt, o.standing, o.text, o.recorded_by, o.recorded_at, a.outcome, a.text AS answer,
       a.answered_by, a.answered_at
FROM issuance.objections AS o LEFT JOIN issuance.objection_answers AS a ON a.objection_id = o.id
"""
INSERT = """
INSERT INTO issuance.objections (id, round_id, receipt, standing, text, recorded_by, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
ANSWER = """
INSERT INTO issuance.objection_answers (objection_id, outcome, text, answered_by, answered_at)
VALUES (%s, %s, %s, %s, %s)
"""


def insert_objection(session: Session, objection: Objection) -> None:
    """Write what somebody objects to."""
    facts = [objection.id, objection.round_id, objection.receipt, objection.standing, objection.text]
    driver_connection(session).execute(INSERT, [*facts, objection.recorded_by, objection.recorded_at])


def insert_answer(
    session: Session, objection_id: UUID, outcome: ObjectionOutcome, text: str, by: UUID, now: datetime
) -> None:
    """Write the answer to an objection."""
    driver_connection(session).execute(ANSWER, [objection_id, outcome, text, by, now])


def find_objection(session: Session, objection_id: UUID) -> Objection | None:
    """Read an objection with its answer."""
    found = _objections(session, "WHERE o.id = %s", objection_id)
    return found[0] if found else None


def objections_of(session: Session, round_id: UUID) -> list[Objection]:
    """The objections to a round's list, the first first."""
    return _objections(session, "WHERE o.round_id = %s ORDER BY o.recorded_at, o.id", round_id)


def _objections(session: Session, which: str, fact: UUID) -> list[Objection]:
    rows = driver_connection(session).cursor(row_factory=dict_row).execute(f"{OBJECTION} {which}".encode(), [fact])
    return [Objection(**{**row, "outcome": row["outcome"] and ObjectionOutcome(row["outcome"])}) for row in rows]
