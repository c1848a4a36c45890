"""A payer asks the bank for the money back: the value leaves the wallet until the bank has decided."""

from datetime import timedelta
from itertools import permutations

import pytest

from issuance.operations.receive_webhook import receive_webhook
from issuance.payouts.model import DisputeOutcome, DisputeValue
from issuance.payouts.queries import disputes_to_read, open_disputes
from issuance.provider_model import DisputeStatus, ProviderEvent
from issuance.purchase_model import PurchaseState
from issuance.queries import refunds_to_ask
from ledger.model import Posted, ShopSize
from ledger.refusals import ValueNotEnough
from tests.issuance.market import PAYING, Market, contents
from tests.issuance.payouts.bank import clearing, dispute_of, follow
from tests.issuance.selling import (
    audited,
    cancel,
    found,
    left,
    paid,
    sells_under,
    spend,
    terms_with,
)

OPEN, REVIEW = DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW
WON, LOST = DisputeStatus.WON, DisputeStatus.LOST
TWO_KINDS = terms_with(small_shop_face_yen=2_000)


def test_an_untouched_voucher_leaves_the_wallet_when_its_money_does(market: Market) -> None:
    sells_under(market, TWO_KINDS, [2])
    purchase = paid(market, 0, 2)
    (case,) = follow(market, dispute_of(purchase))
    assert (case.outcome, case.value) == (DisputeOutcome.TAKEN_BACK, DisputeValue(10_000, 8_000))
    assert {lot[1:] for lot in left(market, 0)} == {(0, 0)}
    assert (found(market, purchase).state, market.grants(0)[0].units_left) == (PurchaseState.DISPUTED, 0)
    assert clearing(market).books_yen == 0
    assert isinstance(spend(market, 0, 1), ValueNotEnough)
    stored = contents(market.staff, "issuance.disputes", "issuance.dispute_events", "ledger.transfers")
    assert follow(market, dispute_of(purchase)) == [case]
    assert contents(market.staff, "issuance.disputes", "issuance.dispute_events", "ledger.transfers") == stored
    audited(market)


def test_a_dispute_that_is_won_gives_the_voucher_back_once(market: Market) -> None:
    sells_under(market, TWO_KINDS, [2])
    purchase = paid(market, 0, 2)
    follow(market, dispute_of(purchase), dispute_of(purchase, REVIEW))
    for _ in range(3):
        (case,) = follow(market, dispute_of(purchase, WON))
        assert case.outcome is DisputeOutcome.RESTORED
    restored = found(market, purchase)
    assert restored.state is PurchaseState.PAID
    assert restored.journal_ids != purchase.journal_ids
    worth = [lot for lot in left(market, 0) if lot[1]]
    assert worth == [("all_shops", 4_800, 1_200), ("small_shops", 3_200, 800)]
    assert clearing(market).books_yen == 8_000
    assert isinstance(spend(market, 0, 10_000, ShopSize.SMALL), Posted)
    assert market.worker.run(open_disputes) == []
    audited(market)


def test_a_dispute_that_is_lost_costs_nothing_when_nothing_was_spent(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    follow(market, dispute_of(purchase))
    (case,) = follow(market, dispute_of(purchase, LOST))
    assert case.outcome is DisputeOutcome.LOST
    assert (found(market, purchase).state, market.grants(0)[0].units_left) == (PurchaseState.CHARGED_BACK, 1)
    assert market.worker.run(refunds_to_ask) == []
    assert clearing(market).books_yen == 0
    audited(market)


def test_of_a_touched_voucher_what_is_left_is_held(market: Market) -> None:
    sells_under(market, TWO_KINDS, [1])
    purchase = paid(market, 0, 1)
    spend(market, 0, 1_001, ShopSize.LARGE)
    (case,) = follow(market, dispute_of(purchase))
    assert case.outcome is DisputeOutcome.FROZEN
    assert (case.value.unspent_yen, case.value.spent_yen) == (3_999, 1_001)
    assert case.value.unspent_paid_yen + case.value.spent_paid_yen == 4_000
    assert isinstance(spend(market, 0, 1), ValueNotEnough)
    figures = audited(market).figures
    assert (figures.held_yen, figures.spent_yen) == (3_999, 1_001)
    assert clearing(market).books_yen == 4_000


def test_a_touched_voucher_comes_back_when_the_dispute_is_won(market: Market) -> None:
    sells_under(market, TWO_KINDS, [1])
    purchase = paid(market, 0, 1)
    spend(market, 0, 1_001, ShopSize.LARGE)
    before = left(market, 0)
    follow(market, dispute_of(purchase))
    (case,) = follow(market, dispute_of(purchase, WON))
    assert (case.outcome, left(market, 0)) == (DisputeOutcome.RESTORED, before)
    assert found(market, purchase).state is PurchaseState.PAID
    audited(market)


def test_what_was_spent_and_lost_is_an_open_case_with_its_amounts(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    spend(market, 0, 2_000)
    follow(market, dispute_of(purchase))
    (case,) = follow(market, dispute_of(purchase, LOST))
    assert (case.outcome, case.value) == (DisputeOutcome.LOSS_OPEN, DisputeValue(3_000, 2_400, 2_000, 1_600))
    assert (found(market, purchase).state, market.grants(0)[0].units_left) == (PurchaseState.DISPUTED, 0)
    assert [each.dispute_id for each in market.worker.run(open_disputes)] == [case.dispute_id]
    assert audited(market).figures.held_yen == 3_000
    assert clearing(market).books_yen == 4_000


def test_when_everything_was_spent_nothing_is_held(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    spend(market, 0, 5_000)
    (case,) = follow(market, dispute_of(purchase))
    assert (case.outcome, case.value, case.hold_id) == (
        DisputeOutcome.FROZEN,
        DisputeValue(0, 0, 5_000, 4_000),
        None,
    )
    (won,) = follow(market, dispute_of(purchase, WON))
    assert (won.outcome, found(market, purchase).state) == (DisputeOutcome.RESTORED, PurchaseState.PAID)
    audited(market)


def test_the_rest_of_the_wallet_stays_as_large_as_it_was(market: Market) -> None:
    market.selling([2])
    disputed = paid(market, 0, 1, "disputed")
    spend(market, 0, 1_000)
    paid(market, 0, 1, "good", PAYING + timedelta(hours=1))
    follow(market, dispute_of(disputed))
    assert isinstance(spend(market, 0, 5_001), ValueNotEnough)
    assert isinstance(spend(market, 0, 5_000), Posted)
    audited(market)


@pytest.mark.parametrize("order", [*permutations([OPEN, REVIEW, LOST]), (LOST,), (LOST, LOST, LOST)])
def test_whatever_is_heard_first_a_lost_dispute_ends_the_same(market: Market, order: tuple[DisputeStatus, ...]) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    for status in order:
        follow(market, dispute_of(purchase, status))
    assert (found(market, purchase).state, {lot[1:] for lot in left(market, 0)}) == (
        PurchaseState.CHARGED_BACK,
        {(0, 0)},
    )
    audited(market)


def test_a_dispute_heard_of_only_when_it_was_won_changes_no_value(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    before = contents(market.staff)
    (case,) = follow(market, dispute_of(purchase, WON))
    assert case.outcome is DisputeOutcome.CLOSED
    assert contents(market.staff) == before


def test_a_warning_takes_nothing_until_it_becomes_a_dispute(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    before = contents(market.staff)
    (case,) = follow(market, dispute_of(purchase, DisputeStatus.WARNING_NEEDS_RESPONSE))
    assert case.outcome is DisputeOutcome.WATCHED
    assert contents(market.staff) == before
    assert market.worker.run(disputes_to_read) == [case.dispute_id]
    (case,) = follow(market, dispute_of(purchase))
    assert case.outcome is DisputeOutcome.TAKEN_BACK


def test_a_warning_that_ends_is_closed(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    follow(market, dispute_of(purchase, DisputeStatus.WARNING_UNDER_REVIEW))
    (case,) = follow(market, dispute_of(purchase, DisputeStatus.WARNING_CLOSED))
    assert case.outcome is DisputeOutcome.CLOSED
    assert market.worker.run(disputes_to_read) == []


def test_a_dispute_about_no_purchase_is_kept_for_somebody_to_look_at(market: Market) -> None:
    market.selling([1])
    foreign = dispute_of(paid(market, 0, 1))
    other = type(foreign)(**{**foreign.__dict__, "provider_id": "pi_of_nobody"})
    (case,) = follow(market, other)
    assert (case.outcome, case.purchase_id) == (DisputeOutcome.UNMATCHED, None)
    assert [each.dispute_id for each in market.worker.run(open_disputes)] == [case.dispute_id]
    audited(market)


def test_a_payer_who_is_to_get_the_money_back_gets_it_once(market: Market) -> None:
    market.selling([1])
    purchase = cancel(market, paid(market, 0, 1))
    (case,) = follow(market, dispute_of(purchase))
    assert (case.outcome, found(market, purchase).state) == (DisputeOutcome.WATCHED, PurchaseState.REFUND_NEEDED)
    (case,) = follow(market, dispute_of(purchase, LOST))
    assert (case.outcome, found(market, purchase).state) == (DisputeOutcome.LOST, PurchaseState.REFUNDED)
    assert market.worker.run(refunds_to_ask) == []
    audited(market)


def test_another_amount_than_the_price_holds_the_voucher_and_takes_nothing_back(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    (case,) = follow(market, dispute_of(purchase, amount_yen=3_999))
    assert (case.outcome, case.amount_yen, case.value.unspent_yen) == (DisputeOutcome.FROZEN, 3_999, 5_000)
    audited(market)


def test_a_dispute_won_after_the_last_day_of_use_is_money_to_return(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    follow(market, dispute_of(purchase))
    (case,) = follow(market, dispute_of(purchase, WON), now=PAYING + timedelta(days=200))
    assert case.outcome is DisputeOutcome.MONEY_TO_RETURN
    waiting = found(market, purchase)
    assert (waiting.state, waiting.received_yen) == (PurchaseState.REFUND_NEEDED, 4_000)
    assert market.worker.run(refunds_to_ask) == [waiting]
    audited(market)


def test_a_notice_of_a_dispute_says_what_to_read_and_is_finished_then(market: Market) -> None:
    market.selling([1])
    purchase = paid(market, 0, 1)
    dispute = dispute_of(purchase)
    event = ProviderEvent("evt_d", "charge.dispute.created", purchase.provider_id, None, PAYING, dispute.dispute_id)
    market.apply.run(lambda session: receive_webhook(session, event, b"{}", now=PAYING))
    assert market.waiting() == []
    assert market.worker.run(disputes_to_read) == [dispute.dispute_id]
    follow(market, dispute)
    follow(market, dispute_of(purchase, LOST))
    assert market.worker.run(disputes_to_read) == []
