"""The SQL of closings: what no closing took yet, and the closing that takes it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection
from ledger.model import CommandKey
from settlement.model import MovementSum, Netting
from settlement.store.copying import copy_rows

TURN_LOCK = 7008

SUM_UNSETTLED = """
SELECT merchant_id, campaign_id,
       count(DISTINCT journal_id) FILTER (WHERE amount_yen > 0),
       coalesce(sum(amount_yen) FILTER (WHERE amount_yen > 0), 0)::bigint,
       coalesce(sum(paid_yen) FILTER (WHERE amount_yen > 0), 0)::bigint,
       count(DISTINCT journal_id) FILTER (WHERE amount_yen < 0),
       coalesce(-sum(amount_yen) FILTER (WHERE amount_yen < 0), 0)::bigint,
       coalesce(-sum(paid_yen) FILTER (WHERE amount_yen < 0), 0)::bigint,
       array_agg(journal_id)::text, array_agg(line)::text
FROM ledger.payable_movements AS m
WHERE event_at < %s
  AND NOT EXISTS (SELECT FROM settlement.settled_movements AS s WHERE s.journal_id = m.journal_id AND s.line = m.line)
GROUP BY merchant_id, campaign_id
ORDER BY merchant_id, campaign_id
"""
INSERT_MOVEMENTS = """
INSERT INTO settlement.settled_movements (journal_id, line, closing_id)
SELECT m.journal_id, m.line, %s
FROM unnest(%s::text[], %s::text[]) AS taken (journal_ids, lines),
     unnest(taken.journal_ids::uuid[], taken.lines::smallint[]) AS m (journal_id, line)
"""
SUM_OF_CLOSING = """
SELECT coalesce(sum(m.amount_yen), 0)::bigint, coalesce(sum(m.paid_yen), 0)::bigint
FROM settlement.settled_movements AS s
JOIN ledger.payable_movements AS m ON m.journal_id = s.journal_id AND m.line = s.line
WHERE s.closing_id = %s
"""


class Unsettled(NamedTuple):
    """The sum of one merchant's movements in one campaign, and which they are, as two array literals."""

    sum: MovementSum
    journal_ids: str
    lines: str


class StoredClosing(NamedTuple):
    """A closing as it is stored."""

    key: CommandKey
    id: UUID
    number: int
    cutoff_day: date
    pay_day: date
    minimum_payout_yen: int
    closed_at: datetime
    closed_by: str


def take_turn(session: Session) -> None:
    """Wait until no other transaction closes or books a payout; what it committed is seen by all that follows."""
    driver_connection(session).execute("SELECT pg_advisory_xact_lock(%s)", [TURN_LOCK])


def find_closing(session: Session, *, cutoff_day: date, key_id: UUID) -> StoredClosing | None:
    """The closing that was asked for with this key, or else the one of this cut-off day."""
    found = driver_connection(session).execute(
        """
        SELECT id, number, cutoff_day, pay_day, minimum_payout_yen, closed_at, closed_by, key, fingerprint
        FROM settlement.closings WHERE key = %(key)s OR cutoff_day = %(day)s ORDER BY key = %(key)s DESC LIMIT 1
        """,
        {"key": key_id, "day": cutoff_day},
    )
    row = found.fetchone()
    return StoredClosing(CommandKey(*row[7:]), *row[:7]) if row else None


def last_closing(session: Session) -> tuple[int, date | None]:
    """The highest closing number so far, or 0, and the latest cut-off day."""
    found = driver_connection(session).execute(
        "SELECT coalesce(max(number), 0), max(cutoff_day) FROM settlement.closings"
    )
    ((number, cutoff_day),) = found
    return number, cutoff_day


def sum_unsettled(session: Session, before: datetime) -> list[Unsettled]:
    """Sum what no closing took yet and name it, in one statement: what commits later is in neither."""
    with _planned_for_many(session):
        rows = driver_connection(session).execute(SUM_UNSETTLED, [before]).fetchall()
    return [Unsettled(MovementSum(*row[:8]), *row[8:]) for row in rows]


def write_closing(session: Session, closing: StoredClosing, taken: Sequence[Unsettled], netting: Netting) -> None:
    """Store a closing, a statement for every sum, and the movements of the sums that it pays."""
    connection = driver_connection(session)
    connection.execute(
        """
        INSERT INTO settlement.closings
            (key, fingerprint, id, number, cutoff_day, pay_day, minimum_payout_yen, closed_at, closed_by)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [*closing.key, *closing[1:]],
    )
    copy_rows(
        session,
        "statements",
        "closing_id merchant_id campaign_id payment_count gross_paid_yen gross_premium_yen given_back_count "
        "given_back_paid_yen given_back_premium_yen net_yen carried_over_because",
        [(closing.id, *_statement(each.sum, netting)) for each in taken],
    )
    settled = [each for each in taken if each.sum[:2] not in netting.carried_over]
    columns = [each.journal_ids for each in settled], [each.lines for each in settled]
    connection.execute(INSERT_MOVEMENTS, [closing.id, *columns])


def _statement(figures: MovementSum, netting: Netting) -> tuple[object, ...]:
    merchant_id, campaign_id, payments, gross_yen, gross_paid_yen, given_back, back_yen, back_paid_yen = figures
    given = (payments, gross_paid_yen, gross_yen - gross_paid_yen)
    back = (given_back, back_paid_yen, back_yen - back_paid_yen)
    reason = netting.carried_over.get((merchant_id, campaign_id))
    return (merchant_id, campaign_id, *given, *back, figures.net_yen, reason)


def sum_of_closing(session: Session, closing_id: UUID) -> tuple[int, int]:
    """The yen of all movements in a closing and the paid part of them, read from the books anew."""
    with _planned_for_many(session):
        ((amount_yen, paid_yen),) = driver_connection(session).execute(SUM_OF_CLOSING, [closing_id])
    return amount_yen, paid_yen


@contextmanager
def _planned_for_many(session: Session) -> Iterator[None]:
    """Have statements planned for whole tables: after a rush the statistics may still speak of empty ones."""
    connection = driver_connection(session)
    connection.execute("SET LOCAL enable_nestloop = off")
    yield
    connection.execute("SET LOCAL enable_nestloop = on")
