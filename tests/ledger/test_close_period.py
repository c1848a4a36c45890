"""Closing the books through a day."""

from datetime import date
from uuid import uuid4

import pytest

from kernel.clock import city_time
from kernel.db import Database
from kernel.refusals import Refusal
from ledger.model import ExpireLot, LedgerCommand, PlaceHold, ReleaseHold
from ledger.operations.close_period import close_period
from ledger.refusals import PeriodIsClosed, PeriodNotOver
from tests.conftest import MakeDatabase
from tests.ledger.books import NOON, WALLET, audit, key, pay, post, posted, refund, refused, rows, sell, void

NOW = city_time(date(2026, 9, 1), 10)
CLERK = "0190-clerk"


def close_through(database: Database, day: date) -> None:
    database.run(lambda session: close_period(session, closed_through=day, closed_by=CLERK, now=NOW))


def test_a_close_is_recorded_with_the_clerk(make_database: MakeDatabase) -> None:
    staff = make_database("kashiman_staff")
    close_through(staff, date(2026, 8, 31))
    assert rows(staff, "SELECT closed_through, closed_by FROM ledger.period_closes") == [(date(2026, 8, 31), CLERK)]


def test_today_and_later_days_cannot_be_closed(make_database: MakeDatabase) -> None:
    staff = make_database("kashiman_staff")
    for day in (date(2026, 9, 1), date(2026, 9, 2)):
        with pytest.raises(Refusal) as refusal:
            close_through(staff, day)
        assert refusal.value == PeriodNotOver(asked_day=day.isoformat(), today="2026-09-01")
    assert rows(staff, "SELECT * FROM ledger.period_closes") == []


def test_a_day_is_closed_once_and_never_earlier(make_database: MakeDatabase) -> None:
    staff = make_database("kashiman_staff")
    close_through(staff, date(2026, 8, 15))
    for day in (date(2026, 8, 15), date(2026, 8, 1)):
        with pytest.raises(Refusal) as refusal:
            close_through(staff, day)
        assert refusal.value == PeriodIsClosed(event_day=day.isoformat(), closed_through="2026-08-15")
    close_through(staff, date(2026, 8, 16))


def test_no_event_is_dated_into_a_closed_period(make_database: MakeDatabase) -> None:
    database, staff = make_database(), make_database("kashiman_staff")
    posted(database, sell())
    payment = posted(database, pay(100))
    held = uuid4()
    posted(database, PlaceHold(key(), NOON, held, WALLET, 100, NOW))
    close_through(staff, date(2026, 8, 1))
    closed = PeriodIsClosed(event_day="2026-08-01", closed_through="2026-08-01")
    late: list[LedgerCommand] = [
        sell(),
        pay(1),
        void(payment.journal.id),
        refund(payment.journal.id, 1),
        ReleaseHold(key(), NOON, held),
        ExpireLot(key(), city_time(date(2026, 8, 1), 23, 59, 59), uuid4()),
    ]
    for command in late:
        assert refused(database, command) == closed
    posted(database, refund(payment.journal.id, 1, at=city_time(date(2026, 8, 2))))
    posted(database, ReleaseHold(key(), city_time(date(2026, 8, 2)), held))
    assert audit(database).agrees


def test_the_answers_of_a_closed_period_are_still_given_again(make_database: MakeDatabase) -> None:
    database, staff = make_database(), make_database("kashiman_staff")
    sale = sell()
    first = posted(database, sale)
    close_through(staff, date(2026, 8, 1))
    (again,) = post(database, sale)
    assert again == type(first)(first.journal, is_replay=True)
