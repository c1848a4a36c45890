"""The documents of the ceremony of a draw. Times are ISO 8601 with an offset; digests, secrets and keys are hex."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from issuance.ceremony.model import ObjectionOutcome, ReceiptStanding
from issuance.lottery.beacon import QUICKNET
from issuance.lottery.rule_sheet import Grouping
from issuance.model.draws import StepKind, VoidReason
from staff_console.schemas import Document

Hex32 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
BeaconId = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=[QUICKNET])]
Words = Annotated[str, Field(max_length=2_000)]
Reason = Annotated[str, Field(max_length=500, examples=["台風で窓口を閉じたため"])]
Receipt = Annotated[dict[str, str | int], Field(max_length=20, description="The members of the receipt's JSON")]


class HolderDocument(Document):
    """Who keeps a secret, and the commitment to it."""

    office: str = Field(min_length=1, max_length=100, examples=["監査委員"])
    commitment: Hex32


class FallbackDocument(Document):
    """The beacon that takes over when the first one stands still."""

    beacon_id: BeaconId = Field(examples=["numbers4"])
    how: Words = Field(examples=["ナンバーズ4の第6789回の当せん番号"])


class RuleSheetBody(Document):
    """What the desk decides about a draw; holders stand in the order of the round's commitments."""

    draw_at: AwareDatetime = Field(examples=["2027-06-05T14:00:00+09:00"])
    holders: list[HolderDocument] = Field(max_length=20)
    fallback: FallbackDocument
    exclusions: list[Annotated[str, Field(max_length=500)]] = Field(default=[], max_length=50)
    dispute_days: int = Field(default=3, strict=True)
    grouping: Grouping = Grouping.NONE
    beacon_id: BeaconId = QUICKNET
    beacon_how: Words = ""


class ProposedSheetAnswer(Document):
    """What names the proposed sheet to whoever confirms it."""

    sha256: Hex32


class SheetConfirmationBody(Document):
    """The sheet that the second person looked at."""

    sha256: Hex32


class ExtensionBody(Document):
    """A later deadline, and when the draw is then; without a time it stays as announced."""

    closes_at: AwareDatetime
    draw_at: AwareDatetime | None = None
    reason: Reason


class DeadlineAnswer(Document):
    """The deadline that counts now."""

    closes_at: datetime


class ClosedListAnswer(Document):
    """A closed list: received = rows + void."""

    root: str
    rows: int
    received: int
    void: dict[str, int]
    closed_at: datetime


class ReceiptBody(Document):
    """A receipt that somebody presents."""

    receipt: Receipt


class CheckedReceiptAnswer(Document):
    """What became of a receipt; `is_fault` tells that the list contradicts what the city signed."""

    receipt: str
    standing: ReceiptStanding
    listed_units: int | None
    void_reason: VoidReason | None
    stands_for_it: str | None
    is_fault: bool


class ObjectionBody(Document):
    """What somebody objects to, with the receipt they present."""

    text: Words
    receipt: Receipt | None = None


class ObjectionRecordedAnswer(Document):
    """The objection that was recorded."""

    objection_id: UUID


class ObjectionAnswerBody(Document):
    """An answer for good. Everybody reads it on the draw's page, so it names nobody and holds no receipt."""

    outcome: ObjectionOutcome
    text: Words


class ReasonBody(Document):
    """Why; everybody reads it on the draw's page, so it names nobody."""

    reason: Reason


class CorrectionBody(Document):
    """Exactly the receipts that the corrected list leaves out beside the withdrawn ones.

    Everybody reads the reason on the draw's page, and never the receipts.
    """

    excluded: dict[str, VoidReason] = Field(max_length=100_000)
    reason: Reason


class BeaconBody(Document):
    """A future round of a beacon; `draw_at` is when the value of any but drand's exists."""

    beacon_id: BeaconId
    beacon_round: int = Field(strict=True, examples=[36471212])
    draw_at: AwareDatetime | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class NamedBeaconAnswer(Document):
    """What was named, and when its value can exist."""

    beacon_id: str
    beacon_round: int
    due_at: datetime


class FreezeBody(Document):
    """The holders' secrets in their order, empty for one that is missing."""

    reveals: list[Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]] = Field(max_length=20)


class FrozenAnswer(Document):
    """What everybody compares with the paper notice."""

    sha256: str


class BeaconFileBody(Document):
    """The value of the beacon as it was found: drand's JSON, or the statement of the fallback."""

    content: str = Field(max_length=4_096)


class BeaconFileAnswer(Document):
    """Whether two people brought the same value; then the draw is made."""

    signature: str
    is_drawn: bool


class StepAnswer(Document):
    """A step of two people; without a second one it has no effect."""

    kind: StepKind
    facts: dict[str, Any]
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None


class DayAnswer(Document):
    """What was published at the end of a day."""

    day: date
    count: int
    root: str


class ObjectionAnswer(Document):
    """An objection with its answer."""

    objection_id: UUID
    receipt: str | None
    standing: str | None
    text: str
    recorded_by: str
    recorded_at: datetime
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class CeremonyAnswer(Document):
    """How far the ceremony of a round is."""

    round_id: UUID
    state: str
    closes_at: datetime
    has_rule_sheet: bool
    disputable_until: datetime | None
    steps: list[StepAnswer]
    days: list[DayAnswer]
    objections: list[ObjectionAnswer]


class ReconciliationAnswer(Document):
    """Whether all that followed from a draw agrees with it; what differs is named by receipt or purchase."""

    agrees: bool
    winners: int
    grants: int
    notices: int
    paid_purchases: int
    issued_purchases: int
    differences: dict[str, list[str]]


class ExplanationAnswer(Document):
    """Why an application got what it got; ranks and positions count from 1."""

    receipt: str
    versions: int
    units_asked: int
    void_reason: VoidReason | None
    stands_for_it: str | None
    stands_for: list[str]
    listed_units: int | None
    ticket: str | None
    rank: int | None
    rows: int | None
    granted_units: int | None
    waiting_position: int | None
