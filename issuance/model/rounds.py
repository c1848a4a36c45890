"""Rounds, their lists and their draws."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from ledger.model import Terms, UsableAt


class RoundRule(StrEnum):
    """How a round decides who may buy; the first two are rules of the draw."""

    EQUAL_FIRST = "equal_first"
    ALL_OR_NOTHING = "all_or_nothing"
    FIRST_COME = "first_come"


class RoundState(StrEnum):
    """How far a round is: its rules to come, taking applications, list closed, manifest published, decided.

    A round with a draw is announced, and opens when its rule sheet is published; until then it can be withdrawn. One
    that is first come, first served has no draw and begins open.
    """

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    FROZEN = "frozen"
    DRAWN = "drawn"
    WITHDRAWN = "withdrawn"


LEGAL_ROUND_MOVES = frozenset(
    {
        (RoundState.ANNOUNCED, RoundState.OPEN),
        (RoundState.ANNOUNCED, RoundState.WITHDRAWN),
        (RoundState.OPEN, RoundState.CLOSED),
        (RoundState.OPEN, RoundState.DRAWN),
        (RoundState.CLOSED, RoundState.FROZEN),
        (RoundState.FROZEN, RoundState.DRAWN),
    }
)
"""Every move a round can make; the database holds the same. First come, first served is decided when it is closed."""


@dataclass(frozen=True)
class RoundDraft:
    """One application window. Instants are half-open (`closes_at` and `pay_until` are too late); days of use are
    city days, both included. An offer from the waiting list can be paid for `offer_days` days. A round of a `quota`
    offers units that are kept for those whom the quota names, and nobody else applies in it. In a round that is
    `first_time_only` nobody applies whom another round of the campaign granted units, paid for or not.
    """

    slug: str
    units_offered: int
    max_units: int
    opens_at: datetime
    closes_at: datetime
    pay_from: datetime
    pay_until: datetime
    first_day: date
    last_day: date
    rule: RoundRule = RoundRule.EQUAL_FIRST
    usable_at: UsableAt = UsableAt.ALL_SHOPS
    grace_days: int = 0
    offer_days: int = 7
    commitments: tuple[str, ...] = ()
    quota: str | None = None
    first_time_only: bool = False

    @property
    def has_draw(self) -> bool:
        """Whether a draw decides who may buy."""
        return self.rule is not RoundRule.FIRST_COME

    def record(self) -> dict[str, Any]:
        """The round as the members of a JSON object; instants are written in UTC."""
        members = {field.name: getattr(self, field.name) for field in fields(RoundDraft)}
        return {name: _plain(value) for name, value in members.items()}


def round_from_record(members: Mapping[str, Any]) -> RoundDraft:
    """Read a stored proposal of a round."""
    instants = {name: datetime.fromisoformat(members[name]) for name in ROUND_INSTANTS}
    days = {name: date.fromisoformat(members[name]) for name in ROUND_DAYS}
    kinds = {
        "rule": RoundRule(members["rule"]),
        "usable_at": UsableAt(members["usable_at"]),
    }
    return RoundDraft(
        **{
            **members,
            **instants,
            **days,
            **kinds,
            "commitments": tuple(members["commitments"]),
        }
    )


ROUND_INSTANTS = ("opens_at", "closes_at", "pay_from", "pay_until")
ROUND_DAYS = ("first_day", "last_day")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, kw_only=True)
class Round(RoundDraft):
    """A round as it stands; `number` counts within its campaign, `slug` is its name in the draw."""

    id: UUID
    campaign_id: UUID
    number: int
    state: RoundState

    @property
    def lot_terms(self) -> Terms:
        """The terms of the lots that are bought in this round."""
        return Terms(self.usable_at, self.first_day, self.last_day, self.grace_days)

    def takes_applications(self, now: datetime) -> bool:
        """Whether an application that arrives now counts."""
        return self.state is RoundState.OPEN and self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class ClosedRound:
    """A list that was closed: its root (hex), its rows, and what was received or void, by reason."""

    round_id: UUID
    root: str
    rows: int
    received: int
    void: Mapping[str, int]
    closed_at: datetime


class GrantOrigin(StrEnum):
    """Where a grant came from; `remainder` was granted at once, first come first served."""

    DRAW = "draw"
    WAITING_LIST = "waiting_list"
    REMAINDER = "remainder"


@dataclass(frozen=True, slots=True)
class DrawSummary:
    """A finished draw in figures; the signature is hex."""

    round_id: UUID
    signature_hex: str
    winners: int
    granted_units: int
    waiting_units: int
    drawn_at: datetime


class Offer(NamedTuple):
    """Units passed to one place of the waiting list (positions from 1, as in waitlist.csv)."""

    position: int
    receipt: str
    units: int


@dataclass(frozen=True, slots=True)
class WaitingListRun:
    """One passing of unpaid units down the waiting list. Offered and left units sum to the forfeited ones."""

    round_id: UUID
    forfeited_units: int
    offers: tuple[Offer, ...]
    left_units: int
    pay_until: datetime
