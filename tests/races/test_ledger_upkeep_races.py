"""Threads on the same payout, period, expiry or total at once, with real commits; the books agree afterwards."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from kernel.clock import city_time
from kernel.db import Database
from ledger.model import ExpireLot, Move, Posted, ReverseExpiry
from ledger.operations.close_period import close_period
from ledger.operations.roll_up_totals import roll_up_totals
from ledger.queries import account_totals
from ledger.refusals import (
    ExpiryAlreadyReversed,
    LotIsEmpty,
    PayoutNotInFlight,
    PeriodIsClosed,
    TransferAlreadyReturned,
)
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    AFTER_EXPIRY,
    PAYABLE,
    PAYOUT,
    SHORT_TERMS,
    audit,
    close,
    give_back_payout,
    key,
    left,
    pay,
    post,
    posted,
    refund,
    roll_up_everything,
    rows,
    sell,
    settle,
)
from tests.ledger.conftest import database_url, module_url
from tests.races.crowd import at_once, post_at_once

__all__ = ["database_url", "module_url"]
LOT, OTHER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)


@pytest.fixture
def crowd(make_database: MakeDatabase) -> Database:
    """A database with room for ten threads at once."""
    return make_database(pool_size=10)


def test_a_line_of_a_payout_is_returned_once(crowd: Database) -> None:
    post(crowd, sell(LOT), pay(1_000))
    closing = posted(crowd, close(Move(PAYABLE, PAYOUT, 400, 300), Move(PAYABLE, PAYOUT, 600, 500))).journal.id
    moves = [Move(PAYOUT, PAYABLE, 400, 300, 1)]
    won, lost = post_at_once(crowd, *(give_back_payout(closing, *moves) for _ in range(6)))
    assert len(won) == 1
    assert lost == [TransferAlreadyReturned(line=1)] * 5
    assert audit(crowd).figures.in_flight_yen == 600


def test_a_payout_is_settled_once_and_never_below_zero(crowd: Database) -> None:
    post(crowd, sell(LOT), pay(1_000))
    closing = posted(crowd, close(Move(PAYABLE, PAYOUT, 1_000, 800))).journal.id
    returned = give_back_payout(closing, Move(PAYOUT, PAYABLE, 1_000, 800, 1))
    won, lost = post_at_once(crowd, returned, *(settle(1_000, 800) for _ in range(6)))
    assert len(won) == 1
    assert lost == [PayoutNotInFlight(asked_yen=1_000, in_flight_yen=0)] * 6
    assert audit(crowd).figures.in_flight_yen == 0


def test_a_close_lets_postings_in_before_it_and_none_after_it(make_database: MakeDatabase, crowd: Database) -> None:
    staff = make_database("kashiman_staff")
    posted(crowd, sell(LOT))
    now = city_time(date(2026, 8, 3))
    answers = at_once(
        [
            *[lambda: post(crowd, pay(10))[0]] * 5,
            lambda: staff.run(lambda s: close_period(s, closed_through=date(2026, 8, 1), closed_by="clerk", now=now)),
            *[lambda: post(crowd, pay(10))[0]] * 5,
        ]
    )
    assert answers.pop(5) is None
    closed = PeriodIsClosed(event_day="2026-08-01", closed_through="2026-08-01")
    assert all(isinstance(answer, Posted) or answer == closed for answer in answers)
    spent = sum(isinstance(answer, Posted) for answer in answers) * 10
    assert sum(left(crowd, LOT)) == 5_000 - spent
    assert post(crowd, pay(10)) == [closed]
    assert audit(crowd).agrees


def test_a_lot_is_expired_once_by_two_commands(crowd: Database) -> None:
    posted(crowd, sell(LOT, terms=SHORT_TERMS))
    won, lost = post_at_once(crowd, *(ExpireLot(key(), AFTER_EXPIRY, LOT) for _ in range(5)))
    assert len(won) == 1
    assert lost == [LotIsEmpty(lot_id=str(LOT))] * 4
    report = audit(crowd)
    assert (report.agrees, report.figures.expired_yen) == (True, 5_000)


def test_an_expiry_comes_back_once(crowd: Database) -> None:
    posted(crowd, sell(LOT, terms=SHORT_TERMS))
    journal_id = posted(crowd, ExpireLot(key(), AFTER_EXPIRY, LOT)).journal.id
    reversals = [ReverseExpiry(key(), AFTER_EXPIRY, journal_id, uuid4(), date(2026, 9, 30)) for _ in range(5)]
    won, lost = post_at_once(crowd, *reversals)
    assert len(won) == 1
    assert lost == [ExpiryAlreadyReversed(lot_id=str(LOT))] * 4
    report = audit(crowd)
    assert (report.agrees, report.figures.remaining_yen) == (True, 5_000)


def test_an_expiry_and_a_refund_to_the_same_lot_both_count(crowd: Database) -> None:
    posted(crowd, sell(LOT, terms=SHORT_TERMS))
    payment = posted(crowd, pay(1_000)).journal.id
    post_at_once(crowd, refund(payment, 1_000, at=AFTER_EXPIRY), ExpireLot(key(), AFTER_EXPIRY, LOT))
    report = audit(crowd)
    assert report.agrees
    assert (report.figures.expired_yen, report.figures.remaining_yen) == (5_000, 0)


def test_totals_are_read_right_while_they_are_rolled_up(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker", pool_size=10)
    posted(worker, sell(LOT))

    def read() -> int:
        return worker.run(lambda session: account_totals(session, [PAYABLE]))[PAYABLE.id].credit_yen

    readings: list[int] = []

    def read_often() -> None:
        readings.extend(read() for _ in range(30))

    def pay_often() -> None:
        for _ in range(20):
            posted(worker, pay(10))

    def roll_often() -> None:
        for _ in range(15):
            worker.run(roll_up_totals)

    broken = [answer for answer in at_once([read_often, pay_often, pay_often, roll_often, roll_often]) if answer]
    assert broken == []
    assert readings == sorted(readings)
    roll_up_everything(worker)
    assert read() == 400
    assert rows(worker, "SELECT credit_yen FROM ledger.account_totals WHERE account_id = %s", [PAYABLE.id]) == [(400,)]
    assert audit(worker).agrees
