"""Applications."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class RoundWithdrawn(Refusal):
    """The round was announced and withdrawn again: nobody applies, and nothing is drawn."""

    round_slug: str


@dataclass(eq=False)
class RulesNotPublished(Refusal):
    """The rule sheet of the round is not published, and nobody applies before that or before the opening."""

    opens_at: str


@dataclass(eq=False)
class RoundNotOpen(Refusal):
    """The round does not take applications now: not yet, or no longer."""

    opens_at: str
    closes_at: str
    asked_at: str


@dataclass(eq=False)
class ApplicationWithdrawn(Refusal):
    """The application was withdrawn, and nobody who saw that asked to take it up again."""

    receipt: str
    version: int
    withdrawn_at: str


@dataclass(eq=False)
class AlreadyApplied(Refusal):
    """This person's application came in another way, and nobody who saw it asked to change it."""

    receipt: str
    version: int
    channel: str
    received_at: str
    units: int


@dataclass(eq=False)
class ChangeReasonMissing(Refusal):
    """A clerk changes or withdraws an application only for a wish of the resident that is written down."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class PaperFormNotWellFormed(Refusal):
    """The number of a paper form is not 1 to 20 of A-Z, 0-9 and hyphen, or begins with a hyphen."""

    kind: ClassVar[Kind] = Kind.INVALID
    form_number: str


@dataclass(eq=False)
class PaperDayNotPossible(Refusal):
    """A paper form came in on a day on which the round took applications, and not after today."""

    kind: ClassVar[Kind] = Kind.INVALID
    received_on: str
    first_day: str
    last_day: str


@dataclass(eq=False)
class PaperFormAlreadyEntered(Refusal):
    """This paper form was entered for somebody else."""

    form_number: str


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
class ApplicantHasDied(Refusal):
    """The resident roll says that this person has died."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class NotResidentOnBaseDate(Refusal):
    """Only who lived in the city on the base date may apply; this person did not, or it is not known."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    base_date: str


@dataclass(eq=False)
class AgeOutsideCampaign(Refusal):
    """Only who was old enough on the base date may apply; this person was not, or it is not known."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    base_date: str
    age_min: int


@dataclass(eq=False)
class NotForThisQuota(Refusal):
    """The units of this round are kept for others, or it is not known whether this person is one of them."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    quota: str


@dataclass(eq=False)
class GrantedInEarlierRound(Refusal):
    """The round is for those to whom nothing was granted yet, and another round granted this person units."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class HouseholdNotKnown(Refusal):
    """The campaign has a cap per household, and nobody knows which household this person belongs to."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class UnitsExceedPersonCap(Refusal):
    """With what this person has or asks for in other rounds, it is more than one person may have of the campaign."""

    asked_units: int
    left_units: int
    max_units: int


@dataclass(eq=False)
class UnitsExceedHouseholdCap(Refusal):
    """With what the household has or asks for, it is more than one household may have of the campaign."""

    asked_units: int
    left_units: int
    max_units: int
