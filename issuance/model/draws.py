"""The steps of a draw, and why an application is not in its list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from issuance.lottery.rule_sheet import PublishedRules


class StepKind(StrEnum):
    """What two people do together: one proposes, another confirms."""

    RULE_SHEET = "rule_sheet"
    EXTENSION = "extension"
    CORRECTION = "correction"
    SETTLEMENT = "settlement"
    BEACON = "beacon"
    BEACON_VALUE = "beacon_value"


@dataclass(frozen=True, slots=True)
class DrawStep:
    """A step; its facts are JSON values, and nobody in `confirmed_by` means that the second person is missing."""

    id: UUID
    round_id: UUID
    kind: StepKind
    facts: Mapping[str, Any]
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None


class VoidReason(StrEnum):
    """Why an application that was received does not count."""

    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    DIED = "died"
    MOVED = "moved"
    NOT_ELIGIBLE = "not_eligible"
    DUPLICATE = "duplicate"


GIVEN_REASONS = frozenset(VoidReason) - {VoidReason.WITHDRAWN, VoidReason.MERGED}
"""What somebody has to say; the other reasons follow from the applications themselves."""


class Candidate(NamedTuple):
    """The newest version of an application, with the moment of its first one."""

    person_id: UUID
    receipt: str
    units: int
    household_id: UUID | None
    is_withdrawn: bool
    first_received_at: datetime


class VoidApplication(NamedTuple):
    """An application that does not count; for a merged one, the receipt that stands for it."""

    receipt: str
    reason: VoidReason
    stands_for_it: str | None = None


@dataclass(frozen=True, slots=True)
class ListStatus:
    """How far a closed list is from being drawn: when it can no longer be disputed, and what is open about it.

    `corrected_at` is when the newest list took the place of another, `settled_at` when two people ended the dispute
    before its time; `unanswered` objections wait, and `uncorrected` ones were upheld after the newest list was made.
    """

    rules: PublishedRules | None
    draw_at: datetime | None
    closed_at: datetime
    corrected_at: datetime | None
    settled_at: datetime | None
    unanswered: int
    uncorrected: int
