"""Every expected no of expiry. The order of the classes is the order in which they are decided."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class DeskMayNotExpire(Refusal):
    """Expiring value and giving it back is for the commerce and the finance desk."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    desk: str


@dataclass(eq=False)
class ExpiryDayNotOver(Refusal):
    """The day through which lots should expire still runs in the city, by the database's clock."""

    asked_day: str
    today: str


@dataclass(eq=False)
class ExpiryRunUnderWay(Refusal):
    """An approved run is not finished; only after it can a new one be planned."""

    run_id: str


@dataclass(eq=False)
class NothingToExpire(Refusal):
    """No lot holds value whose last day and grace days ended by this day."""

    through_day: str


@dataclass(eq=False)
class ExpiryRunUnknown(Refusal):
    """No run has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    run_id: str


@dataclass(eq=False)
class ExpiryRunNotReady(Refusal):
    """The run is at another step than this needs."""

    state: str
    needed: str


@dataclass(eq=False)
class ExpiryDigestDiffers(Refusal):
    """The list that the second person looked at is not the list of this run."""

    run_id: str


@dataclass(eq=False)
class ExpiryLotsChanged(Refusal):
    """What would expire is not what the dry run listed any more; a new dry run is needed."""

    planned_lots: int
    planned_yen: int
    found_lots: int
    found_yen: int


@dataclass(eq=False)
class ReversalReasonMissing(Refusal):
    """A reversal says why."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class NothingToReverse(Refusal):
    """Nothing of this kind expired in the run, or all of it came back before."""

    run_id: str


@dataclass(eq=False)
class ExpiryReversalTooLate(Refusal):
    """The days in which a run can be reversed are over."""

    expired_on: str
    last_day: str


@dataclass(eq=False)
class ReversalDayImpossible(Refusal):
    """What comes back must be usable for a day at least and for six months at most."""

    kind: ClassVar[Kind] = Kind.INVALID
    last_day: str
    earliest: str
    latest: str


@dataclass(eq=False)
class ExpiryReversalUnknown(Refusal):
    """No reversal has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    reversal_id: str


@dataclass(eq=False)
class ExpiryReversalNotReady(Refusal):
    """The reversal is at another step than this needs."""

    state: str
    needed: str


@dataclass(eq=False)
class LotsReversedElsewhere(Refusal):
    """Some lots of this reversal came back by another one, or are about to; it must be asked for anew."""

    lots: int
