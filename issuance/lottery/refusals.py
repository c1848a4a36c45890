"""Every expected no of the draw."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class ManifestNotCanonical(Refusal):
    """The file is not one JSON object in canonical form with one line feed after it."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    file: str
    reason: str


@dataclass(eq=False)
class ManifestMemberInvalid(Refusal):
    """A member of the manifest is missing or breaks its rule."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    file: str
    member: str


@dataclass(eq=False)
class DrawFileNotWellFormed(Refusal):
    """A line of a published table is not to the letter of the format; line 1 is the header."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    file: str
    line: int
    reason: str


@dataclass(eq=False)
class DrawRowNotWellFormed(Refusal):
    """A receipt, a number of units or a group could not be written into the application list."""

    kind: ClassVar[Kind] = Kind.INVALID
    receipt: str
    member: str


@dataclass(eq=False)
class ReceiptListedTwice(Refusal):
    """A receipt stands in the application list more than once."""

    receipt: str


@dataclass(eq=False)
class GroupListedTwice(Refusal):
    """A group has more than one row in the application list."""

    group: str


@dataclass(eq=False)
class RowExceedsMaxUnits(Refusal):
    """A row asks for more than the campaign allows; caps are applied before the list is frozen."""

    kind: ClassVar[Kind] = Kind.INVALID
    receipt: str
    units: int
    max_units: int


@dataclass(eq=False)
class RootDoesNotMatchList(Refusal):
    """The application list is not the one whose root was frozen."""

    frozen_root: str
    list_root: str


@dataclass(eq=False)
class CountsDoNotAddUp(Refusal):
    """Applications received are not the rows of the list and the void ones together."""

    received: int
    counted_rows: int
    listed_rows: int
    void: int


@dataclass(eq=False)
class ManifestAlreadyDrawn(Refusal):
    """The manifest carries a signature or a beacon already, so it is not the frozen one."""

    campaign: str


@dataclass(eq=False)
class RevealsDoNotPairWithCommitments(Refusal):
    """There is not one reveal, possibly empty, for each commitment."""

    kind: ClassVar[Kind] = Kind.INVALID
    reveals: int
    commitments: int


@dataclass(eq=False)
class RevealDoesNotOpenCommitment(Refusal):
    """A revealed secret is not the one its holder committed to; holders are counted from 1."""

    kind: ClassVar[Kind] = Kind.INVALID
    holder: int


@dataclass(eq=False)
class BeaconSignatureInvalid(Refusal):
    """The signature is not the drand quicknet signature of this round."""

    kind: ClassVar[Kind] = Kind.INVALID
    round_number: int


@dataclass(eq=False)
class FallbackStatementInvalid(Refusal):
    """The fallback's statement does not name its source and draw number: `<beacon_id>:<round>:<result>`."""

    kind: ClassVar[Kind] = Kind.INVALID
    beacon_id: str
    round_number: int


@dataclass(eq=False)
class DrawTimeBetweenRounds(Refusal):
    """No beacon round appears exactly at the time given; a whole minute always has one."""

    kind: ClassVar[Kind] = Kind.INVALID
    draw_at: str


@dataclass(eq=False)
class DrawTimeTooSoon(Refusal):
    """The round is named less than an hour before it appears."""

    kind: ClassVar[Kind] = Kind.INVALID
    draw_at: str
    earliest_at: str


@dataclass(eq=False)
class ReceiptNotWellFormed(Refusal):
    """A member of a signed receipt is missing, unknown or breaks its rule."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    member: str


@dataclass(eq=False)
class ReceiptSignatureInvalid(Refusal):
    """The city's key did not sign this receipt."""

    kind: ClassVar[Kind] = Kind.INVALID
    receipt: str


@dataclass(eq=False)
class ReceiptLeafDiffers(Refusal):
    """The running leaf on the receipt is not the leaf of its number and units."""

    kind: ClassVar[Kind] = Kind.INVALID
    receipt: str


@dataclass(eq=False)
class RuleSheetMissing(Refusal):
    """No rule sheet was published for the round before it opened, so it cannot be drawn."""

    round_slug: str


@dataclass(eq=False)
class ApplicantsNotChecked(Refusal):
    """Some applicants are not among those who were checked; check again and close then."""

    unchecked: int


@dataclass(eq=False)
class CampaignKeyDiffers(Refusal):
    """The key that hides households is missing, or is not the one that the rule sheet names."""

    round_slug: str


@dataclass(eq=False)
class DisputeWindowOpen(Refusal):
    """The list can still be disputed, so nothing is drawn from it."""

    ends_at: str


@dataclass(eq=False)
class ObjectionsUnanswered(Refusal):
    """Objections to the list wait for an answer, or were upheld and the list was not corrected since."""

    unanswered: int
    uncorrected: int


@dataclass(eq=False)
class BeaconNotOnRuleSheet(Refusal):
    """The rule sheet names another beacon and another fallback."""

    kind: ClassVar[Kind] = Kind.INVALID
    beacon_id: str


@dataclass(eq=False)
class BeaconRoundNotAsAnnounced(Refusal):
    """The draw was announced for a time that can still be kept, and the round appears at another."""

    kind: ClassVar[Kind] = Kind.INVALID
    draw_at: str
    announced_at: str


@dataclass(eq=False)
class BeaconFrozenAlready(Refusal):
    """This beacon was frozen for the draw, and its round stays as it was named."""

    beacon_id: str
    beacon_round: int


@dataclass(eq=False)
class FallbackTooSoon(Refusal):
    """Another beacon may take over only a day after the named round failed to appear."""

    earliest_at: str


@dataclass(eq=False)
class BeaconNotNamed(Refusal):
    """Nobody has named a round of the beacon that a second person could confirm."""

    round_slug: str


@dataclass(eq=False)
class BeaconNotDue(Refusal):
    """The named beacon does not exist yet."""

    due_at: str
