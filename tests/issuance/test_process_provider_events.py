"""Notices come late, twice and out of order; what counts is how the payment stands."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import psycopg
import pytest

from issuance.operations.process_provider_events import process_provider_events
from issuance.operations.receive_webhook import receive_webhook
from issuance.provider_model import ProviderEvent, ProviderPayment, ProviderStatus
from issuance.provider_refusals import PaymentCameTooLate, ProviderAmountDiffers, ProviderPaymentUnmatched
from issuance.purchase_model import Purchase, PurchaseState
from issuance.queries import find_purchase, payments_to_read, purchases_to_refund, unmatched_payments
from kernel.clock import city_date
from ledger.operations.close_period import close_period
from ledger.refusals import PeriodIsClosed
from tests.issuance.market import HANA, PAYING, Market, contents, provider_payment

SUCCEEDED = "payment_intent.succeeded"
FAILED = "payment_intent.payment_failed"


def lots(market: Market, number: int) -> int:
    return len(market.lots(number))


def state(market: Market, purchase: Purchase) -> PurchaseState:
    now = market.worker.run(lambda session: find_purchase(session, purchase.id))
    assert now is not None
    return now.state


def test_a_notice_is_taken_once(market: Market) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    payment = provider_payment(purchase, ProviderStatus.SUCCEEDED)
    assert market.notify(payment, SUCCEEDED, "evt_1") is True
    assert market.notify(payment, SUCCEEDED, "evt_1") is False
    assert market.waiting() == [payment.provider_id]


def test_taking_a_notice_changes_nothing_else(market: Market) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    before = contents(market.staff)
    market.notify(provider_payment(purchase, ProviderStatus.SUCCEEDED), SUCCEEDED, "evt_1")
    assert contents(market.staff) == before


@pytest.mark.parametrize("order", permutations(["evt_failed", "evt_action", "evt_money", "evt_money"]))
def test_any_order_and_any_repetition_make_one_lot(market: Market, order: tuple[str, ...]) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    kinds = {"evt_failed": FAILED, "evt_action": "payment_intent.requires_action", "evt_money": SUCCEEDED}
    payment = provider_payment(purchase, ProviderStatus.SUCCEEDED)
    for event_id in order:
        market.notify(payment, kinds[event_id], event_id)
        market.process(payment)
    assert state(market, purchase) is PurchaseState.PAID
    assert lots(market, 0) == 1
    assert market.waiting() == []


def test_a_notice_of_money_waits_when_the_state_was_read_before_the_money_came(market: Market) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    older = provider_payment(purchase, ProviderStatus.PROCESSING)
    market.notify(older, SUCCEEDED, "evt_1")
    assert market.process(older) == []
    assert market.waiting() == [older.provider_id]
    market.process(provider_payment(purchase, ProviderStatus.SUCCEEDED))
    assert (state(market, purchase), market.waiting()) == (PurchaseState.PAID, [])


def test_money_may_be_noticed_before_the_answer_to_the_request_is_recorded(market: Market) -> None:
    market.selling([1])
    (purchase,) = market.start(market.request(0, 1))
    assert isinstance(purchase, Purchase)
    payment = provider_payment(purchase, ProviderStatus.SUCCEEDED)
    market.notify(payment, SUCCEEDED, "evt_1")
    (paid,) = market.process(payment)
    assert isinstance(paid, Purchase)
    assert (paid.state, paid.provider_id) == (PurchaseState.PAID, payment.provider_id)
    older = provider_payment(purchase, ProviderStatus.REQUIRES_PAYMENT_METHOD)
    assert market.record(purchase, older).state is PurchaseState.PAID
    assert lots(market, 0) == 1


def test_a_failed_payment_frees_the_units_and_late_money_still_buys_them(market: Market) -> None:
    market.selling([2])
    purchase = market.bought(0, 2)
    declined = provider_payment(purchase, ProviderStatus.REQUIRES_PAYMENT_METHOD, failure_reason="card_declined")
    failed = market.process_now(declined)
    assert isinstance(failed, Purchase)
    assert (failed.state, market.grants(0)[0].units_left) == (PurchaseState.FAILED, 2)
    paid = market.pay(failed)
    assert isinstance(paid, Purchase)
    assert (paid.state, market.grants(0)[0].units_left) == (PurchaseState.PAID, 0)


def test_money_for_units_that_went_to_another_purchase_is_to_be_given_back(market: Market) -> None:
    market.selling([1])
    first = market.bought(0, 1)
    market.process_now(provider_payment(first, ProviderStatus.CANCELED))
    assert state(market, first) is PurchaseState.CANCELLED
    market.pay(market.bought(0, 1, "second"))
    late = market.process_now(provider_payment(first, ProviderStatus.SUCCEEDED))
    assert late == PaymentCameTooLate(purchase_id=str(first.id), received_yen=4_000)
    assert lots(market, 0) == 1
    (waiting,) = market.worker.run(purchases_to_refund)
    assert (waiting.id, waiting.received_yen) == (first.id, 4_000)


def test_money_after_the_last_day_of_use_is_to_be_given_back(market: Market) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    late = market.process_now(provider_payment(purchase, ProviderStatus.SUCCEEDED), PAYING + timedelta(days=200))
    assert isinstance(late, PaymentCameTooLate)
    assert (state(market, purchase), lots(market, 0)) == (PurchaseState.REFUND_NEEDED, 0)


@pytest.mark.parametrize("received_yen", [3_999, 4_001, 8_000])
def test_another_amount_is_an_alarm_and_never_a_voucher(market: Market, received_yen: int) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    payment = provider_payment(purchase, ProviderStatus.SUCCEEDED, received_yen=received_yen)
    alarm = market.process_now(payment)
    assert alarm == ProviderAmountDiffers(purchase_id=str(purchase.id), amount_yen=4_000, received_yen=received_yen)
    assert (state(market, purchase), lots(market, 0)) == (PurchaseState.REFUND_NEEDED, 0)
    (waiting,) = market.worker.run(purchases_to_refund)
    assert waiting.received_yen == received_yen
    again = market.process_now(payment)
    assert isinstance(again, Purchase)


def test_a_payment_of_nobody_is_an_alarm_that_stays(market: Market) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    foreign = replace(provider_payment(purchase, ProviderStatus.SUCCEEDED), provider_id="pi_x", purchase_id=None)
    second = replace(foreign, provider_id="pi_y", purchase_id=str(purchase.id))
    unknown = replace(foreign, provider_id="pi_z", purchase_id=str(uuid4()))
    strange = replace(foreign, provider_id="pi_s", purchase_id="not an id")
    for payment in (foreign, second, unknown, strange):
        alarm = market.process_now(payment)
        assert alarm == ProviderPaymentUnmatched(provider_id=payment.provider_id, received_yen=4_000)
    assert market.worker.run(unmatched_payments) == ["pi_s", "pi_x", "pi_y", "pi_z"]
    assert (state(market, purchase), lots(market, 0)) == (PurchaseState.AWAITING_PAYMENT, 0)


def test_what_the_books_refuse_is_money_to_be_given_back(market: Market) -> None:
    market.selling([1])
    purchase = market.bought(0, 1)
    next_day = PAYING + timedelta(days=1)
    market.staff.run(
        lambda session: close_period(session, closed_through=city_date(PAYING), closed_by=str(HANA.id), now=next_day)
    )
    refused = market.process_now(provider_payment(purchase, ProviderStatus.SUCCEEDED))
    assert isinstance(refused, PeriodIsClosed)
    assert (state(market, purchase), lots(market, 0)) == (PurchaseState.REFUND_NEEDED, 0)


def test_a_notice_about_no_payment_is_put_aside(market: Market, database_url: str) -> None:
    event = ProviderEvent("evt_payout", "payout.paid", None, None, PAYING)
    market.apply.run(lambda session: receive_webhook(session, event, b"{}", now=PAYING))
    assert market.process() == []
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT outcome, processed_at FROM issuance.provider_events").fetchone()
    assert row == ("not_about_a_payment", PAYING)


def test_many_payments_are_processed_at_once_and_a_limit_leaves_the_rest(market: Market) -> None:
    market.selling([1] * 10)
    payments: list[ProviderPayment] = []
    for number in range(10):
        payment = provider_payment(market.bought(number, 1), ProviderStatus.SUCCEEDED)
        payments.append(payment)
        market.notify(payment, SUCCEEDED, f"evt_{number}", PAYING + timedelta(seconds=number))
    states = {payment.provider_id: payment for payment in payments}
    assert market.waiting() == list(states)
    first = market.worker.run(lambda session: process_provider_events(session, states, now=PAYING, limit=6))
    assert len(first) == 6
    assert market.waiting() == list(states)[6:]
    assert market.worker.run(lambda session: payments_to_read(session, limit=1)) == list(states)[6:7]
    market.process(*payments)
    assert sum(lots(market, number) for number in range(10)) == 10
