"""Threads on the same value at once, with real commits: exactly one wins, and the books agree afterwards."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest

from kernel.clock import city_time
from kernel.db import Database
from kernel.refusals import Refusal
from ledger.model import CaptureHold, JournalKind, LedgerCommand, Move, Posted, ReleaseHold
from ledger.operations.close_period import close_period
from ledger.operations.expire_lots import expire_lots
from ledger.operations.post_journals import Outcome
from ledger.operations.roll_up_totals import roll_up_totals
from ledger.queries import account_totals
from ledger.refusals import (
    HoldAlreadyResolved,
    LotAlreadyExists,
    PaymentAlreadyReversed,
    PayoutNotInFlight,
    PeriodIsClosed,
    RefundExceedsPayment,
    TransferAlreadyReturned,
    ValueNotEnough,
)
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    AFTER_EXPIRY,
    NOON,
    OTHER_WALLET,
    PAYABLE,
    PAYOUT,
    SHOP,
    SHORT_TERMS,
    WALLET,
    audit,
    close,
    count,
    give_back_payout,
    hold,
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
    void,
)

LOT, OTHER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)


@pytest.fixture
def crowd(make_database: MakeDatabase) -> Database:
    """A database with room for ten threads at once."""
    return make_database(pool_size=10)


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """Start all works at the same moment, each in a thread of its own; answers or exceptions in their order."""
    barrier = Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(index: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[index] = work()
        except Exception as broken:
            answers[index] = broken

    threads = [Thread(target=run, args=(index, work)) for index, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def post_at_once(database: Database, *commands: LedgerCommand) -> tuple[list[Posted], list[object]]:
    """Post each command in a transaction of its own, all at once; what was posted, and everything else."""

    def one(command: LedgerCommand) -> Callable[[], Outcome]:
        return lambda: post(database, command)[0]

    answers = at_once([one(command) for command in commands])
    return [answer for answer in answers if isinstance(answer, Posted)], [
        answer for answer in answers if not isinstance(answer, Posted)
    ]


def test_of_fifty_who_spend_a_whole_wallet_at_once_one_succeeds(crowd: Database) -> None:
    posted(crowd, sell(LOT))
    won, lost = post_at_once(crowd, *(pay(5_000) for _ in range(50)))
    assert len(won) == 1
    assert lost == [ValueNotEnough(asked_yen=5_000, usable_yen=0, total_yen=0)] * 49
    assert left(crowd, LOT) == (0, 0)
    assert audit(crowd).agrees


def test_payments_at_once_split_a_wallet_to_exactly_its_parts(crowd: Database) -> None:
    posted(crowd, sell(LOT))
    won, lost = post_at_once(crowd, *(pay(701) for _ in range(10)))
    assert len(won) == 7
    assert lost == [ValueNotEnough(asked_yen=701, usable_yen=93, total_yen=93)] * 3
    assert sum(outcome.journal.transfers[0].paid_yen for outcome in won) == 4_907 * 4_000 // 5_000
    assert audit(crowd).agrees


def test_a_payment_is_given_back_once_by_void_or_refund(crowd: Database) -> None:
    posted(crowd, sell(LOT))
    for _ in range(5):
        payment = posted(crowd, pay(1_000)).journal.id
        works = [command for _ in range(4) for command in (void(payment), refund(payment, 1_000))]
        won, lost = post_at_once(crowd, *works)
        assert len(won) == 1
        no_void = PaymentAlreadyReversed(paid_yen=1_000, reversed_yen=1_000)
        no_refund = RefundExceedsPayment(asked_yen=1_000, left_yen=0)
        assert lost.count(no_void) + lost.count(no_refund) == 7
    assert left(crowd, LOT) == (4_000, 1_000)
    assert audit(crowd).agrees


def test_partial_refunds_at_once_never_exceed_the_payment(crowd: Database) -> None:
    posted(crowd, sell(LOT))
    payment = posted(crowd, pay(1_000)).journal.id
    won, lost = post_at_once(crowd, *(refund(payment, 300) for _ in range(8)))
    assert len(won) == 3
    assert lost == [RefundExceedsPayment(asked_yen=300, left_yen=100)] * 5
    assert audit(crowd).agrees


def test_a_payment_by_coupon_alone_is_voided_once(crowd: Database) -> None:
    for _ in range(5):
        payment = posted(crowd, pay(0, coupon_yen=500)).journal.id
        won, lost = post_at_once(crowd, *(void(payment) for _ in range(6)))
        assert len(won) == 1
        assert lost == [PaymentAlreadyReversed(paid_yen=500, reversed_yen=500)] * 5
    assert audit(crowd).figures.coupons_yen == 0


def test_one_key_five_ways_at_once_is_one_journal_and_five_equal_answers(crowd: Database) -> None:
    posted(crowd, sell(LOT))
    for command in (pay(100), pay(0, coupon_yen=100), sell(OTHER_LOT), pay(90_000)):
        before = count(crowd, "journals")
        won, lost = post_at_once(crowd, *[command] * 5)
        if lost:
            assert won == []
            assert len(set(map(str, lost))) == 1
            assert isinstance(lost[0], ValueNotEnough)
        else:
            assert len({outcome.journal for outcome in won}) == 1
            assert sorted(outcome.is_replay for outcome in won) == [False, True, True, True, True]
        assert count(crowd, "journals") == before + (0 if lost else 1)
    assert audit(crowd).agrees


def test_one_lot_is_issued_once_by_different_keys_at_once(crowd: Database) -> None:
    won, lost = post_at_once(crowd, *(sell(LOT) for _ in range(6)))
    assert len(won) == 1
    assert lost == [LotAlreadyExists(lot_id=str(LOT))] * 5
    assert audit(crowd).figures.issued_yen == 5_000


def test_batches_over_the_same_wallets_in_opposite_order_all_succeed(crowd: Database) -> None:
    post(crowd, sell(LOT), sell(OTHER_LOT, wallet_id=OTHER_WALLET))

    def batch(*wallets: UUID) -> Callable[[], list[Outcome]]:
        return lambda: post(crowd, *(pay(10, wallet_id=wallet) for _ in range(10) for wallet in wallets))

    works = [batch(*order) for order in ((WALLET, OTHER_WALLET), (OTHER_WALLET, WALLET)) for _ in range(5)]
    answers = at_once(works)
    assert all(isinstance(answer, list) and all(isinstance(one, Posted) for one in answer) for answer in answers)
    assert (left(crowd, LOT), left(crowd, OTHER_LOT)) == ((3_200, 800), (3_200, 800))
    assert audit(crowd).agrees


def test_refunds_and_payments_crossing_each_other_all_succeed(crowd: Database) -> None:
    post(crowd, sell(LOT), sell(OTHER_LOT, wallet_id=OTHER_WALLET))
    payments = [posted(crowd, pay(100, wallet_id=wallet)).journal.id for wallet in (WALLET, OTHER_WALLET) * 3]
    works: list[Callable[[], object]] = []
    for first, second in zip(payments, reversed(payments), strict=True):
        batch = [refund(first, 10), pay(10, wallet_id=OTHER_WALLET), refund(second, 10), pay(10)]
        works.append(lambda batch=batch: post(crowd, *batch))  # type: ignore[misc]
    for answer in at_once(works):
        assert isinstance(answer, list), answer
        assert all(isinstance(outcome, Posted) for outcome in answer)
    assert audit(crowd).agrees


def test_a_hold_is_captured_or_released_once(crowd: Database) -> None:
    posted(crowd, sell(LOT))
    for _ in range(4):
        held = uuid4()
        posted(crowd, hold(held, 500))
        captures = [CaptureHold(key(), NOON, held, SHOP) for _ in range(3)]
        releases = [ReleaseHold(key(), NOON, held) for _ in range(3)]
        won, lost = post_at_once(crowd, *captures, *releases)
        assert len(won) == 1
        assert lost == [HoldAlreadyResolved(hold_id=str(held))] * 5
    assert audit(crowd).agrees


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
    assert lost == [PayoutNotInFlight(asked_yen=1_000, in_flight_yen=0)] * 6 or (
        TransferAlreadyReturned(line=1) in lost and len(lost) == 6
    )
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


def test_a_lot_is_expired_once_by_two_workers(make_database: MakeDatabase) -> None:
    worker = make_database("kashiman_worker", pool_size=6)
    post(worker, *(sell(terms=SHORT_TERMS) for _ in range(20)))
    answers = at_once([lambda: worker.run(lambda session: expire_lots(session, now=AFTER_EXPIRY))] * 4)
    outcomes = [outcome for answer in answers if isinstance(answer, list) for outcome in answer]
    assert sum(isinstance(outcome, Posted) for outcome in outcomes) == 20
    assert all(isinstance(outcome, Posted | Refusal) for outcome in outcomes)
    report = audit(worker)
    assert report.agrees
    assert report.figures.expired_yen == 100_000


def test_an_expiry_and_a_refund_to_the_same_lot_both_count(crowd: Database) -> None:
    posted(crowd, sell(LOT, terms=SHORT_TERMS))
    payment = posted(crowd, pay(1_000)).journal.id
    answers = at_once(
        [
            lambda: post(crowd, refund(payment, 1_000, at=AFTER_EXPIRY)),
            lambda: crowd.run(lambda session: expire_lots(session, now=AFTER_EXPIRY)),
        ]
    )
    assert all(isinstance(answer, list) for answer in answers)
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


def test_the_order_of_the_journals_of_a_lot_is_the_order_in_which_it_was_locked(crowd: Database) -> None:
    post(crowd, sell(LOT), sell(OTHER_LOT, at=NOON + timedelta(hours=1)))
    works: list[Callable[[], object]] = [lambda: post(crowd, *(pay(17) for _ in range(5)))] * 10
    at_once(works)
    kinds = rows(crowd, "SELECT kind FROM ledger.journals ORDER BY sequence")
    assert len(kinds) == 52
    assert kinds[2] == (JournalKind.PAYMENT,)
    assert audit(crowd).agrees
