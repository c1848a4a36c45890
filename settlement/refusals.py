"""Every expected no of paying the shops."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class CutoffDayAlreadyClosed(Refusal):
    """Somebody closed this cut-off day before."""

    cutoff_day: date
    closing_number: int


@dataclass(eq=False)
class CutoffDayBeforeLastClosing(Refusal):
    """A later cut-off day is closed already; what was recorded late belongs to the next closing."""

    cutoff_day: date
    last_cutoff_day: date


@dataclass(eq=False)
class CutoffDayNotOver(Refusal):
    """The cut-off day has not ended in the city."""

    cutoff_day: date
    today: date


@dataclass(eq=False)
class ClosingNotFound(Refusal):
    """No closing has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    closing_id: str


@dataclass(eq=False)
class StatementNotFound(Refusal):
    """The merchant had no movement in this closing."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    closing_id: str
    merchant_id: str


@dataclass(eq=False)
class PayoutNotFound(Refusal):
    """No payout has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    payout_id: str


@dataclass(eq=False)
class PayoutItemNotFound(Refusal):
    """The payout has no item of this number."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    payout_id: str
    item_number: int


@dataclass(eq=False)
class PayoutStepNotAllowed(Refusal):
    """The payout or item is in a state from which this step does not lead on, or took it with other facts."""

    payout_id: str
    item_number: int | None
    state: str
    asked: str


@dataclass(eq=False)
class PayoutDayImpossible(Refusal):
    """The bank cannot have done this so early, or the day has not come yet."""

    kind: ClassVar[Kind] = Kind.INVALID
    given_day: date
    first_day: date
    today: date


@dataclass(eq=False)
class ReturnNotExplained(Refusal):
    """A returned transfer needs the bank's reason and the reference of the credit that brought it back."""

    kind: ClassVar[Kind] = Kind.INVALID
    missing: str
