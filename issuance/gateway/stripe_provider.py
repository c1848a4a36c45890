"""Stripe for Japan."""

from datetime import datetime

import stripe
from stripe.params import (
    PaymentIntentCaptureParams,
    PaymentIntentRetrieveParams,
    RefundCreateParams,
)

from issuance.gateway.asking import confirmation, creation
from issuance.gateway.errors import stripe_asked
from issuance.gateway.reading import dispute_of, entry_of, notice_of, payment_of, payout_of, refund_of
from issuance.provider_model import (
    PaymentOrder,
    PayoutEntry,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
    ProviderStatus,
    check_order,
)
from issuance.provider_refusals import (
    PaymentMethodNotOffered,
    ProviderMoneyNotReceived,
    ProviderPaymentClosed,
    ProviderRefundNotPossible,
    ProviderRefundTooLarge,
    WebhookOfOtherMode,
    WebhookSignatureInvalid,
    WebhookUnreadable,
)
from kernel.yen import whole_yen

WITH_CHARGE: PaymentIntentRetrieveParams = {"expand": ["latest_charge"]}
WITH_CHARGE_CAPTURED: PaymentIntentCaptureParams = {"expand": ["latest_charge"]}


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
        with stripe_asked(order.idempotency_key):
            intent = self._intents.create(creation(order), {"idempotency_key": order.idempotency_key})
        payment = payment_of(intent)
        if order.method not in payment.offered_methods:
            raise PaymentMethodNotOffered(method=order.method, offered=payment.offered_methods)
        return payment

    def confirm_konbini(self, provider_id: str, order: PaymentOrder) -> ProviderPayment:
        """Make the slip of a konbini payment: codes for each chain, and the day it ends at 23:59:59 in Japan.

        Refuses what `check_order` refuses; ProviderPaymentUnknown; ProviderPaymentClosed; PaymentDeclined.
        """
        check_order(order)
        with stripe_asked(provider_id):
            key = f"{order.idempotency_key}-slip"
            intent = self._intents.confirm(provider_id, confirmation(order), {"idempotency_key": key})
        return payment_of(intent)

    def payment_state(self, provider_id: str) -> ProviderPayment:
        """Read how a payment stands now. Refuses ProviderPaymentUnknown."""
        with stripe_asked(provider_id):
            return payment_of(self._intents.retrieve(provider_id, WITH_CHARGE))

    def refund(
        self, provider_id: str, amount_yen: int, idempotency_key: str, instructions_email: str | None = None
    ) -> ProviderRefund:
        """Give part or all of a payment back; konbini payers are asked by e-mail for a bank account.

        Refuses, in this order: AmountNotWholeYen, AmountOutOfRange; ProviderPaymentUnknown;
        ProviderMoneyNotReceived; PaymentOrderChangedUnderItsKey; ProviderRefundNotPossible for money that the payer's
        bank was asked for; ProviderRefundTooLarge.
        """
        whole_yen(amount_yen)
        payment = self.payment_state(provider_id)
        if payment.status is not ProviderStatus.SUCCEEDED:
            raise ProviderMoneyNotReceived(provider_id=provider_id, status=payment.status)
        params: RefundCreateParams = {"payment_intent": provider_id, "amount": amount_yen}
        if instructions_email is not None:
            params["instructions_email"] = instructions_email
        try:
            with stripe_asked(idempotency_key):
                return refund_of(self._client.v1.refunds.create(params, {"idempotency_key": idempotency_key}))
        except stripe.InvalidRequestError as error:
            if error.code == "charge_disputed":
                raise ProviderRefundNotPossible(provider_id, error.code) from error
            # Stripe gives this refusal no code of its own unless everything was given back.
            if error.code == "charge_already_refunded" or error.param == "amount":
                raise ProviderRefundTooLarge(provider_id, amount_yen) from error
            raise

    def capture(self, provider_id: str) -> ProviderPayment:
        """Take the whole of what a card was authorised for; asked again, the payment comes back as it stands.

        Refuses ProviderPaymentUnknown; ProviderPaymentClosed when the authorisation was let go.
        """
        try:
            with stripe_asked(provider_id):
                return payment_of(self._intents.capture(provider_id, WITH_CHARGE_CAPTURED))
        except ProviderPaymentClosed:
            payment = self.payment_state(provider_id)
            if payment.status is ProviderStatus.SUCCEEDED:
                return payment
            raise

    def refund_state(self, refund_id: str) -> ProviderRefund:
        """Read how a refund stands now. Refuses ProviderPaymentUnknown."""
        with stripe_asked(refund_id):
            return refund_of(self._client.v1.refunds.retrieve(refund_id))

    def cancel(self, provider_id: str) -> ProviderPayment:
        """Close a payment that is no longer wanted; one that is cancelled already stays so.

        Refuses ProviderPaymentUnknown; ProviderPaymentClosed when the money has arrived.
        """
        try:
            with stripe_asked(provider_id):
                return payment_of(self._intents.cancel(provider_id))
        except ProviderPaymentClosed:
            payment = self.payment_state(provider_id)
            if payment.status is ProviderStatus.CANCELED:
                return payment
            raise

    def dispute_state(self, dispute_id: str) -> ProviderDispute:
        """Read how a dispute stands now. Refuses ProviderPaymentUnknown."""
        with stripe_asked(dispute_id):
            return dispute_of(self._client.v1.disputes.retrieve(dispute_id))

    def disputes_since(self, opened_at: datetime) -> list[ProviderDispute]:
        """Read all disputes that were opened at or after an instant."""
        with stripe_asked("disputes"):
            pages = self._client.v1.disputes.list({"created": {"gte": int(opened_at.timestamp())}, "limit": 100})
            return [dispute_of(dispute) for dispute in pages.auto_paging_iter()]

    def payout_state(self, payout_id: str) -> ProviderPayout:
        """Read how a payout stands now. Refuses ProviderPaymentUnknown."""
        with stripe_asked(payout_id):
            return payout_of(self._client.v1.payouts.retrieve(payout_id))

    def payouts_since(self, made_at: datetime) -> list[ProviderPayout]:
        """Read all payouts that were made at or after an instant."""
        with stripe_asked("payouts"):
            pages = self._client.v1.payouts.list({"created": {"gte": int(made_at.timestamp())}, "limit": 100})
            return [payout_of(payout) for payout in pages.auto_paging_iter()]

    def payout_entries(self, payout_id: str) -> list[PayoutEntry]:
        """Read what a payout is made of, without the payout itself. Refuses ProviderPaymentUnknown."""
        with stripe_asked(payout_id):
            pages = self._client.v1.balance_transactions.list(
                {"payout": payout_id, "limit": 100, "expand": ["data.source"]}
            )
            return [entry_of(entry) for entry in pages.auto_paging_iter() if entry.type != "payout"]

    def read_webhook(self, body: bytes, signature_header: str | None) -> ProviderEvent:
        """Verify and read a notice from the raw bytes that arrived (Stripe-Signature v1, 300 s tolerance).

        Refuses, in this order: WebhookUnreadable for bytes that are not UTF-8; WebhookSignatureInvalid;
        WebhookUnreadable for anything but a snapshot event; WebhookOfOtherMode.
        """
        if signature_header is not None and not signature_header.isascii():
            raise WebhookSignatureInvalid
        try:
            event = self._client.construct_event(body, signature_header, self._webhook_secret)
            livemode, notice = event.livemode, notice_of(event)
        except stripe.SignatureVerificationError as error:
            raise WebhookSignatureInvalid from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WebhookUnreadable from error
        if livemode is not self._livemode:
            raise WebhookOfOtherMode(livemode=livemode)
        return notice
