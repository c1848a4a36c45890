"""Every expected no of the books. The order of the classes is the order in which they are decided."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class KeyReusedWithOtherContent(Refusal):
    """The key was used before to ask for something else."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class PeriodIsClosed(Refusal):
    """The event lies in a period that is closed; the correction belongs to the open one."""

    event_day: str
    closed_through: str


@dataclass(eq=False)
class PeriodNotOver(Refusal):
    """The period still runs, so it cannot be closed."""

    asked_day: str
    today: str


@dataclass(eq=False)
class LotAlreadyExists(Refusal):
    """A lot with this id was issued before."""

    lot_id: str


@dataclass(eq=False)
class TermsImpossible(Refusal):
    """The terms do not allow a single day of use, or more than the law's six months."""

    kind: ClassVar[Kind] = Kind.INVALID
    first_day: str
    last_day: str


@dataclass(eq=False)
class ValueNotEnough(Refusal):
    """The wallet does not hold enough value that this shop may take today."""

    asked_yen: int
    usable_yen: int
    total_yen: int


@dataclass(eq=False)
class JournalNotFound(Refusal):
    """No journal of the needed kind has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    journal_id: str


@dataclass(eq=False)
class PaymentAlreadyReversed(Refusal):
    """Something of the payment was given back before, so it cannot be voided as a whole."""

    paid_yen: int
    reversed_yen: int


@dataclass(eq=False)
class VoidOnlyOnSameDay(Refusal):
    """A void is possible on the city day of the payment only; later it is a refund."""

    paid_on: str
    asked_on: str


@dataclass(eq=False)
class RefundExceedsPayment(Refusal):
    """More was asked back than is left of the payment."""

    asked_yen: int
    left_yen: int


@dataclass(eq=False)
class ReversedBeforeItHappened(Refusal):
    """The reversal is dated before the event that it undoes."""

    kind: ClassVar[Kind] = Kind.INVALID
    happened_at: str
    reversed_at: str


@dataclass(eq=False)
class LotWasTouched(Refusal):
    """The lot was spent, held or expired at some time, so its sale cannot be taken back."""

    issued_yen: int
    left_yen: int


@dataclass(eq=False)
class HoldAlreadyExists(Refusal):
    """A hold with this id was placed before."""

    hold_id: str


@dataclass(eq=False)
class HoldNotFound(Refusal):
    """No hold has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    hold_id: str


@dataclass(eq=False)
class HoldAlreadyResolved(Refusal):
    """The hold was captured or released before."""

    hold_id: str


@dataclass(eq=False)
class HoldDeadlinePassed(Refusal):
    """The deadline of the hold has passed; it can only be released."""

    hold_id: str
    deadline_at: str


@dataclass(eq=False)
class HoldDeadlineImpossible(Refusal):
    """The deadline lies before the hold itself."""

    kind: ClassVar[Kind] = Kind.INVALID
    deadline_at: str


@dataclass(eq=False)
class LotNotFound(Refusal):
    """No lot has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    lot_id: str


@dataclass(eq=False)
class LotNotYetExpired(Refusal):
    """The last day of the lot has not ended."""

    lot_id: str
    last_day: str


@dataclass(eq=False)
class LotIsEmpty(Refusal):
    """Nothing is left in the lot."""

    lot_id: str


@dataclass(eq=False)
class LotPartsDiffer(Refusal):
    """The lot holds something else than whoever wants to expire it was told."""

    lot_id: str
    expected_paid_yen: int
    expected_premium_yen: int
    left_paid_yen: int
    left_premium_yen: int


@dataclass(eq=False)
class ExpiryAlreadyReversed(Refusal):
    """What the lot lost by expiry was given back before."""

    lot_id: str


@dataclass(eq=False)
class MoveNotAllowed(Refusal):
    """The books know no such move for this kind of event."""

    kind: ClassVar[Kind] = Kind.INVALID
    journal_kind: str
    debit_kind: str
    credit_kind: str


@dataclass(eq=False)
class PayoutNotInFlight(Refusal):
    """More would leave a payout than is in flight."""

    asked_yen: int
    in_flight_yen: int


@dataclass(eq=False)
class TransferAlreadyReturned(Refusal):
    """The transfer of the payout was returned before, or is not part of it."""

    line: int
