"""Expected noes about applying to join, in the order in which they are decided."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class JoiningFieldMissing(Refusal):
    """Something that everybody who joins tells was left empty; `position` counts stores from 0."""

    kind: ClassVar[Kind] = Kind.INVALID
    field_name: str
    position: int | None = None


@dataclass(eq=False)
class JoiningFieldTooLong(Refusal):
    """Something that was told is longer than it can be; `position` counts stores from 0."""

    kind: ClassVar[Kind] = Kind.INVALID
    field_name: str
    length_max: int
    position: int | None = None


@dataclass(eq=False)
class JoiningFieldMalformed(Refusal):
    """Something that was told is written in another way than it must be; `position` counts stores from 0."""

    kind: ClassVar[Kind] = Kind.INVALID
    field_name: str
    example: str
    position: int | None = None


@dataclass(eq=False)
class TradeExcluded(Refusal):
    """Shops of this trade cannot join."""

    kind: ClassVar[Kind] = Kind.INVALID
    trade: str
    field_name: str = "trade"


@dataclass(eq=False)
class TooManyStores(Refusal):
    """One application has more stores than it can carry."""

    kind: ClassVar[Kind] = Kind.INVALID
    stores_max: int
    field_name: str = "stores"


@dataclass(eq=False)
class PledgeNotTaken(Refusal):
    """Whoever joins agrees to the pledge; this applicant did not."""

    kind: ClassVar[Kind] = Kind.INVALID
    field_name: str = "pledge"


@dataclass(eq=False)
class PledgeChanged(Refusal):
    """The applicant agreed to another text of the pledge than the one that holds now."""

    current_version: str
    field_name: str = "pledge"


@dataclass(eq=False)
class JoiningDraftGone(Refusal):
    """What was typed is not there any more: it was sent, or it waited too long."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class ShopApplicationUnknown(Refusal):
    """No shop's application has this number, or the passphrase is another's; neither is said."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class ShopApplicationStepNotAllowed(Refusal):
    """A shop's application takes no such step from where it stands."""

    receipt: str
    state: str
    step: str


@dataclass(eq=False)
class ShopApplicationChangedMeanwhile(Refusal):
    """The clerk looked at an earlier version than the one that was sent in last."""

    receipt: str
    seen_version: int
    version: int


@dataclass(eq=False)
class ShopApplicationReasonMissing(Refusal):
    """Whoever asks for a correction, or declines, says why."""

    kind: ClassVar[Kind] = Kind.INVALID
    field_name: str = "reason"


@dataclass(eq=False)
class ShopApplicationNeedsSecondPerson(Refusal):
    """Who examined an application does not approve it, and it is examined before it is approved."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    receipt: str
