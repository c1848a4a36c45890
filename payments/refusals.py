"""Every expected no of paying, in the order in which it is decided."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class ConsumerCodeUnknown(Refusal):
    """The resident's code was never issued here."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class ConsumerCodeUsed(Refusal):
    """The resident's code was used before; it works for one attempt."""


@dataclass(eq=False)
class ConsumerCodeExpired(Refusal):
    """The resident's code is older than it may be, or a newer one was shown since."""

    lifetime_s: int


@dataclass(eq=False)
class DynamicCodeUnknown(Refusal):
    """The code with an amount was never shown by this store."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class DynamicCodePaid(Refusal):
    """The code with an amount was paid; it works for one payment."""


@dataclass(eq=False)
class DynamicCodeExpired(Refusal):
    """The code with an amount is older than it may be."""

    expired_at: str


@dataclass(eq=False)
class DynamicAmountDiffers(Refusal):
    """The amount asked for is not the one that the code carries."""

    kind: ClassVar[Kind] = Kind.INVALID
    amount_yen: int


@dataclass(eq=False)
class PayerBelongsToShop(Refusal):
    """The payer owns the shop or works there."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class PaymentGivenUp(Refusal):
    """The payer gave up this payment before it was made, so that it can never be made."""


@dataclass(eq=False)
class PaymentNotFound(Refusal):
    """No payment of this shop has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    payment_id: str
