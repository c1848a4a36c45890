"""Every expected no of issuing, grouped by what was asked, in the order in which it is decided."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class SlugNotWellFormed(Refusal):
    """The short name is not 1 to 64 of a-z, 0-9 and hyphen, or begins with a hyphen."""

    kind: ClassVar[Kind] = Kind.INVALID
    slug: str


@dataclass(eq=False)
class SlugAlreadyTaken(Refusal):
    """Another campaign or round has this short name."""

    slug: str


@dataclass(eq=False)
class FaceNotAbovePrice(Refusal):
    """A unit must cost something and be worth more than it costs."""

    kind: ClassVar[Kind] = Kind.INVALID
    price_yen: int
    face_yen: int


@dataclass(eq=False)
class CampaignNumberOutOfRange(Refusal):
    """A number of the campaign's or the round's rules is smaller or larger than it may be."""

    kind: ClassVar[Kind] = Kind.INVALID
    name: str
    given: int
    min: int
    max: int


@dataclass(eq=False)
class NoPaymentMethod(Refusal):
    """The campaign offers no way to pay."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class BudgetBelowPremium(Refusal):
    """The budget does not cover the premium of all units."""

    kind: ClassVar[Kind] = Kind.INVALID
    budget_yen: int
    premium_yen: int


@dataclass(eq=False)
class CampaignUnknown(Refusal):
    """No campaign has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    campaign_id: str


@dataclass(eq=False)
class CampaignMoveNotLegal(Refusal):
    """A campaign in this state cannot move to that one."""

    from_state: str
    to_state: str


@dataclass(eq=False)
class DeskMayNotMoveCampaign(Refusal):
    """This move of a campaign is for another desk."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    desk: str
    to_state: str


@dataclass(eq=False)
class SecondPersonNeeded(Refusal):
    """Two different people must stand behind this, and it was one."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class RoundsNotDecided(Refusal):
    """A round of the campaign was not drawn yet."""

    round_slugs: tuple[str, ...]


@dataclass(eq=False)
class CampaignStillInUse(Refusal):
    """Vouchers of the campaign can still be used."""

    last_day: str


@dataclass(eq=False)
class CampaignTakesNoRounds(Refusal):
    """Rounds are opened while the campaign is open, drawn, selling or in use."""

    state: str


@dataclass(eq=False)
class RoundDatesNotInOrder(Refusal):
    """One date of the round must come after another, and does not."""

    kind: ClassVar[Kind] = Kind.INVALID
    earlier: str
    later: str


@dataclass(eq=False)
class UseLongerThanSixMonths(Refusal):
    """The last day of use is later than six months from the first possible issue."""

    kind: ClassVar[Kind] = Kind.INVALID
    last_day: str
    last_day_allowed: str


@dataclass(eq=False)
class CommitmentNotWellFormed(Refusal):
    """A commitment is not 64 lower-case hex digits."""

    kind: ClassVar[Kind] = Kind.INVALID
    commitment: str


@dataclass(eq=False)
class UnitsExceedCampaign(Refusal):
    """The round offers more units than the campaign has left."""

    asked_units: int
    left_units: int


@dataclass(eq=False)
class RoundUnknown(Refusal):
    """No round has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    round_id: str


@dataclass(eq=False)
class RoundNotOpen(Refusal):
    """The round does not take applications now: not yet, or no longer."""

    opens_at: str
    closes_at: str
    asked_at: str


@dataclass(eq=False)
class ApplicationWithdrawn(Refusal):
    """The application was withdrawn, which is final."""

    receipt: str


@dataclass(eq=False)
class ApplicationIsFinal(Refusal):
    """The units of this application were granted at once, so it cannot be changed."""

    receipt: str


@dataclass(eq=False)
class UnitsOutOfRange(Refusal):
    """Fewer than one unit was asked for, or more than one person may have."""

    kind: ClassVar[Kind] = Kind.INVALID
    asked_units: int
    max_units: int


@dataclass(eq=False)
class UnitsSoldOut(Refusal):
    """First come, first served: fewer units are left than were asked for."""

    asked_units: int
    left_units: int


@dataclass(eq=False)
class ApplicationUnknown(Refusal):
    """This person has no application in this round."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class RoundStillOpen(Refusal):
    """The list can be closed only when the application window has ended."""

    closes_at: str


@dataclass(eq=False)
class RoundNotReady(Refusal):
    """The round is not at the step that this one follows."""

    state: str
    needed: str


@dataclass(eq=False)
class RoundHasNoDraw(Refusal):
    """The round is first come, first served: nothing is drawn."""

    round_slug: str


@dataclass(eq=False)
class DrawFactNotHex(Refusal):
    """A secret or a signature is not written as lower-case hex digits."""

    kind: ClassVar[Kind] = Kind.INVALID
    name: str


@dataclass(eq=False)
class RoundAlreadyDrawn(Refusal):
    """The round was drawn with another signature."""

    round_slug: str


@dataclass(eq=False)
class GrantUnknown(Refusal):
    """Nothing was granted that this wallet could buy here."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class CampaignNotSelling(Refusal):
    """The campaign does not sell in this state."""

    state: str


@dataclass(eq=False)
class PayWindowNotOpen(Refusal):
    """Granted units can be bought from one instant until another, and it is not now."""

    pay_from: str
    pay_until: str


@dataclass(eq=False)
class UnitsExceedGrant(Refusal):
    """More units were asked for than are left of the grant."""

    asked_units: int
    left_units: int


@dataclass(eq=False)
class PurchaseUnknown(Refusal):
    """No purchase has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    purchase_id: str


@dataclass(eq=False)
class PurchaseMoveNotLegal(Refusal):
    """A purchase in this state cannot move to that one."""

    from_state: str
    to_state: str
