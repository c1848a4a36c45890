"""Threads that want the same money or the same code at the same moment, with real commits."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar
from uuid import uuid4

import pytest

from kernel.refusals import Refusal
from ledger.refusals import PaymentAlreadyReversed, RefundExceedsPayment, ValueNotEnough
from payments.model import PaymentReceipt, ReversalReceipt, ReversalRequest
from payments.operations.take_payments import AnyRequest
from payments.refusals import ConsumerCodeUsed
from tests.conftest import MakeDatabase
from tests.ledger.books import count
from tests.merchants.shops import CORNER, NORTH, SOUTH
from tests.payments.shop_world import HANAKO, TARO, ShopWorld, refunding, voiding

Result = TypeVar("Result")
THREADS = 6
ROUNDS = 4


@pytest.fixture
def world(make_database: MakeDatabase) -> Iterator[ShopWorld]:
    made = ShopWorld(make_database("kashiman_pay", pool_size=THREADS), make_database("kashiman_staff"))
    yield made
    made.demand_agreeing_books()
    made.close()


def at_once(*works: Callable[[], Result]) -> list[Result]:
    """Run works in threads that begin together."""
    barrier = Barrier(len(works))

    def begin(work: Callable[[], Result]) -> Result:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def taken_at_once(world: ShopWorld, *requests: AnyRequest) -> list[PaymentReceipt | Refusal]:
    """Send each request in a batch and a transaction of its own."""
    return at_once(*(lambda request=request: world.take(request)[0] for request in requests))


def reversed_at_once(world: ShopWorld, *requests: ReversalRequest) -> list[ReversalReceipt | Refusal]:
    return at_once(*(lambda request=request: world.reverse(request)[0] for request in requests))


def kinds(outcomes: list[PaymentReceipt | Refusal] | list[ReversalReceipt | Refusal]) -> Counter[type]:
    return Counter(type(outcome) for outcome in outcomes)


def test_one_code_is_charged_once_by_whoever_comes_first(world: ShopWorld) -> None:
    stores = [NORTH.store_id, SOUTH.store_id, CORNER.store_id] * 2
    for spent in range(1, ROUNDS + 1):
        code = world.code()

        outcomes = taken_at_once(world, *(world.charging(100, code=code, store_id=store_id) for store_id in stores))

        assert kinds(outcomes) == {PaymentReceipt: 1, ConsumerCodeUsed: THREADS - 1}
        assert world.left() == 5_000 - spent * 100


def test_a_code_of_an_empty_wallet_is_declined_once_and_then_used(world: ShopWorld) -> None:
    """A wallet without a lot has no row on which the attempts would queue."""
    world.paid(world.paying(5_000))
    for _ in range(ROUNDS):
        code = world.code()

        outcomes = taken_at_once(world, *(world.charging(100, code=code) for _ in range(THREADS)))

        assert kinds(outcomes) == {ValueNotEnough: 1, ConsumerCodeUsed: THREADS - 1}


def test_the_same_key_at_once_is_one_payment(world: ShopWorld) -> None:
    for _ in range(ROUNDS):
        paying, charging = world.paying(100), world.charging(100)

        paid = taken_at_once(world, *[paying] * THREADS)
        charged = taken_at_once(world, *[charging] * THREADS)

        for outcomes in (paid, charged):
            receipts = [outcome for outcome in outcomes if isinstance(outcome, PaymentReceipt)]
            assert len(receipts) == THREADS
            assert len({replace(receipt, is_replay=False) for receipt in receipts}) == 1
            assert sum(receipt.is_replay for receipt in receipts) == THREADS - 1
    assert world.left() == 5_000 - ROUNDS * 200


def test_the_same_key_of_a_declined_payment_is_one_decision(world: ShopWorld) -> None:
    known = count(world.pay, "decisions")

    outcomes = taken_at_once(world, *[world.paying(5_001)] * THREADS)

    assert outcomes == [ValueNotEnough(asked_yen=5_001, usable_yen=5_000, total_yen=5_000)] * THREADS
    assert count(world.pay, "decisions") == known + 1


def test_a_wallet_is_never_overspent(world: ShopWorld) -> None:
    requests = [world.paying(900, at=world.corner), world.paying(900, at=world.north)] * 3
    outcomes = taken_at_once(world, *_asked_anew(requests)) + taken_at_once(world, *_asked_anew(requests))

    assert kinds(outcomes) == {PaymentReceipt: 5, ValueNotEnough: 7}
    assert world.left() == 500


def test_batches_that_share_wallets_in_any_order_all_end(world: ShopWorld) -> None:
    taro, hanako = world.paying(10), world.paying(10, wallet_id=HANAKO)
    batches = [[taro, hanako] * 5, [hanako, taro] * 5] * 3

    answers = at_once(*(lambda batch=batch: world.take(*_asked_anew(batch)) for batch in batches))

    assert {type(outcome) for outcomes in answers for outcome in outcomes} == {PaymentReceipt}
    assert (world.left(TARO), world.left(HANAKO)) == (4_700, 9_700)


def test_a_void_and_a_refund_never_both_give_back(world: ShopWorld) -> None:
    for _ in range(ROUNDS):
        payment_id = world.paid(world.paying(1_000)).payment_id

        *voids, refund = reversed_at_once(
            world, *(voiding(payment_id) for _ in range(THREADS - 1)), refunding(payment_id, 1_000)
        )

        if isinstance(refund, ReversalReceipt):
            assert kinds(voids) == {PaymentAlreadyReversed: THREADS - 1}
        else:
            assert refund == RefundExceedsPayment(asked_yen=1_000, left_yen=0)
            assert kinds(voids) == {ReversalReceipt: 1, PaymentAlreadyReversed: THREADS - 2}
        assert world.left() == 5_000


def test_refunds_at_once_never_give_back_more_than_was_paid(world: ShopWorld) -> None:
    for _ in range(ROUNDS):
        payment_id = world.paid(world.paying(1_000)).payment_id

        outcomes = reversed_at_once(world, *(refunding(payment_id, 300) for _ in range(THREADS)))

        assert kinds(outcomes) == {ReversalReceipt: 3, RefundExceedsPayment: THREADS - 3}
        world.reversed(refunding(payment_id, 100))
        assert world.left() == 5_000


def test_the_same_void_at_once_is_one_reversal(world: ShopWorld) -> None:
    request = voiding(world.paid(world.paying(1_000)).payment_id)

    receipts = [item for item in reversed_at_once(world, *[request] * THREADS) if isinstance(item, ReversalReceipt)]

    assert len(receipts) == THREADS
    assert len({replace(receipt, is_replay=False) for receipt in receipts}) == 1
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(1,)]


def test_spending_and_giving_back_at_once_keep_every_yen(world: ShopWorld) -> None:
    payment_ids = [world.paid(world.paying(500)).payment_id for _ in range(3)]
    pays = [lambda: len(world.take(world.paying(700), world.paying(700))) for _ in range(3)]
    voids = [lambda payment_id=payment_id: len(world.reverse(voiding(payment_id))) for payment_id in payment_ids]

    at_once(*pays, *voids)

    (taken,) = world.rows("SELECT sum(amount_yen)::bigint FROM payments.payments")[0]
    (given_back,) = world.rows("SELECT sum(amount_yen)::bigint FROM payments.reversals")[0]
    assert given_back == 1_500
    assert world.left() == 5_000 - taken + given_back


def _asked_anew(requests: Sequence[AnyRequest]) -> list[AnyRequest]:
    """The same requests, each under a key of its own."""
    return [replace(request, key=str(uuid4())) for request in requests]
