"""Giving back what was held past its deadline."""

from datetime import date, timedelta
from uuid import uuid4

from kernel.db import Database
from ledger.model import CaptureHold, Posted
from ledger.operations.close_period import close_period
from ledger.operations.post_journals import Outcome
from ledger.operations.release_overdue_holds import release_overdue_holds
from ledger.refusals import PeriodIsClosed
from tests.conftest import MakeDatabase
from tests.ledger.books import NOON, SHOP, audit, hold, key, left, post, posted, sell


def release(database: Database, *, days: float, limit: int = 1_000) -> list[Outcome]:
    now = NOON + timedelta(days=days)
    return database.run(lambda session: release_overdue_holds(session, now=now, limit=limit))


def test_a_hold_is_released_after_its_deadline_and_not_before(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker")
    sale = sell()
    posted(worker, sale)
    posted(worker, hold(uuid4(), 1_000))
    assert release(worker, days=1) == []
    (released,) = release(worker, days=1.001)
    assert isinstance(released, Posted)
    assert left(worker, sale.lot_id) == (4_000, 1_000)
    assert release(worker, days=2) == []
    assert audit(worker).agrees


def test_a_captured_hold_is_not_released(database: Database) -> None:
    posted(database, sell())
    held = uuid4()
    posted(database, hold(held, 1_000))
    posted(database, CaptureHold(key(), NOON, held, SHOP))
    assert release(database, days=2) == []


def test_a_release_that_a_closed_period_refused_is_tried_again(make_database: MakeDatabase) -> None:
    worker, staff = make_database("kashiman_worker"), make_database("kashiman_staff")
    posted(worker, sell())
    posted(worker, hold(uuid4(), 1_000))
    day, now = date(2026, 8, 2), NOON + timedelta(days=5)
    staff.run(lambda session: close_period(session, closed_through=day, closed_by="clerk", now=now))
    (first,) = release(worker, days=1.001)
    assert first == PeriodIsClosed(event_day="2026-08-02", closed_through="2026-08-02")
    (second,) = release(worker, days=2)
    assert isinstance(second, Posted)


def test_at_most_the_limit_is_released_at_a_time(database: Database) -> None:
    posted(database, sell())
    post(database, *(hold(uuid4(), 100) for _ in range(3)))
    assert [len(release(database, days=2, limit=2)) for _ in range(3)] == [2, 1, 0]
