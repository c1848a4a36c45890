"""Every expected no of the ceremony, in the order in which it is decided."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class RoundOpenedAlready(Refusal):
    """The rules of a draw are published before applications open, and not after."""

    opens_at: str


@dataclass(eq=False)
class HoldersDoNotMatchRound(Refusal):
    """The commitments of the holders are not those of the round, in its order, or an office has no name."""

    kind: ClassVar[Kind] = Kind.INVALID
    holders: int
    commitments: int


@dataclass(eq=False)
class HouseholdCapMissing(Refusal):
    """Households are grouped, and the campaign has no cap for one."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class DrawDatesNotInOrder(Refusal):
    """The draw must come an hour after the list can no longer be disputed, and before winners pay."""

    kind: ClassVar[Kind] = Kind.INVALID
    draw_at: str
    earliest_at: str
    pay_from: str


@dataclass(eq=False)
class NothingToConfirm(Refusal):
    """Nobody proposed this step, it was confirmed before, or a newer proposal took its place."""

    step: str


@dataclass(eq=False)
class ProposalDiffers(Refusal):
    """What the second person looked at is not what was proposed."""

    step: str


@dataclass(eq=False)
class CeremonyReasonMissing(Refusal):
    """This step says why."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class ExtensionTooLate(Refusal):
    """The deadline has passed by the database's clock, or the list is closed: it cannot be moved any more."""

    closes_at: str


@dataclass(eq=False)
class ExtensionNotLater(Refusal):
    """An extension moves the deadline to a later one, before winners pay."""

    kind: ClassVar[Kind] = Kind.INVALID
    closes_at: str
    asked_at: str


@dataclass(eq=False)
class ReceiptKeyUnknown(Refusal):
    """The receipt names a key that is not one of the city's."""

    kind: ClassVar[Kind] = Kind.INVALID
    kid: str


@dataclass(eq=False)
class ReceiptOfOtherRound(Refusal):
    """The receipt belongs to another round."""

    kind: ClassVar[Kind] = Kind.INVALID
    campaign: str


@dataclass(eq=False)
class DisputeWindowOver(Refusal):
    """The list can no longer be disputed."""

    ended_at: str


@dataclass(eq=False)
class ObjectionUnknown(Refusal):
    """No objection has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    objection_id: str


@dataclass(eq=False)
class ObjectionAnsweredBefore(Refusal):
    """The objection has another answer, and answers stay."""

    objection_id: str


@dataclass(eq=False)
class ExclusionNotPossible(Refusal):
    """A receipt is not in this round, was withdrawn, or the reason is not one that somebody can give."""

    kind: ClassVar[Kind] = Kind.INVALID
    receipt: str


@dataclass(eq=False)
class BeaconFileUnreadable(Refusal):
    """The file is neither a relay's JSON for the named round nor the statement of the named beacon."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class BeaconOfOtherRound(Refusal):
    """The value belongs to another round than the named one."""

    kind: ClassVar[Kind] = Kind.INVALID
    named_round: int
    given_round: int


@dataclass(eq=False)
class BeaconFilesDiffer(Refusal):
    """The file of the second person is not the file of the first."""


@dataclass(eq=False)
class BeaconNotYetThere(Refusal):
    """No relay has the named round yet."""

    round_number: int


@dataclass(eq=False)
class DrawNotMade(Refusal):
    """The round was not drawn yet."""

    state: str


@dataclass(eq=False)
class ReceiptUnknown(Refusal):
    """No application in this round has this receipt number."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    receipt: str
