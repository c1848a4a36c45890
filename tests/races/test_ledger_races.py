"""Threads on the same value at once, with real commits: exactly one wins, and the books agree afterwards."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from kernel.db import Database
from ledger.model import CaptureHold, JournalKind, Posted, ReleaseHold
from ledger.operations.post_journals import Outcome
from ledger.refusals import (
    HoldAlreadyResolved,
    LotAlreadyExists,
    PaymentAlreadyReversed,
    RefundExceedsPayment,
    ValueNotEnough,
)
from tests.conftest import MakeDatabase
from tests.ledger.books import (
    NOON,
    OTHER_WALLET,
    SHOP,
    WALLET,
    audit,
    count,
    hold,
    key,
    left,
    pay,
    post,
    posted,
    refund,
    rows,
    sell,
    void,
)
from tests.ledger.conftest import database_url, module_url
from tests.races.crowd import at_once, post_at_once

__all__ = ["database_url", "module_url"]
LOT, OTHER_LOT, HOLD = UUID(int=0x1), UUID(int=0x2), UUID(int=0x99)


@pytest.fixture
def crowd(make_database: MakeDatabase) -> Database:
    """A database with room for ten threads at once."""
    return make_database(pool_size=10)


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


def test_the_order_of_the_journals_of_a_lot_is_the_order_in_which_it_was_locked(crowd: Database) -> None:
    post(crowd, sell(LOT), sell(OTHER_LOT, at=NOON + timedelta(hours=1)))
    works: list[Callable[[], object]] = [lambda: post(crowd, *(pay(17) for _ in range(5)))] * 10
    at_once(works)
    kinds = rows(crowd, "SELECT kind FROM ledger.journals ORDER BY sequence")
    assert len(kinds) == 52
    assert kinds[2] == (JournalKind.PAYMENT,)
    assert audit(crowd).agrees
