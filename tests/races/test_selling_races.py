"""Cards, refunds, disputes and payouts that many act on at the same moment, with real commits."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from issuance.operations.apply_provider_states import apply_provider_states
from issuance.operations.print_receipt import print_receipt
from issuance.operations.record_desk_refund import record_desk_refund
from issuance.operations.record_refunds import record_refunds
from issuance.payouts.operations.record_payouts import record_payouts
from issuance.provider_model import DisputeStatus, ProviderRefundStatus, ProviderStatus
from issuance.provider_refusals import CardOverItsCap, FirstDayCapReached
from issuance.purchase_model import DeskRefund, Purchase, PurchaseState, RefundMethod
from kernel.db import Database
from kernel.refusals import Busy
from ledger.model import Posted
from tests.issuance.market import FUMI, HANA, KENJI, PAYING, Market, contents
from tests.issuance.payouts.bank import charge_entry, clearing, dispute_of, follow, payout_of
from tests.issuance.selling import (
    audited,
    cancel,
    found,
    left,
    paid,
    refund_of,
    sells_under,
    sold,
    spend,
    take_back,
    terms_with,
    with_card,
)
from tests.races.crowd import at_once

THREADS = 6


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(lambda role: make_database(role, pool_size=THREADS))


@pytest.mark.parametrize("status", [ProviderStatus.REQUIRES_CAPTURE, ProviderStatus.SUCCEEDED])
def test_one_card_on_many_accounts_at_once_stays_within_its_cap(market: Market, status: ProviderStatus) -> None:
    sells_under(market, terms_with(max_units_per_card=3), [1] * THREADS)
    purchases = [market.bought(number, 1) for number in range(THREADS)]

    def hear(purchase: Purchase) -> object:
        payment = with_card(purchase, "one card", status)
        return market.worker.run(lambda session: apply_provider_states(session, [payment], now=PAYING))[0]

    answers = at_once([partial(hear, purchase) for purchase in purchases])
    assert Counter(type(answer) for answer in answers) == {Purchase: 3, CardOverItsCap: 3}
    assert sum(len(left(market, number)) for number in range(THREADS)) == 3 * (status is ProviderStatus.SUCCEEDED)
    audited(market)


def test_a_wallet_that_asks_from_many_phones_at_once_keeps_its_first_day(market: Market) -> None:
    sells_under(market, terms_with(max_units_first_day=2), [5])

    def ask(key: str) -> object:
        return market.start(market.request(0, 1, key))[0]

    answers = at_once([partial(ask, key) for key in "abcdef"])
    assert Counter(type(answer) for answer in answers) == {Purchase: 2, FirstDayCapReached: 4}


def test_a_voucher_is_spent_or_taken_back_and_never_both(market: Market) -> None:
    sells_under(market, terms_with(cancel_days=8, small_shop_face_yen=2_000), [1] * 4)
    for number in range(4):
        purchase = paid(market, number, 1)
        spent, taken = at_once(
            [
                partial(spend, market, number, 5_000),
                partial(take_back, market, purchase),
            ]
        )
        assert isinstance(spent, Posted) != isinstance(taken, Purchase), (spent, taken)
        assert {lot[1:] for lot in left(market, number)} == {(0, 0)}
    audited(market)


def test_a_dispute_heard_of_by_many_takes_the_value_out_once(market: Market) -> None:
    sells_under(market, terms_with(small_shop_face_yen=2_000), [1])
    purchase = paid(market, 0, 1)

    at_once([partial(follow, market, dispute_of(purchase))] * THREADS)
    assert {lot[1:] for lot in left(market, 0)} == {(0, 0)}
    at_once([partial(follow, market, dispute_of(purchase, DisputeStatus.WON))] * THREADS)
    assert sum(lot[1] + lot[2] for lot in left(market, 0)) == 5_000
    assert found(market, purchase).state is PurchaseState.PAID
    assert clearing(market).books_yen == 4_000
    audited(market)


def test_a_wallet_is_spent_and_frozen_at_once_without_a_yen_lost(market: Market) -> None:
    market.selling([5])
    purchase = paid(market, 0, 5)
    spend(market, 0, 1)

    freeze = partial(follow, market, dispute_of(purchase))
    answers = at_once([freeze, *[lambda: spend(market, 0, 100)] * (THREADS - 1)])
    assert not isinstance(answers[0], Exception) or isinstance(answers[0], Busy)
    figures = audited(market).figures
    assert figures.issued_yen == figures.spent_yen + figures.held_yen + figures.remaining_yen == 25_000
    (case,) = freeze()
    assert case.value.unspent_yen == audited(market).figures.held_yen


def test_money_goes_back_once_whoever_notices_it(market: Market) -> None:
    market.selling([1])
    purchase = cancel(market, paid(market, 0, 1))
    refund = refund_of(purchase, ProviderRefundStatus.SUCCEEDED)
    ended: list[Purchase] = []

    def record() -> None:
        ended.extend(market.worker.run(lambda session: record_refunds(session, [refund], now=PAYING)))

    at_once([record] * THREADS)
    assert [purchase.state for purchase in ended] == [PurchaseState.REFUNDED]


def test_two_desks_pay_a_failed_refund_out_once(market: Market) -> None:
    market.selling([1])
    purchase = cancel(market, paid(market, 0, 1))
    failed = refund_of(purchase, ProviderRefundStatus.FAILED)
    market.worker.run(lambda session: record_refunds(session, [failed], now=PAYING))

    def by_hand(evidence: str) -> object:
        refund = DeskRefund(RefundMethod.CASH, evidence, FUMI.id, HANA.id)
        return market.staff.run(lambda session: record_desk_refund(session, purchase.id, refund, now=PAYING))

    answers = at_once([partial(by_hand, f"receipt {number}") for number in range(4)])
    assert sum(isinstance(answer, Purchase) for answer in answers) == 1
    assert len(contents(market.staff, "issuance.refund_events")["issuance.refund_events"]) == 2


def test_a_payout_read_by_many_workers_is_booked_once(market: Market) -> None:
    market.selling([3])
    reading = payout_of(charge_entry(paid(market, 0, 3)))
    at_once(
        [lambda: market.worker.run(lambda session: record_payouts(session, [reading], read_at=PAYING, now=PAYING))] * 4
    )
    assert clearing(market).books_yen == 0
    assert len(contents(market.staff, "issuance.payout_entries")["issuance.payout_entries"]) == 1
    audited(market)


def test_one_receipt_printed_at_once_is_one_original_and_copies(market: Market) -> None:
    market.selling([1])
    purchase = sold(market, 0, 1)
    receipts = at_once(
        [lambda: market.staff.run(lambda s: print_receipt(s, purchase.id, clerk_id=KENJI.id, now=PAYING))] * 4
    )
    assert sorted(receipt.copy_number for receipt in receipts) == [0, 1, 2, 3]  # type: ignore[attr-defined]
    assert len({receipt.number for receipt in receipts}) == 1  # type: ignore[attr-defined]
