"""A card pays for so many units of a campaign, on whatever accounts, and a wallet begins slowly."""

from datetime import datetime, timedelta

import pytest

from issuance.model import PurchaseMethod
from issuance.provider_model import ProviderStatus
from issuance.provider_refusals import (
    CardNotIdentified,
    CardOverItsCap,
    FirstDayCapReached,
    ProviderAmountDiffers,
)
from issuance.purchase_model import Purchase, PurchaseState
from issuance.rules.purchases import ProviderStep, step_at_provider
from kernel.refusals import Refusal
from tests.issuance.market import PAYING, Market, contents, provider_payment, wallet
from tests.issuance.selling import audited, cancel, found, left, sells_under, sold, terms_with, with_card

CAPTURE, SUCCEEDED = ProviderStatus.REQUIRES_CAPTURE, ProviderStatus.SUCCEEDED
THREE_PER_CARD = terms_with(max_units_per_card=3)
TWO_AT_FIRST = terms_with(max_units_first_day=2)


def authorised(market: Market, purchase: Purchase, card: str | None) -> Purchase | Refusal:
    return market.process_now(with_card(purchase, card, CAPTURE))


def captured(market: Market, purchase: Purchase, card: str) -> Purchase | Refusal:
    return market.process_now(with_card(purchase, card, SUCCEEDED))


def step(market: Market, purchase: Purchase, status: ProviderStatus = CAPTURE, now: datetime = PAYING) -> object:
    return step_at_provider(with_card(purchase, "x", status), found(market, purchase), now)


def test_a_card_is_checked_before_it_is_charged(market: Market) -> None:
    sells_under(market, THREE_PER_CARD, [3])
    purchase = market.bought(0, 3)
    assert purchase.checks_card
    waiting = authorised(market, purchase, "fp_1")
    assert isinstance(waiting, Purchase)
    assert (waiting.state, left(market, 0)) == (PurchaseState.AWAITING_PAYMENT, [])
    assert waiting.card is not None
    assert "fp_1" not in str(contents(market.staff))
    assert step(market, purchase) is ProviderStep.CAPTURE
    bought = captured(market, purchase, "fp_1")
    assert isinstance(bought, Purchase)
    assert (bought.state, left(market, 0)) == (PurchaseState.PAID, [("all_shops", 12_000, 3_000)])
    audited(market)


def test_one_card_on_two_accounts_above_the_cap_is_refused_before_it_is_charged(market: Market) -> None:
    sells_under(market, THREE_PER_CARD, [2, 2])
    first, second = market.bought(0, 2), market.bought(1, 2)
    authorised(market, first, "fp_1")
    refused = authorised(market, second, "fp_1")
    assert refused == CardOverItsCap(asked_units=2, left_units=1, max_units=3)
    assert (found(market, second).state, market.grants(1)[0].units_left) == (PurchaseState.FAILED, 2)
    assert step(market, second) is ProviderStep.CANCEL
    captured(market, first, "fp_1")
    assert isinstance(authorised(market, market.bought(1, 1, "less"), "fp_1"), Purchase)
    assert isinstance(authorised(market, market.bought(1, 1, "other card"), "fp_2"), Purchase)
    assert (len(left(market, 0)), left(market, 1)) == (1, [])
    audited(market)


def test_money_of_a_card_over_its_cap_buys_nothing_however_it_came(market: Market) -> None:
    sells_under(market, THREE_PER_CARD, [2, 2])
    captured(market, market.bought(0, 2), "fp_1")
    second = market.bought(1, 2)
    assert captured(market, second, "fp_1") == CardOverItsCap(asked_units=2, left_units=1, max_units=3)
    assert (found(market, second).state, left(market, 1)) == (PurchaseState.REFUND_NEEDED, [])
    audited(market)


def test_what_was_given_up_frees_the_card(market: Market) -> None:
    sells_under(market, THREE_PER_CARD, [3, 3])
    first = market.bought(0, 3)
    authorised(market, first, "fp_1")
    cancel(market, first)
    assert step(market, first) is ProviderStep.CANCEL
    assert isinstance(authorised(market, market.bought(1, 3), "fp_1"), Purchase)
    late = captured(market, first, "fp_1")
    assert late == CardOverItsCap(asked_units=3, left_units=0, max_units=3)
    assert found(market, first).state is PurchaseState.REFUND_NEEDED


def test_a_card_that_nobody_can_tell_from_others_is_not_charged(market: Market) -> None:
    sells_under(market, THREE_PER_CARD, [1])
    purchase = market.bought(0, 1)
    assert authorised(market, purchase, None) == CardNotIdentified(purchase_id=str(purchase.id))
    assert found(market, purchase).state is PurchaseState.FAILED


@pytest.mark.parametrize("off_by_yen", [-1, 1])
def test_an_authorisation_one_yen_off_is_let_go(market: Market, off_by_yen: int) -> None:
    sells_under(market, THREE_PER_CARD, [1])
    purchase = market.bought(0, 1)
    payment = with_card(purchase, "fp_1", CAPTURE)
    other = type(payment)(**{**payment.__dict__, "amount_yen": 4_000 + off_by_yen})
    alarm = ProviderAmountDiffers(str(purchase.id), 4_000, 4_000 + off_by_yen)
    assert market.process_now(other) == alarm
    assert (found(market, purchase).state, step(market, purchase)) == (PurchaseState.FAILED, ProviderStep.CANCEL)


def test_a_slip_and_cash_have_no_card(market: Market) -> None:
    sells_under(market, THREE_PER_CARD, [5, 5], offered=10)
    (slip,) = market.start(market.request(0, 5, method=PurchaseMethod.KONBINI))
    assert isinstance(slip, Purchase)
    assert not slip.checks_card
    outcome = market.process_now(provider_payment(slip, SUCCEEDED))
    assert isinstance(outcome, Purchase)
    assert sold(market, 1, 5).state is PurchaseState.PAID


def test_a_campaign_without_a_cap_keeps_no_card(market: Market) -> None:
    market.selling([5])
    bought = captured(market, market.bought(0, 5), "fp_1")
    assert isinstance(bought, Purchase)
    assert (bought.state, bought.checks_card, bought.card) == (PurchaseState.PAID, False, None)


def test_a_wallet_buys_few_units_by_card_in_its_first_day(market: Market) -> None:
    sells_under(market, TWO_AT_FIRST, [5])
    market.bought(0, 1, "first")
    before = contents(market.staff)
    until = (PAYING + timedelta(hours=24)).isoformat()
    almost = PAYING + timedelta(hours=24, microseconds=-1)
    for now in (PAYING, almost):
        refused = market.start(market.request(0, 2, "second"), now=now)
        assert refused == [FirstDayCapReached(asked_units=2, left_units=1, until=until)]
    assert contents(market.staff) == before
    (second,) = market.start(market.request(0, 1, "third"), now=almost)
    assert isinstance(second, Purchase)
    (later,) = market.start(market.request(0, 3, "fourth"), now=PAYING + timedelta(hours=24))
    assert isinstance(later, Purchase)


def test_a_batch_counts_what_it_has_just_held(market: Market) -> None:
    sells_under(market, TWO_AT_FIRST, [5])
    outcomes = market.start(*(market.request(0, 1, key) for key in "abc"))
    assert [type(outcome) for outcome in outcomes] == [Purchase, Purchase, FirstDayCapReached]


def test_the_first_day_is_about_cards_and_ends_nothing_else(market: Market) -> None:
    sells_under(market, TWO_AT_FIRST, [5])
    market.bought(0, 2, "card")
    (slip,) = market.start(market.request(0, 2, "slip", PurchaseMethod.KONBINI))
    assert isinstance(slip, Purchase)
    assert sold(market, 0, 1).state is PurchaseState.PAID


def test_late_money_does_not_go_around_the_first_day(market: Market) -> None:
    sells_under(market, TWO_AT_FIRST, [5])
    failed = market.bought(0, 2, "failed")
    market.process_now(provider_payment(failed, ProviderStatus.REQUIRES_PAYMENT_METHOD, failure_reason="declined"))
    market.bought(0, 2, "again")
    late = captured(market, failed, "fp_1")
    assert isinstance(late, FirstDayCapReached)
    assert (found(market, failed).state, left(market, 0)) == (PurchaseState.REFUND_NEEDED, [])
    assert market.lots(0) == []
    assert failed.wallet_id == wallet(0)
