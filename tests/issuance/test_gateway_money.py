"""Cards that are checked first, disputes and payouts, through the real SDK against the double."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from issuance.gateway import StripeProvider
from issuance.gateway.reading import entry_of
from issuance.provider_model import DisputeStatus, PaymentOrder, ProviderPayment, ProviderRefundStatus, ProviderStatus
from issuance.provider_refusals import (
    ProviderMoneyNotReceived,
    ProviderPaymentClosed,
    ProviderPaymentUnknown,
    ProviderRefundNotPossible,
)
from kashiman.demo.stripe_double.process import RunningDouble, start_stripe_double
from kernel.ids import new_id

FEE_YEN = 288
"""3.6 % of 8,000 yen."""


@pytest.fixture
def double() -> Iterator[RunningDouble]:
    with start_stripe_double() as running:
        yield running


@pytest.fixture
def provider(double: RunningDouble) -> StripeProvider:
    return StripeProvider(double.api_key, double.webhook_secret, double.api_base, network_retries=0)


def asked(provider: StripeProvider, *, checks_card: bool = True) -> ProviderPayment:
    return provider.request_payment(PaymentOrder(new_id(), 8_000, "card", "商品券", checks_card=checks_card))


def authorised(double: RunningDouble, provider: StripeProvider, card_number: str | None = None) -> str:
    payment = asked(provider)
    assert double.control.pay_card(payment.provider_id, card_number=card_number) == "requires_action"
    assert double.control.pay_card(payment.provider_id) == "requires_capture"
    return payment.provider_id


def paid(double: RunningDouble, provider: StripeProvider) -> str:
    payment = asked(provider, checks_card=False)
    assert double.control.pay_card(payment.provider_id) == "succeeded"
    return payment.provider_id


def slip_paid(double: RunningDouble, provider: StripeProvider) -> str:
    order = PaymentOrder(new_id(), 8_000, "konbini", "商品券", "鹿島花子", "hanako@example.jp")
    payment = provider.confirm_konbini(provider.request_payment(order).provider_id, order)
    assert double.control.pay_slip(payment.provider_id) == "succeeded"
    return payment.provider_id


def test_a_card_that_is_checked_first_is_authenticated_and_only_authorised(
    double: RunningDouble, provider: StripeProvider
) -> None:
    waiting = provider.payment_state(authorised(double, provider))
    assert (waiting.status, waiting.amount_yen, waiting.received_yen) == (ProviderStatus.REQUIRES_CAPTURE, 8_000, 0)
    assert waiting.card_fingerprint
    with pytest.raises(ProviderMoneyNotReceived):
        provider.refund(waiting.provider_id, 8_000, "early")
    for _ in range(2):
        captured = provider.capture(waiting.provider_id)
        assert (captured.status, captured.received_yen) == (ProviderStatus.SUCCEEDED, 8_000)
        assert captured.card_fingerprint == waiting.card_fingerprint


def test_an_authorisation_that_is_let_go_takes_nothing(double: RunningDouble, provider: StripeProvider) -> None:
    provider_id = authorised(double, provider)
    assert provider.cancel(provider_id).status is ProviderStatus.CANCELED
    assert provider.payment_state(provider_id).received_yen == 0
    with pytest.raises(ProviderPaymentClosed):
        provider.capture(provider_id)
    with pytest.raises(stripe.InvalidRequestError):
        client(double).v1.payment_intents.confirm(provider_id, {"payment_method": "pm_card_visa"})


def test_one_card_has_one_fingerprint_and_another_card_another(double: RunningDouble, provider: StripeProvider) -> None:
    first, second, other = (authorised(double, provider, number) for number in ("mine", "mine", "yours"))
    fingerprints = [provider.payment_state(each).card_fingerprint for each in (first, second, other)]
    assert fingerprints[0] == fingerprints[1] != fingerprints[2]
    assert provider.payment_state(slip_paid(double, provider)).card_fingerprint is None


def test_what_cannot_be_captured_is_refused(double: RunningDouble, provider: StripeProvider) -> None:
    with pytest.raises(ProviderPaymentClosed):
        provider.capture(asked(provider).provider_id)
    with pytest.raises(ProviderPaymentUnknown):
        provider.capture("pi_nobody")


def test_a_dispute_takes_the_money_and_its_end_is_read(double: RunningDouble, provider: StripeProvider) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    provider_id = paid(double, provider)
    dispute_id = double.control.dispute(provider_id, "fraudulent")
    dispute = provider.dispute_state(dispute_id)
    assert (dispute.dispute_id, dispute.provider_id, dispute.amount_yen) == (dispute_id, provider_id, 8_000)
    assert (dispute.status, dispute.reason) == (DisputeStatus.NEEDS_RESPONSE, "fraudulent")
    assert dispute.evidence_due_at is not None
    assert dispute.evidence_due_at > dispute.opened_at
    assert provider.disputes_since(before) == [dispute]
    assert provider.disputes_since(datetime.now(UTC) + timedelta(days=1)) == []
    with pytest.raises(ProviderRefundNotPossible):
        provider.refund(provider_id, 8_000, "disputed")
    double.control.close_dispute(dispute_id, "lost")
    assert provider.dispute_state(dispute_id).status is DisputeStatus.LOST
    with pytest.raises(ProviderPaymentUnknown):
        provider.dispute_state("dp_nobody")


def test_notices_of_disputes_payouts_and_refunds_name_what_they_are_about(
    double: RunningDouble, provider: StripeProvider
) -> None:
    provider_id = paid(double, provider)
    refunded = paid(double, provider)
    refund = provider.refund(refunded, 8_000, "r")
    assert refund.status is ProviderRefundStatus.SUCCEEDED
    paid(double, provider)
    payout_id = double.control.pay_out()
    dispute_id = double.control.dispute(provider_id)
    notices = [provider.read_webhook(signed.body, signed.signature) for signed in double.control.drain()]
    by_kind = {notice.kind: (notice.subject_id, notice.provider_id, notice.refund_id) for notice in notices}
    assert by_kind["charge.dispute.created"] == (dispute_id, provider_id, None)
    assert by_kind["payout.paid"] == (payout_id, None, None)
    assert by_kind["refund.created"] == (refund.refund_id, refunded, refund.refund_id)


def test_a_payout_is_made_of_payments_less_fees_refunds_and_disputes(
    double: RunningDouble, provider: StripeProvider
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    by_card, at_store, given_back, disputed = (
        paid(double, provider),
        slip_paid(double, provider),
        paid(double, provider),
        paid(double, provider),
    )
    authorised(double, provider)
    provider.refund(given_back, 8_000, "r")
    double.control.dispute(disputed)
    payout_id = double.control.pay_out()
    payout = provider.payout_state(payout_id)
    entries = provider.payout_entries(payout_id)
    assert sorted((entry.kind, entry.amount_yen, entry.fee_yen) for entry in entries) == [
        ("adjustment", -8_000, 1_300),
        *[("charge", 8_000, FEE_YEN)] * 3,
        ("payment", 8_000, FEE_YEN),
        ("refund", -8_000, 0),
    ]
    assert {entry.provider_id for entry in entries} == {by_card, at_store, given_back, disputed}
    assert (
        payout.amount_yen == sum(entry.amount_yen - entry.fee_yen for entry in entries) == 16_000 - 4 * FEE_YEN - 1_300
    )
    assert (payout.status, payout.is_reconciled) == ("paid", True)
    assert provider.payouts_since(before) == [payout]
    with pytest.raises(ProviderPaymentUnknown):
        provider.payout_entries("po_nobody")
    with pytest.raises(ProviderPaymentUnknown):
        provider.payout_state("po_nobody")


def test_a_payout_of_more_entries_than_a_page_is_read_whole(double: RunningDouble, provider: StripeProvider) -> None:
    ids = [asked(provider, checks_card=False).provider_id for _ in range(101)]
    assert double.control.pay_many(ids) == []
    entries = provider.payout_entries(double.control.pay_out())
    assert sorted(str(entry.provider_id) for entry in entries) == sorted(ids)


def test_a_refund_that_fails_brings_its_money_back_into_the_balance(
    double: RunningDouble, provider: StripeProvider
) -> None:
    refund = provider.refund(slip_paid(double, provider), 8_000, "r")
    double.control.settle_refund(refund.refund_id, "pending")
    double.control.settle_refund(refund.refund_id, "failed")
    entries = provider.payout_entries(double.control.pay_out())
    assert sorted((entry.kind, entry.amount_yen) for entry in entries) == [
        ("payment", 8_000),
        ("payment_refund", -8_000),
        ("refund_failure", 8_000),
    ]


def test_a_dispute_that_is_won_gives_the_money_back_without_its_fee(
    double: RunningDouble, provider: StripeProvider
) -> None:
    paid(double, provider)
    dispute_id = double.control.dispute(paid(double, provider))
    double.control.close_dispute(dispute_id, "won")
    entries = provider.payout_entries(double.control.pay_out())
    adjustments = [(entry.amount_yen, entry.fee_yen) for entry in entries if entry.kind == "adjustment"]
    assert adjustments == [(-8_000, 1_300), (8_000, 0)] or adjustments == [(8_000, 0), (-8_000, 1_300)]


def test_a_fee_of_its_own_is_an_entry_without_an_amount() -> None:
    facts = {"id": "txn_1", "amount": -550, "fee": 0, "type": "stripe_fee", "source": None}
    entry = entry_of(stripe.BalanceTransaction.construct_from(facts, "sk_test"))
    assert (entry.kind, entry.amount_yen, entry.fee_yen, entry.provider_id) == ("stripe_fee", 0, 550, None)


def client(double: RunningDouble) -> stripe.StripeClient:
    return stripe.StripeClient(double.api_key, base_addresses={"api": double.api_base}, max_network_retries=0)


def test_the_double_refuses_what_it_does_not_model(double: RunningDouble, provider: StripeProvider) -> None:
    bare, provider_id = client(double), paid(double, provider)
    with pytest.raises(stripe.InvalidRequestError):
        bare.v1.payment_intents.retrieve(provider_id, {"expand": ["customer"]})
    with pytest.raises(stripe.InvalidRequestError):
        bare.v1.balance_transactions.list({})
    with pytest.raises(stripe.InvalidRequestError):
        bare.v1.payment_intents.capture(authorised(double, provider), {"amount_to_capture": 1})
    assert bare.v1.payment_intents.retrieve(provider_id).latest_charge is not None
