"""What is asked of the payment provider and what it answers, in the system's own words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from issuance.provider_refusals import (
    AmountNotPayableAtKonbini,
    AmountNotPayableByCard,
    BillingNameNotPrintableAtKonbini,
    BillingNameOrEmailMissing,
    DescriptionNotPrintableAtKonbini,
    SlipDaysOutOfRange,
)

CARD_MIN_YEN, CARD_MAX_YEN = 50, 99_999_999
KONBINI_MIN_YEN, KONBINI_MAX_YEN = 120, 300_000
SLIP_MIN_DAYS, SLIP_MAX_DAYS = 1, 60
KONBINI_DESCRIPTION_MAX_CHARACTERS = 22

PaymentMethod = Literal["card", "konbini"]
SlipStore = Literal["familymart", "lawson", "ministop", "seicomart"]
SLIP_STORES: tuple[SlipStore, ...] = ("familymart", "lawson", "ministop", "seicomart")


class ProviderStatus(StrEnum):
    """Where a payment stands at the provider (Stripe, PaymentIntent.status); only `succeeded` is money."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class ProviderRefundStatus(StrEnum):
    """Where a refund stands (Stripe, Refund.status); `requires_action` waits for the payer's bank details."""

    REQUIRES_ACTION = "requires_action"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True)
class PaymentOrder:
    """What to ask the provider for; another method or a new slip for a purchase counts `attempt` up.

    With `checks_card` a card is authenticated and authorised first, and charged only by `capture`.
    """

    purchase_id: UUID
    amount_yen: int
    method: PaymentMethod
    description: str
    billing_name: str | None = None
    billing_email: str | None = None
    expires_after_days: int = 3
    attempt: int = 1
    checks_card: bool = False

    @property
    def idempotency_key(self) -> str:
        """The key under which this attempt is asked for, from whichever process and however often."""
        return f"purchase-{self.purchase_id}-{self.attempt}"


@dataclass(frozen=True)
class SlipNumbers:
    """What the payer types at the terminal of one chain."""

    payment_code: str
    confirmation_number: str | None


@dataclass(frozen=True)
class KonbiniSlip:
    """A slip that can be paid at a convenience store until `expires_at`, and a little while after."""

    expires_at: datetime
    hosted_voucher_url: str | None
    stores: dict[SlipStore, SlipNumbers]


@dataclass(frozen=True)
class ProviderPayment:
    """A payment as the provider sees it now; `card_fingerprint` is the same for every use of one card."""

    provider_id: str
    purchase_id: str | None
    status: ProviderStatus
    amount_yen: int
    received_yen: int
    client_secret: str | None
    offered_methods: tuple[str, ...]
    slip: KonbiniSlip | None
    failure_reason: str | None
    card_fingerprint: str | None = None


@dataclass(frozen=True)
class ProviderRefund:
    """A refund as the provider sees it now; only `succeeded` has reached the payer."""

    refund_id: str
    provider_id: str
    amount_yen: int
    status: ProviderRefundStatus


@dataclass(frozen=True)
class ProviderEvent:
    """A verified notice: what to read again, not what is true. Notices come late, twice and out of order.

    `kind` is the provider's event type; `provider_id` is None for a notice that is not about a payment. `subject_id` is
    the id of what the notice is about: a payment, a refund, a dispute, a payout.
    """

    event_id: str
    kind: str
    provider_id: str | None
    refund_id: str | None
    created_at: datetime
    subject_id: str | None = None


class DisputeStatus(StrEnum):
    """Where a dispute stands (Stripe, Dispute.status); a warning has not taken the money yet."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    APPEAL_NEEDS_RESPONSE = "appeal_needs_response"
    APPEAL_UNDER_REVIEW = "appeal_under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"


@dataclass(frozen=True)
class ProviderDispute:
    """A payer's bank asks for a payment back, as the provider sees it now."""

    dispute_id: str
    provider_id: str
    amount_yen: int
    status: DisputeStatus
    reason: str
    evidence_due_at: datetime | None
    opened_at: datetime


@dataclass(frozen=True)
class ProviderPayout:
    """Money that the provider sent to the city's bank account; `is_reconciled` once all its entries can be listed."""

    payout_id: str
    amount_yen: int
    status: str
    arrives_on: date
    is_reconciled: bool


@dataclass(frozen=True)
class PayoutEntry:
    """One line of what a payout is made of: `amount_yen` less `fee_yen` is what it adds to the payout.

    `kind` is the provider's word (Stripe, BalanceTransaction.type); `provider_id` names the payment, if there is one.
    """

    entry_id: str
    kind: str
    amount_yen: int
    fee_yen: int
    provider_id: str | None


def check_order(order: PaymentOrder) -> None:
    """Check what can be known before calling (docs.stripe.com/payments/konbini, .../currencies).

    Refuses, for a card: AmountNotPayableByCard. For a slip, in this order: AmountNotPayableAtKonbini,
    SlipDaysOutOfRange, DescriptionNotPrintableAtKonbini, BillingNameOrEmailMissing,
    BillingNameNotPrintableAtKonbini.
    """
    amount_yen = order.amount_yen
    if order.method == "card":
        if not CARD_MIN_YEN <= amount_yen <= CARD_MAX_YEN:
            raise AmountNotPayableByCard(amount_yen, CARD_MIN_YEN, CARD_MAX_YEN)
        return
    if not KONBINI_MIN_YEN <= amount_yen <= KONBINI_MAX_YEN:
        raise AmountNotPayableAtKonbini(amount_yen, KONBINI_MIN_YEN, KONBINI_MAX_YEN)
    _check_slip(order)


def _check_slip(order: PaymentOrder) -> None:
    if not SLIP_MIN_DAYS <= order.expires_after_days <= SLIP_MAX_DAYS:
        raise SlipDaysOutOfRange(order.expires_after_days, SLIP_MIN_DAYS, SLIP_MAX_DAYS)
    if len(order.description) > KONBINI_DESCRIPTION_MAX_CHARACTERS or not _printable(order.description):
        raise DescriptionNotPrintableAtKonbini(order.description, KONBINI_DESCRIPTION_MAX_CHARACTERS)
    billing = {"billing_name": order.billing_name, "billing_email": order.billing_email}
    missing = tuple(name for name, value in billing.items() if not value)
    if missing:
        raise BillingNameOrEmailMissing(missing)
    if not _printable(order.billing_name or ""):
        raise BillingNameNotPrintableAtKonbini(order.billing_name or "")


def _printable(text: str) -> bool:
    try:
        text.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True
