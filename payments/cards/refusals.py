"""Every expected no about cards, in the order in which it is decided."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class PinMalformed(Refusal):
    """What was typed is not four digits."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class PinEasilyGuessed(Refusal):
    """The PIN is one digit four times or a row of digits, which is tried first."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class CardLimitOutOfRange(Refusal):
    """What a card may pay without its PIN is below zero, more in one payment than in a day, or above the city's own."""

    kind: ClassVar[Kind] = Kind.INVALID
    payment_max_yen: int
    day_max_yen: int


@dataclass(eq=False)
class CardInUse(Refusal):
    """The wallet has a card; a lost one is replaced instead."""

    serial_ending: str


@dataclass(eq=False)
class CardUnknown(Refusal):
    """No card has this code or id, or it is another wallet's."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class CardReplaced(Refusal):
    """The card was replaced by a newer one of the same wallet."""


@dataclass(eq=False)
class CardEnded(Refusal):
    """The card was ended for good."""


@dataclass(eq=False)
class CardLockedByMisses(Refusal):
    """The PIN was wrong three times, so that the card is frozen until somebody unfreezes it at the counter."""


@dataclass(eq=False)
class CardFrozen(Refusal):
    """The holder or a desk froze the card; the counter unfreezes it."""


@dataclass(eq=False)
class CardNotFrozen(Refusal):
    """The card works already."""


@dataclass(eq=False)
class CardPinWrong(Refusal):
    """The PIN is wrong; after the last try the card is frozen."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    tries_left: int


@dataclass(eq=False)
class CardPinNeeded(Refusal):
    """Without its PIN the card pays up to a limit in one payment and in a day."""

    limit_payment_yen: int
    limit_day_yen: int


@dataclass(eq=False)
class CardHasNoPin(Refusal):
    """The amount needs a PIN and none was set at the counter."""

    limit_payment_yen: int
    limit_day_yen: int
