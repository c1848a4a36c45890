"""A unit of two kinds becomes two lots at once, exact to the yen, and goes back as two or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from issuance.operations.process_provider_events import process_provider_events
from issuance.provider_model import ProviderStatus
from issuance.purchase_model import Purchase, PurchaseState
from kernel.clock import city_date
from ledger.model import ExpireLot, Posted, ShopSize, command_key
from ledger.operations.close_period import close_period
from ledger.operations.post_journals import post_journals
from ledger.refusals import LotWasTouched, PeriodIsClosed, ValueNotEnough
from tests.issuance.market import HANA, PAYING, Market, contents, provider_payment
from tests.issuance.selling import (
    audited,
    cancel,
    cash,
    found,
    left,
    paid,
    sell,
    sells_under,
    sold,
    spend,
    terms_with,
)

TWO_KINDS = terms_with(small_shop_face_yen=2_000)
"""4,000 yen buy 3,000 for all shops (2,400 paid) and 2,000 for small ones (1,600 paid)."""


def test_a_unit_paid_by_card_becomes_a_common_lot_and_one_for_small_shops(market: Market) -> None:
    sells_under(market, TWO_KINDS, [2])
    purchase = paid(market, 0, 2)
    assert left(market, 0) == [("all_shops", 4_800, 1_200), ("small_shops", 3_200, 800)]
    assert len(set(purchase.journal_ids)) == 2
    assert (purchase.paid_at, purchase.amount_yen, purchase.premium_yen) == (PAYING, 8_000, 2_000)
    assert found(market, purchase) == purchase
    lots = {lot.usable_at: lot for lot in market.lots(0)}
    assert lots["all_shops"].lot_id == purchase.lot_id
    assert lots["all_shops"].last_day == lots["small_shops"].last_day
    figures = audited(market).figures
    assert (figures.issued_paid_yen, figures.issued_premium_yen) == (8_000, 2_000)


def test_cash_becomes_both_lots_and_a_repetition_gives_the_same_sale(market: Market) -> None:
    sells_under(market, TWO_KINDS, [2])
    first, again = sell(market, cash(market, 0, 1), cash(market, 0, 1))
    assert isinstance(first, Purchase)
    assert again == replace(first, is_replay=True)
    assert sell(market, cash(market, 0, 1)) == [again]
    assert left(market, 0) == [("all_shops", 2_400, 600), ("small_shops", 1_600, 400)]
    audited(market)


def test_a_large_shop_takes_the_common_lot_alone(market: Market) -> None:
    sells_under(market, TWO_KINDS, [1])
    paid(market, 0, 1)
    assert spend(market, 0, 3_001, ShopSize.LARGE) == ValueNotEnough(asked_yen=3_001, usable_yen=3_000, total_yen=5_000)
    assert isinstance(spend(market, 0, 3_000, ShopSize.LARGE), Posted)
    assert isinstance(spend(market, 0, 2_000, ShopSize.SMALL), Posted)
    assert left(market, 0) == [("all_shops", 0, 0), ("small_shops", 0, 0)]
    audited(market)


def test_a_small_shop_takes_first_what_no_large_one_takes(market: Market) -> None:
    sells_under(market, TWO_KINDS, [1, 1, 1])
    for number in range(3):
        paid(market, number, 1)
        assert isinstance(spend(market, number, 1_500, ShopSize.SMALL), Posted)
        assert left(market, number) == [("all_shops", 2_400, 600), ("small_shops", 400, 100)]
    audited(market)


def test_both_lots_are_taken_back_with_the_purchase(market: Market) -> None:
    sells_under(market, TWO_KINDS, [3])
    by_card, in_cash = paid(market, 0, 1), sold(market, 0, 2)
    assert cancel(market, by_card).state is PurchaseState.REFUND_NEEDED
    assert cancel(market, in_cash).state is PurchaseState.REFUNDED
    assert {lot[1:] for lot in left(market, 0)} == {(0, 0)}
    assert market.grants(0)[0].units_left == 3
    audited(market)


@pytest.mark.parametrize("shop", ShopSize)
def test_one_touched_lot_keeps_the_other_one_too(market: Market, shop: ShopSize) -> None:
    sells_under(market, TWO_KINDS, [1])
    purchase = sold(market, 0, 1)
    assert isinstance(spend(market, 0, 1, shop), Posted)
    before = contents(market.staff)
    with pytest.raises(LotWasTouched):
        cancel(market, purchase)
    assert contents(market.staff) == before
    audited(market)


def test_both_lots_expire_with_their_exact_parts(market: Market) -> None:
    sells_under(market, TWO_KINDS, [1])
    paid(market, 0, 1)
    spend(market, 0, 1_001, ShopSize.LARGE)
    over = PAYING + timedelta(days=200)
    commands = [ExpireLot(command_key("t", str(lot.lot_id)), over, lot.lot_id) for lot in market.lots(0)]
    market.worker.run(lambda session: post_journals(session, commands))
    assert {lot[1:] for lot in left(market, 0)} == {(0, 0)}
    figures = audited(market).figures
    assert (figures.issued_yen, figures.spent_yen, figures.expired_yen) == (5_000, 1_001, 3_999)


def test_what_the_books_refuse_issues_neither_lot(market: Market) -> None:
    sells_under(market, TWO_KINDS, [2])
    purchase = market.bought(0, 1)
    market.staff.run(
        lambda session: close_period(
            session, closed_through=city_date(PAYING), closed_by=str(HANA.id), now=PAYING + timedelta(days=1)
        )
    )
    refused = market.process_now(provider_payment(purchase, ProviderStatus.SUCCEEDED))
    (at_counter,) = sell(market, cash(market, 0, 1))
    assert isinstance(refused, PeriodIsClosed)
    assert isinstance(at_counter, PeriodIsClosed)
    assert found(market, purchase).state is PurchaseState.REFUND_NEEDED
    assert (left(market, 0), found(market, purchase).journal_ids) == ([], ())


def test_a_closed_batch_of_many_purchases_makes_two_lots_each(market: Market) -> None:
    sells_under(market, TWO_KINDS, [1] * 10)
    payments = [provider_payment(market.bought(number, 1), ProviderStatus.SUCCEEDED) for number in range(10)]
    for payment in payments:
        market.notify(payment, "payment_intent.succeeded", f"evt_{payment.provider_id}")
    states = {payment.provider_id: payment for payment in payments}
    market.worker.run(lambda session: process_provider_events(session, states, now=PAYING))
    expected = [("all_shops", 2_400, 600), ("small_shops", 1_600, 400)]
    assert [left(market, number) for number in range(10)] == [expected] * 10
    audited(market)
