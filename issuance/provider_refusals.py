"""Every expected "no" on the way to the payment provider and back, and of giving money back."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class AmountNotPayableByCard(Refusal):
    """The amount is smaller or larger than what the provider charges to a card at once."""

    kind: ClassVar[Kind] = Kind.INVALID
    amount_yen: int
    min_yen: int
    max_yen: int


@dataclass(eq=False)
class AmountNotPayableAtKonbini(Refusal):
    """The amount is smaller or larger than what a convenience store accepts for one slip."""

    kind: ClassVar[Kind] = Kind.INVALID
    amount_yen: int
    min_yen: int
    max_yen: int


@dataclass(eq=False)
class DescriptionNotPrintableAtKonbini(Refusal):
    """The description is too long for the store's terminal, or has a character that Shift_JIS lacks."""

    kind: ClassVar[Kind] = Kind.INVALID
    description: str
    max_characters: int


@dataclass(eq=False)
class SlipDaysOutOfRange(Refusal):
    """A slip cannot stay payable for this many days."""

    kind: ClassVar[Kind] = Kind.INVALID
    expires_after_days: int
    min_days: int
    max_days: int


@dataclass(eq=False)
class BillingNameOrEmailMissing(Refusal):
    """A slip needs the payer's name and e-mail address."""

    kind: ClassVar[Kind] = Kind.INVALID
    missing: tuple[str, ...]


@dataclass(eq=False)
class BillingNameNotPrintableAtKonbini(Refusal):
    """The payer's name has a character that Shift_JIS lacks."""

    kind: ClassVar[Kind] = Kind.INVALID
    billing_name: str


@dataclass(eq=False)
class PaymentMethodNotOffered(Refusal):
    """The provider does not offer this method for this payment, e.g. because it is not activated."""

    method: str
    offered: tuple[str, ...]


@dataclass(eq=False)
class PaymentOrderChangedUnderItsKey(Refusal):
    """The same key was used before for an order with other content."""

    subject: str


@dataclass(eq=False)
class PaymentDeclined(Refusal):
    """The card issuer or the store's network declined; `reason` is the provider's word for why."""

    reason: str


@dataclass(eq=False)
class ProviderPaymentUnknown(Refusal):
    """The provider knows no payment of this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    subject: str


@dataclass(eq=False)
class ProviderPaymentClosed(Refusal):
    """The payment has already succeeded or was cancelled, so it cannot be confirmed or cancelled any more."""

    subject: str


@dataclass(eq=False)
class ProviderMoneyNotReceived(Refusal):
    """Nothing can be given back, because the payment has not succeeded."""

    provider_id: str
    status: str


@dataclass(eq=False)
class ProviderRefundTooLarge(Refusal):
    """More would be given back than was paid and not yet given back."""

    provider_id: str
    amount_yen: int


@dataclass(eq=False)
class WebhookSignatureInvalid(Refusal):
    """The signature is missing, stale, or not over these bytes."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class WebhookUnreadable(Refusal):
    """The body is not an event about a payment or a refund as this system knows them."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class WebhookOfOtherMode(Refusal):
    """A test event reached the live system, or a live event a test system."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    livemode: bool


@dataclass(eq=False)
class ProviderPaymentUnmatched(Refusal):
    """The provider has a payment that belongs to no purchase, or to one that is paid for by another payment."""

    provider_id: str
    received_yen: int


@dataclass(eq=False)
class ProviderAmountDiffers(Refusal):
    """The provider received another amount than the purchase costs, so no voucher was issued."""

    purchase_id: str
    amount_yen: int
    received_yen: int


@dataclass(eq=False)
class PaymentCameTooLate(Refusal):
    """The money arrived when the units were gone or the days of use were over; it must be given back."""

    purchase_id: str
    received_yen: int


@dataclass(eq=False)
class CardOverItsCap(Refusal):
    """The payment card was used for as many units of the campaign as one card may pay; it was not charged."""

    asked_units: int
    left_units: int
    max_units: int


@dataclass(eq=False)
class CardNotIdentified(Refusal):
    """The provider does not say which card this is, so its cap cannot be held; it was not charged."""

    purchase_id: str


@dataclass(eq=False)
class FirstDayCapReached(Refusal):
    """In the first 24 hours of paying by card a wallet may buy fewer units than this."""

    asked_units: int
    left_units: int
    until: str


@dataclass(eq=False)
class TakeBackWindowOver(Refusal):
    """The days in which a purchase may be taken back are over, or the campaign has none."""

    until: str | None


@dataclass(eq=False)
class CashIsGivenBackAtItsCounter(Refusal):
    """A purchase in cash is given back by a clerk, at the counter where it was taken."""

    counter: str


@dataclass(eq=False)
class RefundStillUnderWay(Refusal):
    """The provider may still give the money back, so it must not be given back in another way."""

    status: str


@dataclass(eq=False)
class RefundEvidenceMissing(Refusal):
    """Money given back by hand needs what proves it: the number of the transfer or of the signed receipt."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class ProviderRefundNotPossible(Refusal):
    """The provider does not give this payment back: its card's bank was asked to, or it is too old."""

    provider_id: str
    reason: str


@dataclass(eq=False)
class ReceiptOnlyForCash(Refusal):
    """A counter prints receipts for what was paid there in cash."""

    purchase_id: str


@dataclass(eq=False)
class NoUnitsLeftToSell(Refusal):
    """Every unit of the campaign is sold, or somebody may still buy it."""

    units_total: int
