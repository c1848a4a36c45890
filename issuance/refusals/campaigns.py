"""Campaigns, their terms and their rounds."""

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
class RoundNotAnnounced(Refusal):
    """A round is withdrawn before it opens, and this one has opened."""

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
class QuotaNotWellFormed(Refusal):
    """A quota has no name of its own, keeps no units, or asks for nothing that anybody could be."""

    kind: ClassVar[Kind] = Kind.INVALID
    quota: str


@dataclass(eq=False)
class QuotasExceedUnits(Refusal):
    """The quotas keep more units than the campaign has."""

    kind: ClassVar[Kind] = Kind.INVALID
    quota_units: int
    units_total: int


@dataclass(eq=False)
class QuotaUnknown(Refusal):
    """The campaign has no quota of this name."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    quota: str


@dataclass(eq=False)
class SmallShopPartNotPossible(Refusal):
    """The part for small shops is not less than the face, or what the buyer pays of it is not whole yen."""

    kind: ClassVar[Kind] = Kind.INVALID
    small_shop_face_yen: int
    face_yen: int


@dataclass(eq=False)
class BaseDateMissing(Refusal):
    """An age is asked for, and no base date says on which day."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class PayWindowTooShort(Refusal):
    """Winners have fewer days to pay than a slip of a convenience store needs."""

    kind: ClassVar[Kind] = Kind.INVALID
    days: int
    days_min: int


@dataclass(eq=False)
class RoundDiffersFromPlan(Refusal):
    """The approved rules plan a round of this name, and it was not this one."""

    round_slug: str
