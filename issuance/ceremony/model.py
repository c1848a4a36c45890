"""What the ceremony of a draw speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from issuance.lottery.beacon import QUICKNET
from issuance.lottery.rule_sheet import Fallback, Grouping, PublishedRules, SecretHolder
from issuance.model import Desk
from issuance.model.draws import StepKind, VoidReason


@dataclass(frozen=True, kw_only=True)
class RuleSheetPlan:
    """What the desk decides about a draw beside its round; the rest of the sheet follows from the campaign.

    `beacon_how` says how the value comes about when it is not drand's. The holders stand in the order of the round's
    commitments.
    """

    draw_at: datetime
    holders: tuple[SecretHolder, ...]
    fallback: Fallback
    exclusions: tuple[str, ...] = ()
    dispute_days: int = 3
    grouping: Grouping = Grouping.NONE
    beacon_id: str = QUICKNET
    beacon_how: str = ""


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """What was published at the end of a city day: how many applications counted, and the root over them (hex)."""

    round_id: UUID
    day: date
    count: int
    root: str
    published_at: datetime


class ReceiptStanding(StrEnum):
    """Where a receipt that the city signed stands in the closed list."""

    LISTED = "listed"
    VOID = "void"
    CHANGED_LATER = "changed_later"
    UNITS_DIFFER = "units_differ"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """What became of a receipt; `stands_for_it` is the receipt of the household's row.

    `is_fault` tells that the list contradicts what the city signed.
    """

    receipt: str
    standing: ReceiptStanding
    listed_units: int | None
    void_reason: VoidReason | None
    stands_for_it: str | None

    @property
    def is_fault(self) -> bool:
        return self.standing in {ReceiptStanding.DROPPED, ReceiptStanding.UNITS_DIFFER}


class ObjectionOutcome(StrEnum):
    """What an answer says; an objection that is upheld demands that the list be corrected."""

    REJECTED = "rejected"
    EXPLAINED = "explained"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to a list, with its answer once there is one."""

    id: UUID
    round_id: UUID
    receipt: str | None
    standing: str | None
    text: str
    recorded_by: UUID
    recorded_at: datetime
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_by: UUID | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A step that two people took, as everybody may know it: for which desks, when, why, and what it set.

    What it set is there for two kinds: a new deadline for an extension (with the time of the draw if that moved too),
    and for a naming the round of a beacon and when its value exists. Desks of older steps were not written down.
    """

    kind: StepKind
    reason: str
    proposed_desk: Desk | None
    proposed_at: datetime
    confirmed_desk: Desk | None
    confirmed_at: datetime
    closes_at: datetime | None
    draw_at: datetime | None
    beacon_id: str | None
    beacon_round: int | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicObjection:
    """An objection as everybody may know it: that there is one, what a receipt showed, and what the city answered."""

    standing: ReceiptStanding | None
    recorded_at: datetime
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proceedings:
    """What is published of a draw beside its files, from the rule sheet on; everything in the order it happened.

    `sheet` is rule_sheet.json byte by byte, None for a round without. `disputable_until` is None before the closing.
    """

    rules: PublishedRules | None
    sheet: bytes | None
    days: tuple[PublishedDay, ...]
    steps: tuple[PublicStep, ...]
    objections: tuple[PublicObjection, ...]
    disputable_until: datetime | None


@dataclass(frozen=True, slots=True)
class SuppliedBeacon:
    """A beacon's value that was brought as a file; it counts once a second person brought the same."""

    signature_hex: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class RelayAnswer:
    """What one relay said: `verified`, `invalid`, `not_yet` or `silent`."""

    relay: str
    outcome: str


@dataclass(frozen=True, slots=True)
class GatheredBeacon:
    """The signature of a round (hex), verified, and what each relay said of it."""

    signature_hex: str
    answers: tuple[RelayAnswer, ...]


@dataclass(frozen=True, slots=True)
class ApplicationExplained:
    """One application in a draw; what did not happen yet, or does not apply, is None.

    `rank` counts from 1 among `rows`; `waiting_position` is the first place on the waiting list.
    """

    round_id: UUID
    receipt: str
    versions: int
    units_asked: int
    void_reason: VoidReason | None
    stands_for_it: str | None
    stands_for: tuple[str, ...]
    listed_units: int | None
    ticket: str | None
    rank: int | None
    rows: int | None
    granted_units: int | None
    waiting_position: int | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Whether everything that follows from a draw agrees with it: sizes of the sets, and each difference by name.

    `differences` are receipts or purchase ids under the name of what is wrong with them; without any, all agrees.
    """

    round_id: UUID
    winners: int
    grants: int
    notices: int
    paid_purchases: int
    issued_purchases: int
    differences: Mapping[str, tuple[str, ...]]

    @property
    def agrees(self) -> bool:
        return not self.differences


class CategoryCounts(NamedTuple):
    """Rows of one category of one dimension, such as a district: how many, their units, how many took part in the luck
    of the draw, and how many were lucky.
    """

    dimension: str
    category: str
    applicants: int
    units_asked: int
    units_granted: int
    in_draw: int
    lucky: int
