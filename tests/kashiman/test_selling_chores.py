"""Selling against the provider's double: notices are lost, repeated and shuffled, and no money is lost or doubled."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from issuance.gateway import StripeProvider
from issuance.model import PurchaseMethod
from issuance.operations.expire_unpaid_purchases import expire_unpaid_purchases
from issuance.operations.process_provider_events import process_provider_events
from issuance.operations.receive_webhook import receive_webhook
from issuance.payouts.model import PayoutOutcome
from issuance.payouts.queries import all_payouts, clearing_report, open_disputes, unmatched_entries
from issuance.provider_model import PaymentOrder, ProviderRefundStatus
from issuance.purchase_model import Purchase, PurchaseState
from issuance.queries import purchases_to_look_up, refunds_that_failed, unmatched_payments
from kashiman.assembly import Installation
from kashiman.demo.stripe_double.process import RunningDouble, start_stripe_double
from kashiman.selling_chores import (
    book_payouts,
    follow_disputes,
    give_money_back,
    look_up_payments,
    pass_units_on,
    read_provider_events,
)
from kernel.clock import SetClock
from tests.issuance.market import PAY_UNTIL, PAYING, Market
from tests.issuance.selling import audited, cancel, found, left, sells_under, terms_with

CARD, KONBINI = PurchaseMethod.CARD, PurchaseMethod.KONBINI


@pytest.fixture
def double() -> Iterator[RunningDouble]:
    with start_stripe_double() as running:
        yield running


@pytest.fixture
def stripe(double: RunningDouble) -> StripeProvider:
    return StripeProvider(double.api_key, double.webhook_secret, double.api_base, network_retries=0)


@pytest.fixture
def city(installation: Installation, stripe: StripeProvider) -> Installation:
    """The installation with the provider's double instead of a script."""
    installation.provider = stripe
    return installation


def buy(
    market: Market, stripe: StripeProvider, number: int, units: int = 1, method: PurchaseMethod = CARD, key: str = "k"
) -> Purchase:
    """A purchase that awaits payment at the provider."""
    (purchase,) = market.start(market.request(number, units, key, method))
    assert isinstance(purchase, Purchase)
    order = PaymentOrder(
        purchase.id,
        purchase.amount_yen,
        "konbini" if method is KONBINI else "card",
        "かしまん商品券",
        "鹿島花子",
        "hanako@example.jp",
        checks_card=purchase.checks_card,
    )
    payment = stripe.request_payment(order)
    recorded = market.record(purchase, payment)
    if method is KONBINI:
        recorded = market.record(recorded, stripe.confirm_konbini(payment.provider_id, order))
    return recorded


def deliver(market: Market, stripe: StripeProvider, bodies: list[tuple[bytes, str]]) -> int:
    """Notices arrive in this order; how many were new."""
    events = [(stripe.read_webhook(body, signature), body) for body, signature in bodies]
    return sum(market.apply.run(partial(receive_webhook, event=event, body=body, now=PAYING)) for event, body in events)


def drained(double: RunningDouble) -> list[tuple[bytes, str]]:
    return [(signed.body, signed.signature) for signed in double.control.drain()]


def states(market: Market, *purchases: Purchase) -> list[PurchaseState]:
    return [found(market, purchase).state for purchase in purchases]


def id_of(purchase: Purchase) -> str:
    assert purchase.provider_id is not None
    return purchase.provider_id


def test_when_every_notice_is_lost_the_provider_is_asked(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, clock: SetClock
) -> None:
    market.selling([1, 2, 1])
    by_card, slip, unpaid = buy(market, stripe, 0), buy(market, stripe, 1, 2, KONBINI), buy(market, stripe, 2)
    assert double.control.pay_card(id_of(by_card), "pm_card_authenticationRequired") == "requires_action"
    look_up_payments(city)
    assert states(market, by_card, slip, unpaid) == [PurchaseState.AWAITING_PAYMENT] * 3
    assert double.control.pay_card(id_of(by_card)) == "succeeded"
    double.control.pay_slip(id_of(slip))
    drained(double)
    look_up_payments(city)
    assert states(market, by_card) == [PurchaseState.AWAITING_PAYMENT], "each is left alone for a while"
    clock.advance(timedelta(minutes=10))
    look_up_payments(city)
    assert states(market, by_card, slip, unpaid) == [
        PurchaseState.PAID,
        PurchaseState.PAID,
        PurchaseState.AWAITING_PAYMENT,
    ]
    for _ in range(2):
        clock.advance(timedelta(minutes=10))
        look_up_payments(city)
    assert [len(left(market, number)) for number in range(3)] == [1, 1, 0]
    audited(market)


@pytest.mark.parametrize("seed", range(4))
def test_notices_three_times_and_shuffled_make_one_voucher_each(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, seed: int
) -> None:
    sells_under(market, terms_with(small_shop_face_yen=2_000), [1, 1, 1, 1])
    purchases = [buy(market, stripe, number, 1, (CARD, KONBINI)[number % 2]) for number in range(4)]
    double.control.pay_card(id_of(purchases[0]), "pm_card_visa_chargeDeclined")
    double.control.pay_many([id_of(purchase) for purchase in purchases[:3]])
    double.control.expire_slip(id_of(purchases[3]))
    chance, bodies = Random(seed), drained(double)
    assert len(bodies) > 8
    arriving = bodies * 3
    chance.shuffle(arriving)
    while arriving:
        batch = [arriving.pop() for _ in range(min(len(arriving), chance.randint(1, 9)))]
        deliver(market, stripe, batch)
        read_provider_events(city)
    assert states(market, *purchases) == [PurchaseState.PAID] * 3 + [PurchaseState.EXPIRED]
    assert [len(left(market, number)) for number in range(4)] == [2, 2, 2, 0]
    assert market.waiting() == []
    assert audited(market).figures.issued_yen == 15_000


def test_a_payment_one_yen_off_buys_nothing_and_is_given_back(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble
) -> None:
    market.selling([1, 1])
    wrong = []
    for number, off_by_yen in enumerate((-1, 1)):
        (purchase,) = market.start(market.request(number, 1))
        assert isinstance(purchase, Purchase)
        order = PaymentOrder(purchase.id, purchase.amount_yen + off_by_yen, "card", "かしまん商品券")
        double.control.pay_card(stripe.request_payment(order).provider_id)
        wrong.append(purchase)
    deliver(market, stripe, drained(double))
    read_provider_events(city)
    assert states(market, *wrong) == [PurchaseState.REFUND_NEEDED] * 2
    assert (left(market, 0), left(market, 1)) == ([], [])
    give_money_back(city)
    assert states(market, *wrong) == [PurchaseState.REFUNDED] * 2
    give_money_back(city)
    assert len([event for event in double.control.events() if event.kind == "refund.created"]) == 2
    audited(market)


def test_one_card_on_two_accounts_is_charged_only_up_to_its_cap(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, clock: SetClock
) -> None:
    sells_under(market, terms_with(max_units_per_card=3), [2, 2])
    first, second = buy(market, stripe, 0, 2), buy(market, stripe, 1, 2)
    for purchase in (first, second):
        assert double.control.pay_card(id_of(purchase), card_number="one card") == "requires_action"
        assert double.control.pay_card(id_of(purchase)) == "requires_capture"
    deliver(market, stripe, drained(double))
    read_provider_events(city)
    assert sorted(states(market, first, second)) == [PurchaseState.FAILED, PurchaseState.PAID]
    statuses = sorted(stripe.payment_state(id_of(purchase)).status for purchase in (first, second))
    assert statuses == ["canceled", "succeeded"]
    clock.advance(timedelta(hours=2))
    look_up_payments(city)
    assert market.worker.run(lambda session: purchases_to_look_up(session, now=clock.now())) == []
    assert audited(market).figures.issued_paid_yen == 8_000


def test_what_was_admitted_before_a_crash_is_captured_later(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, clock: SetClock
) -> None:
    sells_under(market, terms_with(max_units_per_card=3), [2])
    purchase = buy(market, stripe, 0, 2)
    double.control.pay_many([id_of(purchase)])
    deliver(market, stripe, drained(double))
    payment = stripe.payment_state(id_of(purchase))
    read = {payment.provider_id: payment}
    market.worker.run(lambda session: process_provider_events(session, read, now=PAYING))
    assert (stripe.payment_state(id_of(purchase)).status, left(market, 0)) == ("requires_capture", [])
    look_up_payments(city)
    assert (states(market, purchase), len(left(market, 0))) == ([PurchaseState.PAID], 1)
    drained(double)
    clock.advance(timedelta(hours=1))
    look_up_payments(city)
    assert len(left(market, 0)) == 1


def test_a_slip_paid_at_the_last_moment_without_a_notice_still_becomes_a_voucher(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, clock: SetClock
) -> None:
    market.selling([1, 1])
    paid_late, never_paid = buy(market, stripe, 0, 1, KONBINI), buy(market, stripe, 1, 1, KONBINI)
    assert paid_late.slip is not None
    clock.at = paid_late.slip.expires_at + timedelta(hours=3)
    market.worker.run(lambda session: expire_unpaid_purchases(session, now=clock.now()))
    clock.at = PAYING
    double.control.pay_slip(id_of(paid_late))
    drained(double)
    look_up_payments(city)
    assert states(market, paid_late, never_paid) == [PurchaseState.PAID, PurchaseState.EXPIRED]
    assert stripe.payment_state(id_of(never_paid)).status == "canceled"
    assert (len(left(market, 0)), len(left(market, 1))) == (1, 0)
    audited(market)


def test_after_a_decline_the_payer_has_an_hour_for_another_card(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, clock: SetClock
) -> None:
    market.selling([1, 1])
    patient, gone = buy(market, stripe, 0), buy(market, stripe, 1)
    for purchase in (patient, gone):
        double.control.pay_card(id_of(purchase), "pm_card_visa_chargeDeclined")
    look_up_payments(city)
    assert states(market, patient, gone) == [PurchaseState.FAILED] * 2
    double.control.pay_card(id_of(patient), "pm_card_jcb")
    clock.advance(timedelta(hours=1))
    look_up_payments(city)
    assert states(market, patient, gone) == [PurchaseState.PAID, PurchaseState.FAILED]
    assert stripe.payment_state(id_of(gone)).status == "canceled"


def test_while_the_provider_is_down_nothing_is_lost(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, clock: SetClock
) -> None:
    market.selling([1, 1])
    purchases = [buy(market, stripe, number) for number in range(2)]
    double.control.pay_many([id_of(purchase) for purchase in purchases])
    drained(double)
    double.control.fail_next(503)
    look_up_payments(city)
    assert states(market, *purchases) == [PurchaseState.AWAITING_PAYMENT] * 2
    look_up_payments(city)
    assert states(market, *purchases) == [PurchaseState.PAID] * 2
    for purchase in purchases:
        cancel(market, found(market, purchase))
    double.control.fail_next(500)
    give_money_back(city)
    assert states(market, *purchases) == [PurchaseState.REFUND_NEEDED] * 2
    give_money_back(city)
    assert states(market, *purchases) == [PurchaseState.REFUNDED] * 2
    audited(market)


def test_a_refund_at_the_store_that_fails_waits_for_people(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble
) -> None:
    market.selling([1])
    purchase = buy(market, stripe, 0, 1, KONBINI)
    double.control.pay_slip(id_of(purchase))
    look_up_payments(city)
    cancel(market, found(market, purchase))
    drained(double)
    give_money_back(city)
    assert states(market, purchase) == [PurchaseState.REFUND_NEEDED]
    (refund_id,) = {
        stripe.read_webhook(body, signature).refund_id
        for body, signature in drained(double)
        if b'"refund.created"' in body
    }
    assert refund_id is not None
    double.control.settle_refund(refund_id, ProviderRefundStatus.PENDING)
    double.control.settle_refund(refund_id, ProviderRefundStatus.FAILED)
    deliver(market, stripe, drained(double))
    give_money_back(city)
    (waiting,) = market.worker.run(refunds_that_failed)
    assert (waiting.id, waiting.state) == (purchase.id, PurchaseState.REFUND_NEEDED)
    audited(market)


def test_a_season_of_payments_disputes_refunds_and_payouts_leaves_nothing_unexplained(
    market: Market, city: Installation, stripe: StripeProvider, double: RunningDouble, clock: SetClock
) -> None:
    sells_under(market, terms_with(small_shop_face_yen=2_000), [1] * 5)
    purchases = [buy(market, stripe, number, 1, KONBINI if number == 1 else CARD) for number in range(5)]
    double.control.pay_many([id_of(purchase) for purchase in purchases])
    look_up_payments(city)
    double.control.pay_out()
    book_payouts(city)
    cancel(market, found(market, purchases[0]))
    give_money_back(city)
    lost, won = double.control.dispute(id_of(purchases[2])), double.control.dispute(id_of(purchases[3]))
    follow_disputes(city)
    assert states(market, *purchases) == [
        PurchaseState.REFUNDED,
        PurchaseState.PAID,
        PurchaseState.DISPUTED,
        PurchaseState.DISPUTED,
        PurchaseState.PAID,
    ]
    double.control.close_dispute(lost, "lost")
    double.control.close_dispute(won, "won")
    clock.advance(timedelta(minutes=10))
    follow_disputes(city)
    assert states(market, *purchases[2:4]) == [PurchaseState.CHARGED_BACK, PurchaseState.PAID]
    assert market.worker.run(open_disputes) == []
    more = buy(market, stripe, 0, 1, key="again")
    double.control.pay_many([id_of(more)])
    deliver(market, stripe, drained(double))
    read_provider_events(city)
    follow_disputes(city)
    book_payouts(city)
    (first,) = market.worker.run(all_payouts)
    assert (first.outcome, first.amount_yen, first.fees_yen) == (PayoutOutcome.BOOKED, 20_000 - 720, 720)
    report = market.worker.run(clearing_report)
    assert (report.books_yen, report.difference_yen) == (4_000 * 4 - 20_000, 0)
    assert market.worker.run(unmatched_entries) == []
    assert market.worker.run(unmatched_payments) == []
    audited(market)


def test_units_that_nobody_paid_are_passed_on_at_night(market: Market, city: Installation, clock: SetClock) -> None:
    market.selling([3, 3, 3], offered=3)
    market.pay(market.bought(0, 1))
    pass_units_on(city)
    assert [len(market.grants(number)) for number in range(3)] == [1, 1, 1]
    clock.at = PAY_UNTIL + timedelta(hours=4)
    for _ in range(2):
        pass_units_on(city)
        grants = [grant for number in range(3) for grant in market.grants(number, clock.at)]
        assert sum(grant.units - grant.forfeited_units for grant in grants) == 3
        assert [grant.origin for grant in market.grants(0, clock.at)] == ["draw", "waiting_list"]
