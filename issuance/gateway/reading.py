"""The provider's objects in the system's own words."""

from datetime import UTC, datetime

import stripe

from issuance.gateway.errors import decline_reason
from issuance.provider_model import (
    SLIP_STORES,
    DisputeStatus,
    KonbiniSlip,
    PayoutEntry,
    ProviderDispute,
    ProviderEvent,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    SlipNumbers,
)

FEES_OF_THEIR_OWN = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee"})
"""Entries that are nothing but a fee (Stripe, BalanceTransaction.type)."""


def payment_of(intent: stripe.PaymentIntent) -> ProviderPayment:
    """Read a payment; its card is known when `latest_charge` was asked for."""
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
        failure_reason=None if failure is None else decline_reason(failure),
        card_fingerprint=_card_fingerprint(intent.latest_charge),
    )


def _card_fingerprint(charge: object) -> str | None:
    details = getattr(charge, "payment_method_details", None)
    return getattr(getattr(details, "card", None), "fingerprint", None)


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


def refund_of(refund: stripe.Refund) -> ProviderRefund:
    """Read a refund."""
    return ProviderRefund(
        refund_id=refund.id,
        provider_id=str(refund.payment_intent),
        amount_yen=refund.amount,
        status=ProviderRefundStatus(str(refund.status)),
    )


def notice_of(event: stripe.Event) -> ProviderEvent:
    """Read what a notice is about."""
    subject = event.data.object
    is_payment, is_refund = subject["object"] == "payment_intent", subject["object"] == "refund"
    return ProviderEvent(
        event_id=event.id,
        kind=event.type,
        provider_id=subject["id"] if is_payment else getattr(subject, "payment_intent", None),
        refund_id=subject["id"] if is_refund else None,
        created_at=datetime.fromtimestamp(event.created, UTC),
        subject_id=getattr(subject, "id", None),
    )


def dispute_of(dispute: stripe.Dispute) -> ProviderDispute:
    """Read a dispute."""
    due_by = dispute.evidence_details.due_by
    return ProviderDispute(
        dispute_id=dispute.id,
        provider_id=str(dispute.payment_intent),
        amount_yen=dispute.amount,
        status=DisputeStatus(str(dispute.status)),
        reason=dispute.reason,
        evidence_due_at=None if due_by is None else datetime.fromtimestamp(due_by, UTC),
        opened_at=datetime.fromtimestamp(dispute.created, UTC),
    )


def payout_of(payout: stripe.Payout) -> ProviderPayout:
    """Read a payout; its day of arrival is a day in UTC (Stripe, Payout.arrival_date)."""
    return ProviderPayout(
        payout_id=payout.id,
        amount_yen=payout.amount,
        status=payout.status,
        arrives_on=datetime.fromtimestamp(payout.arrival_date, UTC).date(),
        is_reconciled=payout.reconciliation_status == "completed",
    )


def entry_of(entry: stripe.BalanceTransaction) -> PayoutEntry:
    """Read an entry whose `source` was asked for: what it is about knows its payment. Its own fee has no amount."""
    payment = getattr(entry.source, "payment_intent", None)
    is_fee = entry.type in FEES_OF_THEIR_OWN
    return PayoutEntry(
        entry_id=entry.id,
        kind=str(entry.type),
        amount_yen=0 if is_fee else entry.amount,
        fee_yen=entry.fee - entry.amount * is_fee,
        provider_id=None if payment is None else str(payment),
    )
