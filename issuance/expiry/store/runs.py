"""Statements about runs."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import (
    BreakEven,
    DueFigures,
    DueLot,
    ExpiredLot,
    ExpiryEvent,
    ExpiryRun,
    ExpiryRunState,
)
from issuance.model import Clerk
from kernel.db import driver_connection
from ledger.model import Parts

ROWS_PER_FETCH = 20_000
DUE = "last_day + grace_days <= %(through_day)s"
DUE_LOTS = f"""
SELECT lot_id, wallet_id, campaign_id, last_day, paid_left_yen, premium_left_yen
FROM ledger.lots_with_value WHERE {DUE} ORDER BY lot_id
"""  # noqa: S608
DUE_FIGURES = f"""
SELECT count(*)::integer, coalesce(sum(paid_left_yen), 0)::bigint, coalesce(sum(premium_left_yen), 0)::bigint
FROM ledger.lots_with_value WHERE {DUE}
"""  # noqa: S608
PLAN = f"""
WITH due AS (
    INSERT INTO issuance.expiry_run_lots
        (run_id, lot_id, position, wallet_id, campaign_id, last_day, paid_yen, premium_yen)
    SELECT %(run_id)s, lot_id, row_number() OVER (ORDER BY lot_id), wallet_id, campaign_id, last_day, paid_left_yen,
           premium_left_yen
    FROM ledger.lots_with_value WHERE {DUE}
    RETURNING campaign_id, paid_yen, premium_yen
), sums AS (
    SELECT campaign_id, count(*) AS lots, sum(paid_yen) AS paid_yen, sum(premium_yen) AS premium_yen
    FROM due GROUP BY campaign_id
)
INSERT INTO issuance.expiry_run_campaigns
    (run_id, campaign_id, lots, due_paid_yen, due_premium_yen, issued_paid_yen, issued_premium_yen, used_paid_yen,
     used_premium_yen, held_paid_yen, held_premium_yen, expired_paid_yen, expired_premium_yen, left_paid_yen,
     left_premium_yen)
SELECT %(run_id)s, s.campaign_id, s.lots, s.paid_yen, s.premium_yen, l.issued_paid_yen, l.issued_premium_yen,
       l.used_paid_yen, l.used_premium_yen, l.held_paid_yen, l.held_premium_yen, l.expired_paid_yen,
       l.expired_premium_yen, l.left_paid_yen, l.left_premium_yen
FROM sums AS s JOIN ledger.campaign_lives AS l USING (campaign_id)
"""  # noqa: S608
"""One statement, so that the list and the report are of one moment."""
PLANNED_LOTS = """
SELECT lot_id, wallet_id, campaign_id, last_day, paid_yen, premium_yen
FROM issuance.expiry_run_lots WHERE run_id = %(run_id)s ORDER BY position
"""
NEXT_LOTS = """
SELECT l.lot_id, l.wallet_id, l.campaign_id, l.last_day, l.paid_yen, l.premium_yen
FROM issuance.expiry_run_lots AS l
WHERE l.run_id = %s
  AND NOT EXISTS (SELECT FROM issuance.expired_lots AS e WHERE e.run_id = l.run_id AND e.lot_id = l.lot_id)
ORDER BY l.position LIMIT %s
"""
RUN = """
SELECT r.id, r.through_day, r.digest, r.state, r.planned_by, r.planned_at, r.approved_by, r.approved_at,
       due.lots, due.paid_yen, due.premium_yen, done.lots, done.paid_yen, done.premium_yen
FROM issuance.expiry_runs AS r
CROSS JOIN LATERAL (
    SELECT coalesce(sum(lots), 0)::integer AS lots, coalesce(sum(due_paid_yen), 0)::bigint AS paid_yen,
           coalesce(sum(due_premium_yen), 0)::bigint AS premium_yen
    FROM issuance.expiry_run_campaigns WHERE run_id = r.id
) AS due
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS lots, coalesce(sum(l.paid_yen), 0)::bigint AS paid_yen,
           coalesce(sum(l.premium_yen), 0)::bigint AS premium_yen
    FROM issuance.expired_lots AS e JOIN issuance.expiry_run_lots AS l USING (run_id, lot_id) WHERE e.run_id = r.id
) AS done
"""
INSERT_RUN = """
INSERT INTO issuance.expiry_runs (id, through_day, digest, state, planned_by, planned_at)
VALUES (%s, %s, %s, 'planned', %s, %s)
"""
INSERT_EVENT = """
INSERT INTO issuance.expiry_run_events (run_id, from_state, to_state, by, at, reason) VALUES (%s, %s, %s, %s, %s, %s)
"""
INSERT_EXPIRED = """
INSERT INTO issuance.expired_lots (run_id, lot_id, journal_id, expired_at)
SELECT %s, lot_id, journal_id, %s FROM unnest(%s::uuid[], %s::uuid[]) AS expired (lot_id, journal_id)
"""
BREAK_EVEN = """
SELECT campaign_id, lots, due_paid_yen, due_premium_yen, issued_paid_yen, issued_premium_yen, used_paid_yen,
       used_premium_yen, held_paid_yen, held_premium_yen, expired_paid_yen, expired_premium_yen, left_paid_yen,
       left_premium_yen
FROM issuance.expiry_run_campaigns WHERE run_id = %s ORDER BY campaign_id
"""


def due_figures(session: Session, through_day: date) -> DueFigures:
    """How much would expire through a day."""
    row = driver_connection(session).execute(DUE_FIGURES, {"through_day": through_day}).fetchone()
    assert row is not None
    return DueFigures(*row)


def due_lots(session: Session, through_day: date) -> Iterator[DueLot]:
    """Stream the lots that would expire through a day, in the order of their ids."""
    return _stream(session, "due_lots", DUE_LOTS, {"through_day": through_day})


def planned_lots(session: Session, run_id: UUID) -> Iterator[DueLot]:
    """Stream the lots of a run, in the order of their ids."""
    return _stream(session, "planned_lots", PLANNED_LOTS, {"run_id": run_id})


def insert_plan(session: Session, run_id: UUID, through_day: date) -> int:
    """Write the list of a run and its report; gives the number of campaigns in it."""
    return driver_connection(session).execute(PLAN, {"run_id": run_id, "through_day": through_day}).rowcount


def insert_run(session: Session, run_id: UUID, through_day: date, digest: str, by: UUID, now: datetime) -> None:
    """Write a run over a list that stands already."""
    connection = driver_connection(session)
    connection.execute(INSERT_RUN, [run_id, through_day, digest, by, now])
    connection.execute(INSERT_EVENT, [run_id, None, ExpiryRunState.PLANNED, by, now, ""])


def find_run(session: Session, run_id: UUID) -> ExpiryRun | None:
    """Read a run."""
    found = _runs(session, "WHERE r.id = %s", [run_id])
    return found[0] if found else None


def all_runs(session: Session) -> list[ExpiryRun]:
    """Every run, the newest first."""
    return _runs(session, "ORDER BY r.id DESC", [])


def lock_state(session: Session, run_id: UUID) -> ExpiryRunState | None:
    """Lock a run and read how far it is."""
    statement = "SELECT state FROM issuance.expiry_runs WHERE id = %s FOR NO KEY UPDATE"
    row = driver_connection(session).execute(statement, [run_id]).fetchone()
    return ExpiryRunState(row[0]) if row else None


def lock_open_runs(session: Session) -> list[tuple[UUID, ExpiryRunState]]:
    """Lock the runs that are planned or approved."""
    statement = """
        SELECT id, state FROM issuance.expiry_runs WHERE state IN ('planned', 'approved') ORDER BY id FOR NO KEY UPDATE
    """
    return [(row[0], ExpiryRunState(row[1])) for row in driver_connection(session).execute(statement)]


def runs_in_state(session: Session, state: ExpiryRunState) -> list[UUID]:
    """Runs at a step, oldest first."""
    statement = "SELECT id FROM issuance.expiry_runs WHERE state = %s ORDER BY id"
    return [row[0] for row in driver_connection(session).execute(statement, [state])]


def approve_run(session: Session, run_id: UUID, by: Clerk, now: datetime) -> None:
    """Write who approved a run."""
    statement = "UPDATE issuance.expiry_runs SET state = 'approved', approved_by = %s, approved_at = %s WHERE id = %s"
    connection = driver_connection(session)
    connection.execute(statement, [by.id, now, run_id])
    connection.execute(INSERT_EVENT, [run_id, ExpiryRunState.PLANNED, ExpiryRunState.APPROVED, by.id, now, ""])


def end_run(
    session: Session,
    run_id: UUID,
    from_state: ExpiryRunState,
    to_state: ExpiryRunState,
    by: UUID | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Move a run to one of its ends."""
    connection = driver_connection(session)
    connection.execute("UPDATE issuance.expiry_runs SET state = %s WHERE id = %s", [to_state, run_id])
    connection.execute(INSERT_EVENT, [run_id, from_state, to_state, by, now, reason])


def next_lots(session: Session, run_id: UUID, limit: int) -> list[DueLot]:
    """The next lots of a run that have not expired."""
    return [DueLot(*row) for row in driver_connection(session).execute(NEXT_LOTS, [run_id, limit])]


def insert_expired(session: Session, run_id: UUID, lots: Sequence[ExpiredLot], now: datetime) -> None:
    """Write which lots of a run expired."""
    if lots:
        lot_ids, journal_ids = (list(column) for column in zip(*lots, strict=True))
        driver_connection(session).execute(INSERT_EXPIRED, [run_id, now, lot_ids, journal_ids])


def break_even(session: Session, run_id: UUID) -> list[BreakEven]:
    """The report of a run, by campaign."""
    rows = driver_connection(session).execute(BREAK_EVEN, [run_id])
    return [BreakEven(row[0], row[1], *map(Parts, row[2::2], row[3::2])) for row in rows]


def events_of(session: Session, run_id: UUID) -> list[ExpiryEvent]:
    """The steps of a run, the first first."""
    statement = """
        SELECT from_state, to_state, by, at, reason FROM issuance.expiry_run_events WHERE run_id = %s ORDER BY id
    """
    return [
        ExpiryEvent(row[0] and ExpiryRunState(row[0]), ExpiryRunState(row[1]), *row[2:])
        for row in driver_connection(session).execute(statement, [run_id])
    ]


def _runs(session: Session, which: str, facts: Sequence[Any]) -> list[ExpiryRun]:
    return [_run(row) for row in driver_connection(session).execute(f"{RUN} {which}".encode(), facts)]


def _run(row: Sequence[Any]) -> ExpiryRun:
    facts = [*row[:3], ExpiryRunState(row[3]), *row[4:8], DueFigures(*row[8:11]), DueFigures(*row[11:])]
    return ExpiryRun(*facts)


def _stream(session: Session, name: str, statement: str, facts: dict[str, Any]) -> Iterator[DueLot]:
    with driver_connection(session).cursor(name=name, binary=True) as cursor:
        cursor.itersize = ROWS_PER_FETCH
        for row in cursor.execute(statement.encode(), facts):
            yield DueLot(*row)
