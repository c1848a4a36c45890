"""Campaigns, rounds, applications and draws as this package knows them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.lottery.receipts import SignedReceipt, new_receipt_number
from ledger.model import Terms, UsableAt


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


LEGAL_STATE_MOVES: Mapping[tuple[CampaignState, CampaignState], frozenset[Desk]] = {
    (CampaignState.DRAFT, CampaignState.APPROVED): frozenset({Desk.COMMERCE, Desk.FINANCE}),
    (CampaignState.APPROVED, CampaignState.OPEN): frozenset({Desk.COMMERCE}),
    (CampaignState.OPEN, CampaignState.DRAWN): frozenset({Desk.COMMERCE, Desk.SYSTEM}),
    (CampaignState.DRAWN, CampaignState.SELLING): frozenset({Desk.COMMERCE, Desk.SYSTEM}),
    (CampaignState.SELLING, CampaignState.IN_USE): frozenset({Desk.COMMERCE, Desk.SYSTEM}),
    (CampaignState.IN_USE, CampaignState.CLOSED): frozenset({Desk.COMMERCE, Desk.SYSTEM}),
    (CampaignState.CLOSED, CampaignState.REPORTED): frozenset({Desk.COMMERCE, Desk.FINANCE}),
}
"""Every move a campaign can make, and the desks that may make it. The database holds the same moves."""

STATES_WITH_ROUNDS = frozenset({CampaignState.OPEN, CampaignState.DRAWN, CampaignState.SELLING, CampaignState.IN_USE})
STATES_THAT_SELL = frozenset({CampaignState.SELLING, CampaignState.IN_USE})


class PurchaseMethod(StrEnum):
    """How granted units are paid."""

    CARD = "card"
    KONBINI = "konbini"
    COUNTER = "counter"


@dataclass(frozen=True)
class CampaignTerms:
    """The rules of a campaign, frozen when it opens. Amounts in yen per unit; `budget_yen` pays the premium."""

    units_total: int
    budget_yen: int
    price_yen: int = 4_000
    face_yen: int = 5_000
    max_units_per_person: int = 5
    payment_methods: tuple[PurchaseMethod, ...] = tuple(PurchaseMethod)

    @property
    def premium_yen(self) -> int:
        """The premium part of one unit."""
        return self.face_yen - self.price_yen

    def record(self) -> dict[str, Any]:
        """The terms as the members of a JSON object."""
        return asdict(self)


def terms_from_record(members: Mapping[str, Any]) -> CampaignTerms:
    """Read stored terms."""
    methods = tuple(PurchaseMethod(method) for method in members["payment_methods"])
    return CampaignTerms(**{**members, "payment_methods": methods})


@dataclass(frozen=True)
class CampaignDraft:
    """What somebody proposes: `slug` names the campaign in addresses and files."""

    slug: str
    title: str
    terms: CampaignTerms


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


class RoundRule(StrEnum):
    """How a round decides who may buy; the first two are rules of the draw."""

    EQUAL_FIRST = "equal_first"
    ALL_OR_NOTHING = "all_or_nothing"
    FIRST_COME = "first_come"


class RoundState(StrEnum):
    """How far a round is: taking applications, list closed, manifest published, decided."""

    OPEN = "open"
    CLOSED = "closed"
    FROZEN = "frozen"
    DRAWN = "drawn"


@dataclass(frozen=True)
class RoundDraft:
    """One application window. Instants are half-open (`closes_at` and `pay_until` are too late); days of use are
    city days, both included. An offer from the waiting list can be paid for `offer_days` days.
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


class Channel(StrEnum):
    """How an application came in."""

    WEB = "web"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class ApplicationRequest:
    """One person asks for units in a round. `key` tells a late repetition from a change of mind."""

    round_id: UUID
    person_id: UUID
    wallet_id: UUID
    household_id: UUID | None
    units: int
    channel: Channel = Channel.WEB
    key: str | None = None


class Application(NamedTuple):
    """One stored version of an application. A withdrawal is a version without leaf and signature."""

    round_id: UUID
    person_id: UUID
    version: int
    receipt: str
    units: int
    wallet_id: UUID
    household_id: UUID | None
    channel: Channel
    received_at: datetime
    key: UUID | None
    is_withdrawn: bool
    leaf: bytes | None
    kid: str | None
    signature: bytes | None

    def signed_receipt(self, round_slug: str) -> SignedReceipt:
        """The receipt exactly as it was handed out; for versions that are not withdrawals."""
        return SignedReceipt(
            campaign=round_slug,
            receipt=self.receipt,
            version=self.version,
            units=self.units,
            received_at=self.received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            leaf=(self.leaf or b"").hex(),
            kid=self.kid or "",
            sig=(self.signature or b"").hex(),
        )


@dataclass(frozen=True, slots=True)
class ApplicationReceipt:
    """The answer to an application; `is_replay` tells that it was stored before this request."""

    round_id: UUID
    person_id: UUID
    receipt: SignedReceipt
    received_at: datetime
    is_replay: bool


@dataclass(frozen=True, slots=True)
class ReceiptSigner:
    """The city's key for receipts, which `kid` names, and where their numbers come from."""

    key: Ed25519PrivateKey
    kid: str
    new_number: Callable[[], str] = new_receipt_number


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
