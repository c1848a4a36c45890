"""Speaking to the payment provider. The only module of the system that imports the provider's SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

import stripe
from stripe.params import PaymentIntentConfirmParams, PaymentIntentCreateParams, RefundCreateParams

from issuance.provider_model import (
    SLIP_STORES,
    KonbiniSlip,
    PaymentOrder,
    ProviderEvent,
    ProviderPayment,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    SlipNumbers,
    check_order,
)
from issuance.provider_refusals import (
    PaymentDeclined,
    PaymentMethodNotOffered,
    PaymentOrderChangedUnderItsKey,
    ProviderMoneyNotReceived,
    ProviderPaymentClosed,
    ProviderPaymentUnknown,
    ProviderRefundTooLarge,
    WebhookOfOtherMode,
    WebhookSignatureInvalid,
    WebhookUnreadable,
)
from kernel.refusals import ProviderDown, Refusal
from kernel.yen import whole_yen

OUR_FAULTS = frozenset(range(400, 500)) - {409}
"""Statuses that asking again does not cure; 409 means that the same key is being worked on elsewhere."""

REFUSAL_BY_PROVIDER_CODE: dict[str, type[ProviderPaymentUnknown] | type[ProviderPaymentClosed]] = {
    "resource_missing": ProviderPaymentUnknown,
    "payment_intent_unexpected_state": ProviderPaymentClosed,
}


class PaymentProvider(Protocol):
    """Takes money and gives it back. Any method may raise ProviderDown; none is called in a transaction."""

    def request_payment(self, order: PaymentOrder) -> ProviderPayment: ...

    def confirm_konbini(self, provider_id: str, order: PaymentOrder) -> ProviderPayment: ...

    def payment_state(self, provider_id: str) -> ProviderPayment: ...

    def refund(
        self, provider_id: str, amount_yen: int, idempotency_key: str, instructions_email: str | None = None
    ) -> ProviderRefund: ...

    def refund_state(self, refund_id: str) -> ProviderRefund: ...

    def cancel(self, provider_id: str) -> ProviderPayment: ...

    def read_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent: ...


class StripeProvider:
    """Stripe for Japan through its SDK (API version 2026-10-28.endive), or a server at `api_base`."""

    def __init__(
        self,
        api_key: str,
        webhook_secret: str,
        api_base: str | None = None,
        *,
        network_retries: int = 2,
        timeout_s: float = 20.0,
    ) -> None:
        # The SDK otherwise leaves an identifier in the home directory and reports response times.
        stripe.enable_telemetry = False
        self._client = stripe.StripeClient(
            api_key,
            max_network_retries=network_retries,
            http_client=stripe.RequestsClient(timeout=timeout_s),
            base_addresses={"api": api_base} if api_base else {},
        )
        self._intents = self._client.v1.payment_intents
        self._webhook_secret = webhook_secret
        self._livemode = "_live_" in api_key

    def request_payment(self, order: PaymentOrder) -> ProviderPayment:
        """Ask for a payment that the payer can then make.

        The same order asked again gives the payment as it stood the first time; `payment_state` tells how
        it stands now. Refuses, in this order: what `check_order` refuses; PaymentOrderChangedUnderItsKey;
        PaymentMethodNotOffered (Stripe drops a method that does not fit without an error).
        """
        check_order(order)
        with _stripe_asked(order.idempotency_key):
            intent = self._intents.create(_creation(order), {"idempotency_key": order.idempotency_key})
        payment = _payment_of(intent)
        if order.method not in payment.offered_methods:
            raise PaymentMethodNotOffered(method=order.method, offered=payment.offered_methods)
        return payment

    def confirm_konbini(self, provider_id: str, order: PaymentOrder) -> ProviderPayment:
        """Make the slip of a konbini payment: codes for each chain, and the day it ends at 23:59:59 in Japan.

        Refuses what `check_order` refuses; ProviderPaymentUnknown; ProviderPaymentClosed; PaymentDeclined.
        """
        check_order(order)
        with _stripe_asked(provider_id):
            key = f"{order.idempotency_key}-slip"
            intent = self._intents.confirm(provider_id, _confirmation(order), {"idempotency_key": key})
        return _payment_of(intent)

    def payment_state(self, provider_id: str) -> ProviderPayment:
        """Read how a payment stands now. Refuses ProviderPaymentUnknown."""
        with _stripe_asked(provider_id):
            return _payment_of(self._intents.retrieve(provider_id))

    def refund(
        self, provider_id: str, amount_yen: int, idempotency_key: str, instructions_email: str | None = None
    ) -> ProviderRefund:
        """Give part or all of a payment back; konbini payers are asked by e-mail for a bank account.

        Refuses, in this order: AmountNotWholeYen, AmountOutOfRange; ProviderPaymentUnknown;
        ProviderMoneyNotReceived; PaymentOrderChangedUnderItsKey; ProviderRefundTooLarge.
        """
        whole_yen(amount_yen)
        payment = self.payment_state(provider_id)
        if payment.status is not ProviderStatus.SUCCEEDED:
            raise ProviderMoneyNotReceived(provider_id=provider_id, status=payment.status)
        params: RefundCreateParams = {"payment_intent": provider_id, "amount": amount_yen}
        if instructions_email is not None:
            params["instructions_email"] = instructions_email
        try:
            with _stripe_asked(idempotency_key):
                return _refund_of(self._client.v1.refunds.create(params, {"idempotency_key": idempotency_key}))
        except stripe.InvalidRequestError as error:
            # Stripe gives this refusal no code of its own unless everything was given back.
            if error.code == "charge_already_refunded" or error.param == "amount":
                raise ProviderRefundTooLarge(provider_id, amount_yen) from error
            raise

    def refund_state(self, refund_id: str) -> ProviderRefund:
        """Read how a refund stands now. Refuses ProviderPaymentUnknown."""
        with _stripe_asked(refund_id):
            return _refund_of(self._client.v1.refunds.retrieve(refund_id))

    def cancel(self, provider_id: str) -> ProviderPayment:
        """Close a payment that is no longer wanted; one that is cancelled already stays so.

        Refuses ProviderPaymentUnknown; ProviderPaymentClosed when the money has arrived.
        """
        try:
            with _stripe_asked(provider_id):
                return _payment_of(self._intents.cancel(provider_id))
        except ProviderPaymentClosed:
            payment = self.payment_state(provider_id)
            if payment.status is ProviderStatus.CANCELED:
                return payment
            raise

    def read_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent:
        """Verify and read a notice from the raw bytes that arrived (Stripe-Signature v1, 300 s tolerance).

        Refuses, in this order: WebhookUnreadable for bytes that are not UTF-8; WebhookSignatureInvalid;
        WebhookUnreadable for anything but a snapshot event; WebhookOfOtherMode.
        """
        if signature_header is not None and not signature_header.isascii():
            raise WebhookSignatureInvalid
        try:
            event = self._client.construct_event(body, signature_header, self._webhook_secret)
            livemode, notice = event.livemode, _notice_of(event)
        except stripe.SignatureVerificationError as error:
            raise WebhookSignatureInvalid from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WebhookUnreadable from error
        if livemode is not self._livemode:
            raise WebhookOfOtherMode(livemode=livemode)
        return notice


def _creation(order: PaymentOrder) -> PaymentIntentCreateParams:
    params: PaymentIntentCreateParams = {
        "amount": order.amount_yen,
        "currency": "jpy",
        "allowed_payment_method_types": [order.method],
        "description": order.description,
        "metadata": {"purchase_id": str(order.purchase_id)},
    }
    if order.method == "konbini":
        params["payment_method_options"] = {
            "konbini": {
                "expires_after_days": order.expires_after_days,
                "product_description": order.description,
            }
        }
    return params


def _confirmation(order: PaymentOrder) -> PaymentIntentConfirmParams:
    return {
        "payment_method_data": {
            "type": "konbini",
            "billing_details": {"name": order.billing_name or "", "email": order.billing_email or ""},
        },
    }


def _payment_of(intent: stripe.PaymentIntent) -> ProviderPayment:
    failure = intent.last_payment_error
    return ProviderPayment(
        provider_id=intent.id,
        purchase_id=getattr(intent.metadata, "purchase_id", None),
        status=ProviderStatus(intent.status),
        amount_yen=intent.amount,
        received_yen=intent.amount_received,
        client_secret=intent.client_secret,
        offered_methods=tuple(intent.payment_method_types),
        slip=_slip_of(intent),
        failure_reason=None if failure is None else _decline_reason(failure),
    )


def _slip_of(intent: stripe.PaymentIntent) -> KonbiniSlip | None:
    action = intent.next_action
    if action is None or action.type != "konbini_display_details" or action.konbini_display_details is None:
        return None
    details = action.konbini_display_details
    numbers = details.stores.to_dict()
    return KonbiniSlip(
        expires_at=datetime.fromtimestamp(details.expires_at, UTC),
        hosted_voucher_url=details.hosted_voucher_url,
        stores={
            store: SlipNumbers(numbers[store]["payment_code"], numbers[store].get("confirmation_number"))
            for store in SLIP_STORES
            if numbers.get(store)
        },
    )


def _refund_of(refund: stripe.Refund) -> ProviderRefund:
    return ProviderRefund(
        refund_id=refund.id,
        provider_id=str(refund.payment_intent),
        amount_yen=refund.amount,
        status=ProviderRefundStatus(str(refund.status)),
    )


def _notice_of(event: stripe.Event) -> ProviderEvent:
    subject = event.data.object
    is_payment, is_refund = subject["object"] == "payment_intent", subject["object"] == "refund"
    return ProviderEvent(
        event_id=event.id,
        kind=event.type,
        provider_id=subject["id"] if is_payment else getattr(subject, "payment_intent", None),
        refund_id=subject["id"] if is_refund else None,
        created_at=datetime.fromtimestamp(event.created, UTC),
    )


@contextmanager
def _stripe_asked(subject: str) -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        meaning = meaning_of(error, subject)
        if meaning is None:
            raise
        raise meaning from error


def meaning_of(error: stripe.StripeError, subject: str) -> Refusal | ProviderDown | None:
    """Say what an error of the SDK means for a purchase; None when it is a fault of ours and must surface."""
    if _is_outage(error):
        return ProviderDown(str(error))
    if isinstance(error, stripe.IdempotencyError):
        return PaymentOrderChangedUnderItsKey(subject)
    if isinstance(error, stripe.CardError):
        return PaymentDeclined(reason=_decline_reason(error))
    refusal = REFUSAL_BY_PROVIDER_CODE.get(error.code or "")
    return refusal(subject) if refusal else None


def _is_outage(error: stripe.StripeError) -> bool:
    if isinstance(error, stripe.APIError):
        return error.http_status not in OUR_FAULTS
    out_of_order = error.code in ("payment_method_rate_limit_exceeded", "payment_method_not_available")
    return out_of_order or isinstance(error, stripe.APIConnectionError | stripe.RateLimitError)


def _decline_reason(failure: object) -> str:
    detail = getattr(failure, "error", None) or failure
    reason = getattr(detail, "decline_code", None) or getattr(detail, "code", None)
    return str(reason or "unknown")
