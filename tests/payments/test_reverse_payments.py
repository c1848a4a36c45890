from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from kernel.clock import city_time
from kernel.yen import AMOUNT_YEN_MAX, AmountOutOfRange
from ledger.refusals import (
    KeyReusedWithOtherContent,
    PaymentAlreadyReversed,
    RefundExceedsPayment,
    ReversedBeforeItHappened,
    VoidOnlyOnSameDay,
)
from payments.model import ReversalReceipt
from payments.refusals import PaymentNotFound
from tests.ledger.books import CAMPAIGN, NOON
from tests.merchants.shops import BAKERY, MARKET
from tests.payments.shop_world import CASHIER, MINUTE, TARO_LOT, ShopWorld, refunding, voiding

REVERSAL_ROWS = """
SELECT id, payment_id, kind, amount_yen, reversed_at, reversed_by FROM payments.reversals ORDER BY id
"""
JOURNAL_LINES = """
SELECT j.kind, j.corrects_id, j.event_at, a.kind, a.merchant_id, a.campaign_id, t.credit_account_id, t.amount_yen,
       t.paid_yen
FROM ledger.transfers AS t JOIN ledger.journals AS j ON j.id = t.journal_id
JOIN ledger.accounts AS a ON a.id = t.debit_account_id WHERE j.id = %s
"""
NEXT_MORNING = city_time(date(2026, 8, 2))


@pytest.fixture
def payment_id(world: ShopWorld) -> UUID:
    """¥1,280 of Taro at the bakery at noon."""
    return world.paid(world.paying(1_280)).payment_id


def test_a_shop_voids_a_payment_on_its_day(world: ShopWorld, payment_id: UUID) -> None:
    asked_at = NEXT_MORNING - timedelta(microseconds=1)

    receipt = world.reversed(voiding(payment_id, asked_at=asked_at))

    reversal_id = receipt.reversal_id
    assert receipt == ReversalReceipt(
        reversal_id=reversal_id, payment_id=payment_id, amount_yen=1_280, reversed_at=asked_at, is_replay=False
    )
    assert world.rows(REVERSAL_ROWS) == [(reversal_id, payment_id, "void", 1_280, asked_at, CASHIER)]
    merchant = ("merchant_payable", BAKERY.merchant_id, CAMPAIGN)
    assert world.rows(JOURNAL_LINES, [reversal_id]) == [
        ("payment_voided", payment_id, asked_at, *merchant, TARO_LOT, 1_280, 1_024)
    ]
    assert world.left() == 5_000
    world.demand_agreeing_books()


def test_a_shop_refunds_a_payment_in_parts_to_the_last_yen(world: ShopWorld, payment_id: UUID) -> None:
    days = [NOON + timedelta(days=day) for day in (0, 1, 30)]

    receipts = [
        world.reversed(refunding(payment_id, yen, asked_at=at)) for yen, at in zip([1, 279, 1_000], days, strict=True)
    ]

    assert receipts == [
        ReversalReceipt(receipt.reversal_id, payment_id, yen, at, is_replay=False)
        for receipt, yen, at in zip(receipts, [1, 279, 1_000], days, strict=True)
    ]
    assert [row[2:] for row in world.rows(REVERSAL_ROWS)] == [
        ("refund", yen, at, CASHIER) for yen, at in zip([1, 279, 1_000], days, strict=True)
    ]
    lines = [world.rows(JOURNAL_LINES, [receipt.reversal_id])[0] for receipt in receipts]
    assert [(line[0], *line[7:]) for line in lines] == [
        ("payment_refunded", 1, 0),
        ("payment_refunded", 279, 224),
        ("payment_refunded", 1_000, 800),
    ]
    assert world.left() == 5_000
    one_more = refunding(payment_id, 1, asked_at=days[2])
    assert world.refused(one_more) == RefundExceedsPayment(asked_yen=1, left_yen=0)
    world.demand_agreeing_books()


def test_a_charge_is_taken_back_like_a_payment(world: ShopWorld) -> None:
    charged = world.paid(world.charging(2_000)).payment_id

    world.reversed(refunding(charged, 500, merchant_id=MARKET.merchant_id))

    assert world.left() == 3_500


def test_another_merchant_is_not_told_that_the_payment_exists(world: ShopWorld, payment_id: UUID) -> None:
    nowhere = UUID(int=404)

    refusals = [
        world.refused(voiding(payment_id, merchant_id=MARKET.merchant_id)),
        world.refused(refunding(payment_id, 1, merchant_id=MARKET.merchant_id)),
        world.refused(refunding(payment_id, 0, merchant_id=MARKET.merchant_id)),
    ]

    assert refusals == [PaymentNotFound(payment_id=str(payment_id))] * 3
    assert world.refused(voiding(nowhere)) == PaymentNotFound(payment_id=str(nowhere))
    assert world.refused(refunding(nowhere, 1)) == PaymentNotFound(payment_id=str(nowhere))


def test_a_sale_or_a_reversal_is_no_payment(world: ShopWorld, payment_id: UUID) -> None:
    reversal_id = world.reversed(refunding(payment_id, 1)).reversal_id
    (sale_id,) = world.rows("SELECT id FROM ledger.journals WHERE kind = 'voucher_sold'")[0]

    for other in (reversal_id, sale_id):
        assert world.refused(voiding(other)) == PaymentNotFound(payment_id=str(other))


def test_from_midnight_on_a_void_is_refused_and_a_refund_is_not(world: ShopWorld, payment_id: UUID) -> None:
    late = voiding(payment_id, asked_at=NEXT_MORNING)

    assert world.refused(late) == VoidOnlyOnSameDay(paid_on="2026-08-01", asked_on="2026-08-02")
    assert world.reversed(refunding(payment_id, 1_280, asked_at=NEXT_MORNING)).amount_yen == 1_280


def test_what_was_given_back_is_not_voided_again(world: ShopWorld, payment_id: UUID) -> None:
    other = world.paid(world.paying(100)).payment_id
    world.reversed(refunding(payment_id, 1))
    world.reversed(voiding(other))

    next_day = voiding(payment_id, asked_at=NEXT_MORNING)
    assert world.refused(next_day) == PaymentAlreadyReversed(paid_yen=1_280, reversed_yen=1)
    assert world.refused(voiding(other)) == PaymentAlreadyReversed(paid_yen=100, reversed_yen=100)
    assert world.refused(refunding(other, 1)) == RefundExceedsPayment(asked_yen=1, left_yen=0)


def test_a_refund_beyond_what_is_left_gives_nothing_back(world: ShopWorld, payment_id: UUID) -> None:
    world.reversed(refunding(payment_id, 1_000))

    assert world.refused(refunding(payment_id, 281)) == RefundExceedsPayment(asked_yen=281, left_yen=280)
    assert world.left() == 4_720


@pytest.mark.parametrize("refund_yen", [0, -1, AMOUNT_YEN_MAX + 1])
def test_a_refund_of_an_impossible_amount_is_refused(world: ShopWorld, payment_id: UUID, refund_yen: int) -> None:
    refusal = AmountOutOfRange(given_yen=refund_yen, min_yen=1, max_yen=AMOUNT_YEN_MAX)

    assert world.refused(refunding(payment_id, refund_yen)) == refusal


def test_nothing_is_given_back_before_it_was_paid(world: ShopWorld, payment_id: UUID) -> None:
    before = NOON - timedelta(microseconds=1)

    refusals = [
        world.refused(voiding(payment_id, asked_at=before)),
        world.refused(refunding(payment_id, 1, asked_at=before)),
    ]

    assert refusals == [ReversedBeforeItHappened(NOON.isoformat(), before.isoformat())] * 2


def test_the_same_key_gives_the_same_receipt_on_any_day(world: ShopWorld) -> None:
    requests = [
        voiding(world.paid(world.paying(100)).payment_id),
        refunding(world.paid(world.paying(200)).payment_id, 150),
    ]
    first = world.reverse(*requests)
    world.suspend(BAKERY.merchant_id)
    before, known = world.money(), world.decisions()

    again = world.reverse(*(replace(request, asked_at=NOON + timedelta(days=90)) for request in requests))

    assert again == [replace(receipt, is_replay=True) for receipt in first if isinstance(receipt, ReversalReceipt)]
    assert (world.money(), world.decisions()) == (before, known)


def test_the_same_key_twice_in_one_batch_gives_the_time_of_the_first(world: ShopWorld, payment_id: UUID) -> None:
    request = refunding(payment_id, 10)

    first, again = world.reverse(request, replace(request, asked_at=NOON + MINUTE))

    assert isinstance(first, ReversalReceipt)
    assert first.reversed_at == NOON
    assert again == replace(first, is_replay=True)
    assert world.left() == 3_730


def test_a_declined_key_stays_declined(world: ShopWorld, payment_id: UUID) -> None:
    request = voiding(payment_id, asked_at=NEXT_MORNING)
    refusal = world.refused(request)

    assert world.refused(replace(request, asked_at=NOON), decisions=0) == refusal


def test_the_same_key_with_other_content_is_refused(world: ShopWorld, payment_id: UUID) -> None:
    other = world.paid(world.paying(100)).payment_id
    world.reversed(refunding(payment_id, 100, key="k"))

    for request in (refunding(payment_id, 101, key="k"), refunding(other, 100, key="k"), voiding(payment_id, key="k")):
        assert world.refused(request, decisions=0) == KeyReusedWithOtherContent()


def test_a_key_belongs_to_the_merchant_that_chose_it(world: ShopWorld, payment_id: UUID) -> None:
    charged = world.paid(world.charging(200)).payment_id

    world.reversed(voiding(payment_id, key="k"))
    world.reversed(voiding(charged, key="k", merchant_id=MARKET.merchant_id))

    assert world.left() == 5_000


def test_a_mixed_batch_answers_each_in_its_place(world: ShopWorld, payment_id: UUID) -> None:
    other = world.paid(world.paying(500)).payment_id

    part, too_much, foreign, rest, void, void_again = world.reverse(
        refunding(payment_id, 1_000),
        refunding(payment_id, 281),
        voiding(payment_id, merchant_id=MARKET.merchant_id),
        refunding(payment_id, 280),
        voiding(other),
        voiding(other),
    )

    assert [receipt.amount_yen for receipt in (part, rest, void) if isinstance(receipt, ReversalReceipt)] == [
        1_000,
        280,
        500,
    ]
    assert [too_much, foreign, void_again] == [
        RefundExceedsPayment(asked_yen=281, left_yen=280),
        PaymentNotFound(payment_id=str(payment_id)),
        PaymentAlreadyReversed(paid_yen=500, reversed_yen=500),
    ]
    assert world.left() == 5_000
    assert world.reverse() == []
    world.demand_agreeing_books()
