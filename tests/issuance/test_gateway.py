"""Speaking to Stripe through the real SDK, against the double in a process of its own."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import stripe

from issuance.gateway import StripeProvider, meaning_of
from issuance.provider_model import (
    SLIP_STORES,
    PaymentMethod,
    PaymentOrder,
    ProviderPayment,
    ProviderRefundStatus,
    ProviderStatus,
    check_order,
)
from issuance.provider_refusals import (
    AmountNotPayableAtKonbini,
    AmountNotPayableByCard,
    BillingNameNotPrintableAtKonbini,
    BillingNameOrEmailMissing,
    DescriptionNotPrintableAtKonbini,
    PaymentDeclined,
    PaymentMethodNotOffered,
    PaymentOrderChangedUnderItsKey,
    ProviderMoneyNotReceived,
    ProviderPaymentClosed,
    ProviderPaymentUnknown,
    ProviderRefundTooLarge,
    SlipDaysOutOfRange,
    WebhookOfOtherMode,
    WebhookSignatureInvalid,
    WebhookUnreadable,
)
from kashiman.demo.stripe_double.process import RunningDouble, start_stripe_double
from kernel.clock import CITY_ZONE, city_date
from kernel.ids import new_id
from kernel.refusals import ProviderDown, Refusal
from kernel.yen import AmountOutOfRange


@pytest.fixture(scope="module")
def double() -> Iterator[RunningDouble]:
    with start_stripe_double() as running:
        yield running


@pytest.fixture
def provider(double: RunningDouble) -> Iterator[StripeProvider]:
    double.control.drain()
    yield provider_of(double)
    double.control.activate("card", "konbini")


def provider_of(double: RunningDouble, api_key: str | None = None) -> StripeProvider:
    return StripeProvider(api_key or double.api_key, double.webhook_secret, double.api_base, network_retries=0)


def order(
    method: PaymentMethod = "card",
    amount_yen: int = 8_000,
    *,
    purchase_id: UUID | None = None,
    description: str = "プレミアム商品券",
    billing_name: str | None = "鹿島花子",
    billing_email: str | None = "hanako@example.jp",
    expires_after_days: int = 3,
    attempt: int = 1,
) -> PaymentOrder:
    return PaymentOrder(
        purchase_id or new_id(),
        amount_yen,
        method,
        description,
        billing_name,
        billing_email,
        expires_after_days,
        attempt,
    )


def paid_by_card(double: RunningDouble, provider: StripeProvider, amount_yen: int = 8_000) -> str:
    payment = provider.request_payment(order(amount_yen=amount_yen))
    assert double.control.pay_card(payment.provider_id) == "succeeded"
    return payment.provider_id


def with_slip(provider: StripeProvider, wanted: PaymentOrder) -> ProviderPayment:
    return provider.confirm_konbini(provider.request_payment(wanted).provider_id, wanted)


def paid_at_konbini(double: RunningDouble, provider: StripeProvider) -> str:
    payment = with_slip(provider, order("konbini"))
    assert double.control.pay_slip(payment.provider_id, "familymart") == "succeeded"
    return payment.provider_id


def signed(double: RunningDouble, body: str, at_s: int | None = None) -> str:
    return str(stripe.WebhookSignature.generate_signature_header(body, double.webhook_secret, at_s))


def test_a_card_payment_waits_for_the_payer_and_then_holds_the_money(
    double: RunningDouble, provider: StripeProvider
) -> None:
    wanted = order(amount_yen=12_000)
    payment = provider.request_payment(wanted)
    assert payment.status is ProviderStatus.REQUIRES_PAYMENT_METHOD
    assert (payment.amount_yen, payment.received_yen) == (12_000, 0)
    assert payment.offered_methods == ("card",)
    assert payment.purchase_id == str(wanted.purchase_id)
    assert str(payment.client_secret).startswith(f"{payment.provider_id}_secret_")
    double.control.pay_card(payment.provider_id)
    paid = provider.payment_state(payment.provider_id)
    assert (paid.status, paid.received_yen) == (ProviderStatus.SUCCEEDED, 12_000)


def test_a_declined_card_leaves_the_payment_open_and_says_why(double: RunningDouble, provider: StripeProvider) -> None:
    provider_id = provider.request_payment(order()).provider_id
    double.control.pay_card(provider_id, "pm_card_visa_chargeDeclinedInsufficientFunds")
    payment = provider.payment_state(provider_id)
    assert payment.status is ProviderStatus.REQUIRES_PAYMENT_METHOD
    assert (payment.received_yen, payment.failure_reason) == (0, "insufficient_funds")
    assert double.control.pay_card(provider_id) == "succeeded"


def test_a_card_that_asks_for_authentication_pays_only_after_it(
    double: RunningDouble, provider: StripeProvider
) -> None:
    provider_id = provider.request_payment(order()).provider_id
    assert double.control.pay_card(provider_id, "pm_card_authenticationRequired") == "requires_action"
    waiting = provider.payment_state(provider_id)
    assert (waiting.received_yen, waiting.slip) == (0, None)
    assert double.control.pay_card(provider_id) == "succeeded"


def test_a_slip_shows_codes_for_four_chains_until_the_end_of_its_last_day(
    double: RunningDouble, provider: StripeProvider
) -> None:
    day_before = city_date(datetime.now(UTC))
    payment = with_slip(provider, order("konbini", expires_after_days=5))
    day_after = city_date(datetime.now(UTC))
    assert payment.status is ProviderStatus.REQUIRES_ACTION
    slip = payment.slip
    assert slip is not None
    assert tuple(slip.stores) == SLIP_STORES
    assert all(numbers.payment_code and numbers.confirmation_number for numbers in slip.stores.values())
    last_moment = slip.expires_at.astimezone(CITY_ZONE)
    assert last_moment.strftime("%H:%M:%S") == "23:59:59"
    assert last_moment.date() - timedelta(days=5) in (day_before, day_after)
    assert payment.received_yen == 0
    double.control.pay_slip(payment.provider_id)
    paid = provider.payment_state(payment.provider_id)
    assert (paid.status, paid.received_yen, paid.slip) == (ProviderStatus.SUCCEEDED, 8_000, None)


def test_an_expired_slip_can_be_followed_by_a_new_one_with_other_codes(
    double: RunningDouble, provider: StripeProvider
) -> None:
    first_order = order("konbini")
    first = with_slip(provider, first_order)
    assert double.control.expire_slip(first.provider_id) == "requires_payment_method"
    expired = provider.payment_state(first.provider_id)
    assert (expired.slip, expired.failure_reason) == (None, "payment_intent_payment_attempt_expired")
    second_order = order("konbini", purchase_id=first_order.purchase_id, attempt=2)
    second = provider.confirm_konbini(first.provider_id, second_order)
    assert second.status is ProviderStatus.REQUIRES_ACTION
    assert second.slip is not None
    assert first.slip is not None
    assert second.slip.stores != first.slip.stores


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (order("card", 49), AmountNotPayableByCard(49, 50, 99_999_999)),
        (order("card", 100_000_000), AmountNotPayableByCard(100_000_000, 50, 99_999_999)),
        (order("konbini", 119), AmountNotPayableAtKonbini(119, 120, 300_000)),
        (order("konbini", 300_001), AmountNotPayableAtKonbini(300_001, 120, 300_000)),
        (order("konbini", expires_after_days=0), SlipDaysOutOfRange(0, 1, 60)),
        (order("konbini", expires_after_days=61), SlipDaysOutOfRange(61, 1, 60)),
        (order("konbini", description="券" * 23), DescriptionNotPrintableAtKonbini("券" * 23, 22)),
        (order("konbini", description="商品券😀"), DescriptionNotPrintableAtKonbini("商品券😀", 22)),
        (order("konbini", billing_name=None), BillingNameOrEmailMissing(("billing_name",))),
        (order("konbini", billing_email=""), BillingNameOrEmailMissing(("billing_email",))),
        (order("konbini", billing_name="𠮷田"), BillingNameNotPrintableAtKonbini("𠮷田")),
    ],
)
def test_what_the_provider_would_refuse_is_refused_before_calling(
    double: RunningDouble, provider: StripeProvider, wanted: PaymentOrder, refusal: Refusal
) -> None:
    with pytest.raises(Refusal) as refused:
        provider.request_payment(wanted)
    assert refused.value == refusal
    assert double.control.drain() == []


@pytest.mark.parametrize(
    "wanted",
    [
        order("card", 50),
        order("card", 99_999_999, description="絵文字でも長くてもカードなら印字されない😀", billing_name=None),
        order("konbini", 120, expires_after_days=1),
        order("konbini", 300_000, expires_after_days=60, description="券" * 22),
    ],
)
def test_the_limits_themselves_are_accepted_here_and_by_the_provider(
    provider: StripeProvider, wanted: PaymentOrder
) -> None:
    check_order(wanted)
    assert provider.request_payment(wanted).amount_yen == wanted.amount_yen


def test_a_method_that_the_provider_dropped_silently_is_refused(
    double: RunningDouble, provider: StripeProvider
) -> None:
    double.control.activate("card")
    with pytest.raises(PaymentMethodNotOffered) as refused:
        provider.request_payment(order("konbini"))
    assert refused.value == PaymentMethodNotOffered(method="konbini", offered=())


def test_the_same_order_asked_again_gives_the_same_payment(double: RunningDouble, provider: StripeProvider) -> None:
    wanted = order()
    first = provider.request_payment(wanted)
    assert provider_of(double).request_payment(wanted) == first
    assert len(double.control.drain()) == 1


def test_another_amount_under_the_same_purchase_and_attempt_is_refused(
    double: RunningDouble, provider: StripeProvider
) -> None:
    wanted = order(amount_yen=4_000)
    provider.request_payment(wanted)
    with pytest.raises(PaymentOrderChangedUnderItsKey) as refused:
        provider.request_payment(order(amount_yen=8_000, purchase_id=wanted.purchase_id))
    assert refused.value.subject == f"purchase-{wanted.purchase_id}-1"
    assert len(double.control.drain()) == 1


def test_a_card_refund_is_paid_at_once_and_never_exceeds_what_was_paid(
    double: RunningDouble, provider: StripeProvider
) -> None:
    provider_id = paid_by_card(double, provider)
    first = provider.refund(provider_id, 5_000, f"refund-{provider_id}-1")
    assert (first.amount_yen, first.status) == (5_000, ProviderRefundStatus.SUCCEEDED)
    with pytest.raises(ProviderRefundTooLarge) as refused:
        provider.refund(provider_id, 3_001, f"refund-{provider_id}-2")
    assert refused.value == ProviderRefundTooLarge(provider_id, 3_001)
    assert provider.refund(provider_id, 3_000, f"refund-{provider_id}-3").amount_yen == 3_000
    with pytest.raises(ProviderRefundTooLarge):
        provider.refund(provider_id, 1, f"refund-{provider_id}-4")


def test_the_same_refund_asked_again_is_the_same_refund(double: RunningDouble, provider: StripeProvider) -> None:
    provider_id = paid_by_card(double, provider)
    first = provider.refund(provider_id, 8_000, f"refund-{provider_id}")
    assert provider.refund(provider_id, 8_000, f"refund-{provider_id}") == first
    with pytest.raises(PaymentOrderChangedUnderItsKey):
        provider.refund(provider_id, 7_000, f"refund-{provider_id}")


def test_nothing_is_given_back_before_the_money_came(provider: StripeProvider) -> None:
    provider_id = provider.request_payment(order()).provider_id
    with pytest.raises(ProviderMoneyNotReceived) as refused:
        provider.refund(provider_id, 1, "refund-too-early")
    assert refused.value.status == "requires_payment_method"
    with pytest.raises(AmountOutOfRange):
        provider.refund(provider_id, 0, "refund-of-nothing")


def test_a_konbini_refund_waits_for_the_payer_and_can_fail_and_be_asked_again(
    double: RunningDouble, provider: StripeProvider
) -> None:
    provider_id = paid_at_konbini(double, provider)
    refund = provider.refund(provider_id, 8_000, f"refund-{provider_id}-1", "hanako@example.jp")
    assert refund.status is ProviderRefundStatus.REQUIRES_ACTION
    double.control.settle_refund(refund.refund_id, "pending")
    assert provider.refund_state(refund.refund_id).status is ProviderRefundStatus.PENDING
    double.control.settle_refund(refund.refund_id, "failed")
    assert provider.refund_state(refund.refund_id).status is ProviderRefundStatus.FAILED
    again = provider.refund(provider_id, 8_000, f"refund-{provider_id}-2")
    assert again.refund_id != refund.refund_id
    notices = [provider.read_webhook(item.body, item.signature) for item in double.control.drain()]
    assert [notice.kind for notice in notices if notice.refund_id == refund.refund_id] == [
        "refund.created",
        "refund.updated",
        "refund.failed",
    ]


def test_a_cancelled_payment_stays_cancelled_and_cannot_be_paid(
    double: RunningDouble, provider: StripeProvider
) -> None:
    wanted = order("konbini")
    provider_id = with_slip(provider, wanted).provider_id
    assert provider.cancel(provider_id).status is ProviderStatus.CANCELED
    assert provider.cancel(provider_id).status is ProviderStatus.CANCELED
    later = order("konbini", purchase_id=wanted.purchase_id, attempt=2)
    with pytest.raises(ProviderPaymentClosed):
        provider.confirm_konbini(provider_id, later)


def test_a_payment_with_money_cannot_be_cancelled(double: RunningDouble, provider: StripeProvider) -> None:
    provider_id = paid_by_card(double, provider)
    with pytest.raises(ProviderPaymentClosed):
        provider.cancel(provider_id)
    assert provider.payment_state(provider_id).status is ProviderStatus.SUCCEEDED


def test_an_unknown_payment_is_named_as_such(provider: StripeProvider) -> None:
    with pytest.raises(ProviderPaymentUnknown) as refused:
        provider.payment_state("pi_nobody")
    assert refused.value == ProviderPaymentUnknown("pi_nobody")
    with pytest.raises(ProviderPaymentUnknown):
        provider.cancel("pi_nobody")


def test_a_decline_that_the_sdk_raises_means_payment_declined(double: RunningDouble, provider: StripeProvider) -> None:
    client = stripe.StripeClient(double.api_key, base_addresses={"api": double.api_base}, max_network_retries=0)
    provider_id = provider.request_payment(order()).provider_id
    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.confirm(provider_id, {"payment_method": "pm_card_visa_chargeDeclined"})
    assert meaning_of(declined.value, provider_id) == PaymentDeclined(reason="generic_decline")


def test_every_notice_of_a_slip_that_is_paid_verifies_and_names_the_payment(
    double: RunningDouble, provider: StripeProvider
) -> None:
    provider_id = paid_at_konbini(double, provider)
    notices = [provider.read_webhook(item.body, item.signature) for item in double.control.drain()]
    assert [notice.kind for notice in notices] == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
    ]
    assert {notice.provider_id for notice in notices} == {provider_id}
    assert len({notice.event_id for notice in notices}) == 3


def test_notices_that_come_twice_and_backwards_verify_and_keep_their_event_id(
    double: RunningDouble, provider: StripeProvider
) -> None:
    double.control.hold()
    paid_by_card(double, provider)
    assert double.control.drain() == []
    created, succeeded = double.control.waiting()
    double.control.deliver_again(succeeded)
    double.control.release([succeeded, created])
    notices = [provider.read_webhook(item.body, item.signature) for item in double.control.drain()]
    assert [notice.event_id for notice in notices] == [succeeded, succeeded, created]


def test_a_notice_that_was_altered_forged_or_kept_too_long_is_refused(
    double: RunningDouble, provider: StripeProvider
) -> None:
    provider.request_payment(order())
    notice = double.control.drain()[0]
    body = notice.body.decode()
    now_s = int(time.time())
    forged = stripe.WebhookSignature.generate_signature_header(body, "whsec_other")
    for altered_body, header in [
        (notice.body.replace(b"8000", b"9000"), notice.signature),
        (notice.body, notice.signature[:-1] + ("0" if notice.signature[-1] != "0" else "1")),
        (notice.body, forged),
        (notice.body, signed(double, body, now_s - 305)),
        (notice.body, signed(double, body, now_s).replace(f"t={now_s}", f"t={now_s + 1}")),
        (notice.body, "v1=abc"),
        (notice.body, "署名"),
        (notice.body, ""),
        (notice.body, None),
    ]:
        with pytest.raises(WebhookSignatureInvalid):
            provider.read_webhook(altered_body, header)
    assert provider.read_webhook(notice.body, notice.signature).kind == "payment_intent.created"
    assert provider.read_webhook(notice.body, signed(double, body, now_s - 290))


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", "null", '"event"', '{"object": "v2.core.event", "id": "evt_1"}', '{"id": "evt_1"'],
)
def test_a_signed_body_that_is_no_snapshot_event_is_refused(
    double: RunningDouble, provider: StripeProvider, body: str
) -> None:
    with pytest.raises(WebhookUnreadable):
        provider.read_webhook(body.encode(), signed(double, body))


def test_bytes_that_are_not_text_are_refused(provider: StripeProvider) -> None:
    with pytest.raises(WebhookUnreadable):
        provider.read_webhook(b"\xff\xfe", "t=1,v1=00")


def test_an_event_of_the_other_mode_is_refused(double: RunningDouble, provider: StripeProvider) -> None:
    provider.request_payment(order())
    body = double.control.drain()[0].body.decode().replace('"livemode":false', '"livemode":true')
    with pytest.raises(WebhookOfOtherMode) as refused:
        provider.read_webhook(body.encode(), signed(double, body))
    assert refused.value == WebhookOfOtherMode(livemode=True)
    live = provider_of(double, api_key="sk_live_double")
    assert live.read_webhook(body.encode(), signed(double, body)).kind == "payment_intent.created"


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_provider_that_is_overloaded_or_broken_is_an_outage_and_asking_again_works(
    double: RunningDouble, provider: StripeProvider, status: int
) -> None:
    wanted = order()
    double.control.fail_next(status)
    with pytest.raises(ProviderDown):
        provider.request_payment(wanted)
    assert provider.request_payment(wanted).status is ProviderStatus.REQUIRES_PAYMENT_METHOD


def test_a_provider_that_is_stopped_is_an_outage() -> None:
    with start_stripe_double() as short_lived:
        provider = provider_of(short_lived)
        provider_id = provider.request_payment(order()).provider_id
    with pytest.raises(ProviderDown):
        provider.payment_state(provider_id)
    with pytest.raises(ProviderDown):
        provider.request_payment(order())


def test_a_wrong_key_is_our_fault_and_surfaces(double: RunningDouble) -> None:
    with pytest.raises(stripe.AuthenticationError):
        provider_of(double, api_key="sk_test_wrong").request_payment(order())
