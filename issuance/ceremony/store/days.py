"""Statements about the counts that are published every day."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import PublishedDay
from kernel.db import driver_connection

APPLIED_BEFORE = """
SELECT receipt, units FROM (
    SELECT DISTINCT ON (person_id) receipt, units, is_withdrawn FROM issuance.applications
    WHERE round_id = %s AND received_at < %s ORDER BY person_id, version DESC
) AS newest WHERE NOT is_withdrawn
"""
INSERT = "INSERT INTO issuance.daily_roots (round_id, day, count, root, published_at) VALUES (%s, %s, %s, %s, %s)"
ROUNDS_WITH_DAYS = """
SELECT r.id FROM issuance.rounds AS r
WHERE r.rule <> 'first_come' AND r.state NOT IN ('announced', 'withdrawn') AND r.opens_at < %s AND NOT EXISTS (
    SELECT FROM issuance.draw_files AS f WHERE f.round_id = r.id AND f.name = 'daily.csv'
) ORDER BY r.id
"""


def applied_before(session: Session, round_id: UUID, instant: datetime) -> list[tuple[str, int]]:
    """Receipt and units of every application that stood at an instant; read after the round was locked."""
    rows = driver_connection(session).execute(APPLIED_BEFORE, [round_id, instant], binary=True)
    return [(row[0], row[1]) for row in rows]


def insert_day(session: Session, day: PublishedDay) -> None:
    """Write what was published at the end of a day."""
    facts = [day.round_id, day.day, day.count, day.root, day.published_at]
    driver_connection(session).execute(INSERT, facts)


def find_days(session: Session, round_id: UUID) -> list[PublishedDay]:
    """What was published of a round, the first day first."""
    statement = """
        SELECT round_id, day, count, root, published_at FROM issuance.daily_roots WHERE round_id = %s ORDER BY day
    """
    return [PublishedDay(*row) for row in driver_connection(session).execute(statement, [round_id])]


def rounds_with_days(session: Session, now: datetime) -> list[UUID]:
    """Rounds with a draw that have opened and whose daily.csv is not complete."""
    return [row[0] for row in driver_connection(session).execute(ROUNDS_WITH_DAYS, [now])]
