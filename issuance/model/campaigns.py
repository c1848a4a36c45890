"""Campaigns: their life, their rules, and what somebody proposes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from issuance.model.rounds import RoundDraft


class CampaignState(StrEnum):
    """Where a campaign stands in its life."""

    DRAFT = "draft"
    APPROVED = "approved"
    OPEN = "open"
    DRAWN = "drawn"
    SELLING = "selling"
    IN_USE = "in_use"
    CLOSED = "closed"
    REPORTED = "reported"


class Desk(StrEnum):
    """For whom somebody at city hall acts; `system` is the worker that keeps the calendar."""

    COMMERCE = "commerce"
    FINANCE = "finance"
    HELP = "help"
    AUDIT = "audit"
    SYSTEM = "system"


class Clerk(NamedTuple):
    """Who at city hall does something, and for which desk."""

    id: UUID
    desk: Desk


class CampaignEvent(StrEnum):
    """What is written into a campaign's history; the last seven are what the moves of its state emit."""

    DRAFTED = "drafted"
    EDITED = "edited"
    APPROVAL_REFUSED = "approval_refused"
    ROUND_ANNOUNCED = "round_announced"
    ROUND_OPENED = "round_opened"
    ROUND_WITHDRAWN = "round_withdrawn"
    APPROVED = "approved"
    OPENED = "opened"
    DRAWN = "drawn"
    SELLING_BEGAN = "selling_began"
    USE_BEGAN = "use_began"
    CLOSED = "closed"
    REPORTED = "reported"


class StateMove(NamedTuple):
    """The desks that may make a move of a campaign's state, and the event that it emits."""

    desks: frozenset[Desk]
    emits: CampaignEvent


def _move(emits: CampaignEvent, *desks: Desk) -> StateMove:
    return StateMove(frozenset(desks), emits)


LEGAL_STATE_MOVES: Mapping[tuple[CampaignState, CampaignState], StateMove] = {
    (CampaignState.DRAFT, CampaignState.APPROVED): _move(CampaignEvent.APPROVED, Desk.COMMERCE, Desk.FINANCE),
    (CampaignState.APPROVED, CampaignState.OPEN): _move(CampaignEvent.OPENED, Desk.COMMERCE),
    (CampaignState.OPEN, CampaignState.DRAWN): _move(CampaignEvent.DRAWN, Desk.COMMERCE, Desk.SYSTEM),
    (CampaignState.DRAWN, CampaignState.SELLING): _move(CampaignEvent.SELLING_BEGAN, Desk.COMMERCE, Desk.SYSTEM),
    (CampaignState.SELLING, CampaignState.IN_USE): _move(CampaignEvent.USE_BEGAN, Desk.COMMERCE, Desk.SYSTEM),
    (CampaignState.IN_USE, CampaignState.CLOSED): _move(CampaignEvent.CLOSED, Desk.COMMERCE, Desk.SYSTEM),
    (CampaignState.CLOSED, CampaignState.REPORTED): _move(CampaignEvent.REPORTED, Desk.COMMERCE, Desk.FINANCE),
}
"""Every move a campaign can make, who may make it and what it emits. The database holds the same moves, and nothing
else changes a state.
"""

STATES_WITH_ROUNDS = frozenset(
    {
        CampaignState.OPEN,
        CampaignState.DRAWN,
        CampaignState.SELLING,
        CampaignState.IN_USE,
    }
)
STATES_THAT_SELL = frozenset({CampaignState.SELLING, CampaignState.IN_USE})


class PurchaseMethod(StrEnum):
    """How granted units are paid."""

    CARD = "card"
    KONBINI = "konbini"
    COUNTER = "counter"


class Issuer(StrEnum):
    """In whose name the vouchers are issued."""

    CITY = "city"
    CHAMBER = "chamber"
    COMMITTEE = "committee"


@dataclass(frozen=True)
class Quota:
    """Units kept for those who are old enough, young enough, or without a smartphone; each quota is drawn alone.

    Ages are those of the campaign's base date, both included.
    """

    name: str
    units: int
    age_min: int | None = None
    age_max: int | None = None
    without_smartphone: bool = False


@dataclass(frozen=True)
class CampaignTerms:
    """The rules of a campaign, frozen when it opens. Amounts in yen per unit; `budget_yen` pays the premium.

    Of each unit's face `small_shop_face_yen` is spent at small shops only. Who lived here on `base_date` may apply, and
    is `age_min` then; None asks for neither. Caps hold over all rounds and in every channel, and None is no cap:
    per household, per payment card, and per wallet in the 24 hours after its first purchase by card. A purchase that
    was not touched may be taken back for `cancel_days` days. Holders are reminded so many days before the last day.
    """

    units_total: int
    budget_yen: int
    price_yen: int = 4_000
    face_yen: int = 5_000
    max_units_per_person: int = 5
    payment_methods: tuple[PurchaseMethod, ...] = tuple(PurchaseMethod)
    small_shop_face_yen: int = 0
    base_date: date | None = None
    age_min: int | None = None
    max_units_per_household: int | None = None
    max_units_per_card: int | None = None
    max_units_first_day: int | None = None
    quotas: tuple[Quota, ...] = ()
    cancel_days: int = 0
    reminder_days: tuple[int, ...] = (30, 14, 7, 1)
    issuer: Issuer = Issuer.CITY

    @property
    def premium_yen(self) -> int:
        """The premium part of one unit."""
        return self.face_yen - self.price_yen

    def quota(self, name: str | None) -> Quota | None:
        """The quota of this name; None for no name and for one that the campaign does not have."""
        return next((quota for quota in self.quotas if quota.name == name), None)

    def record(self) -> dict[str, Any]:
        """The terms as the members of a JSON object."""
        return {
            **asdict(self),
            "base_date": self.base_date and self.base_date.isoformat(),
        }


def terms_from_record(members: Mapping[str, Any]) -> CampaignTerms:
    """Read stored terms."""
    base_date = members.get("base_date")
    return CampaignTerms(
        **{
            **members,
            "payment_methods": tuple(PurchaseMethod(method) for method in members["payment_methods"]),
            "base_date": date.fromisoformat(base_date) if base_date else None,
            "quotas": tuple(Quota(**quota) for quota in members.get("quotas", ())),
            "reminder_days": tuple(members.get("reminder_days", CampaignTerms.reminder_days)),
            "issuer": Issuer(members.get("issuer", CampaignTerms.issuer)),
        }
    )


@dataclass(frozen=True)
class CampaignDraft:
    """What somebody proposes: `slug` names the campaign in addresses and files; the rounds are those that are planned.

    Rounds of what is left over are not planned: nobody knows their units yet.
    """

    slug: str
    title: str
    terms: CampaignTerms
    rounds: tuple[RoundDraft, ...] = ()

    def record(self) -> dict[str, Any]:
        """The whole proposal as the members of a JSON object."""
        rounds = [item.record() for item in self.rounds]
        return {
            "slug": self.slug,
            "title": self.title,
            "terms": self.terms.record(),
            "rounds": rounds,
        }

    @property
    def sha256(self) -> str:
        """What names these rules to whoever approves them: SHA-256, in hex, of their canonical JSON (members sorted by
        name, no white space, UTF-8).
        """
        canonical = json.dumps(self.record(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class RuleVersion:
    """The rules of a campaign as somebody wrote them, numbered from 1; `copied_from` is the campaign before it."""

    campaign_id: UUID
    version: int
    draft: CampaignDraft
    sha256: str
    by: Clerk
    at: datetime
    reason: str
    copied_from: UUID | None


@dataclass(frozen=True)
class Campaign:
    """A campaign as it stands."""

    id: UUID
    slug: str
    title: str
    state: CampaignState
    terms: CampaignTerms
    rules_version: int
    created_by: UUID
    approved_by: UUID | None
