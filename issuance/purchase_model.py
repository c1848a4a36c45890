"""Grants and purchases as this package knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from issuance.model import STATES_THAT_SELL, CampaignState, CampaignTerms, GrantOrigin, PurchaseMethod
from issuance.provider_model import KonbiniSlip, ProviderPayment, SlipNumbers
from kernel.ids import derived_id
from kernel.refusals import Refusal
from ledger.model import Terms

PROVIDER = "stripe"


class PurchaseState(StrEnum):
    """Where a purchase stands. Only `paid` has a lot; `refund_needed` is money that bought nothing."""

    REQUESTED = "requested"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUND_NEEDED = "refund_needed"
    REFUNDED = "refunded"


LIVE_STATES = frozenset({PurchaseState.REQUESTED, PurchaseState.AWAITING_PAYMENT, PurchaseState.PAID})
"""A purchase in one of these states holds its units; in any other they are free again."""

UNPAID_STATES = frozenset({PurchaseState.REQUESTED, PurchaseState.AWAITING_PAYMENT})

_ENDED = {PurchaseState.FAILED, PurchaseState.EXPIRED, PurchaseState.CANCELLED}
_MONEY_ARRIVED = {PurchaseState.PAID, PurchaseState.REFUND_NEEDED}

LEGAL_PURCHASE_MOVES: Mapping[PurchaseState, frozenset[PurchaseState]] = {
    PurchaseState.REQUESTED: frozenset({PurchaseState.AWAITING_PAYMENT, *_ENDED, *_MONEY_ARRIVED}),
    PurchaseState.AWAITING_PAYMENT: frozenset({*_ENDED, *_MONEY_ARRIVED}),
    PurchaseState.FAILED: frozenset(_MONEY_ARRIVED),
    PurchaseState.EXPIRED: frozenset(_MONEY_ARRIVED),
    PurchaseState.CANCELLED: frozenset(_MONEY_ARRIVED),
    PurchaseState.PAID: frozenset({PurchaseState.REFUND_NEEDED, PurchaseState.REFUNDED}),
    PurchaseState.REFUND_NEEDED: frozenset({PurchaseState.REFUNDED}),
    PurchaseState.REFUNDED: frozenset(),
}
"""Every move a purchase can make; money may still arrive after it ended. The database holds the same moves."""


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """A resident wants to buy granted units: of one grant, or of any grant of a person in a round."""

    key: str
    wallet_id: UUID
    units: int
    method: PurchaseMethod
    grant_id: UUID | None = None
    round_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CounterSale:
    """A clerk took cash for granted units at a counter; the lot goes to the grant's wallet."""

    key: str
    units: int
    clerk_id: UUID
    counter: str
    grant_id: UUID | None = None
    round_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase as it stands; amounts in yen. `expires_at` is when an unpaid one may be given up."""

    id: UUID
    grant_id: UUID
    round_id: UUID
    campaign_id: UUID
    wallet_id: UUID
    units: int
    method: PurchaseMethod
    amount_yen: int
    premium_yen: int
    state: PurchaseState
    expires_at: datetime
    created_at: datetime
    key: UUID
    fingerprint: UUID
    provider_id: str | None = None
    slip: KonbiniSlip | None = None
    journal_id: UUID | None = None
    received_yen: int | None = None
    counter: str | None = None
    clerk_id: UUID | None = None
    is_replay: bool = False

    @property
    def lot_id(self) -> UUID:
        """The id of the lot that this purchase becomes, known before it exists."""
        return derived_id("lot", str(self.id))


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody may buy, with the rules it is sold under."""

    id: UUID
    round_id: UUID
    campaign_id: UUID
    person_id: UUID
    wallet_id: UUID
    receipt: str
    units: int
    origin: GrantOrigin
    pay_from: datetime
    pay_until: datetime
    granted_at: datetime
    forfeited_units: int
    campaign_state: CampaignState
    terms: CampaignTerms
    lot_terms: Terms

    def is_payable(self, now: datetime) -> bool:
        """Whether its campaign sells and its window is open."""
        return self.campaign_state in STATES_THAT_SELL and self.pay_from <= now < self.pay_until


class NewGrant(NamedTuple):
    """Units to be granted to the holder of a receipt."""

    receipt: str
    units: int
    origin: GrantOrigin
    pay_until: datetime


@dataclass(slots=True)
class GrantAccount:
    """A locked grant with all its purchases, kept up to date while a batch is decided."""

    grant: Grant
    purchases: dict[UUID, Purchase] = field(default_factory=dict)

    @property
    def units_left(self) -> int:
        """Units that can still be bought: neither forfeited nor held by a live purchase."""
        held = sum(purchase.units for purchase in self.purchases.values() if purchase.state in LIVE_STATES)
        return self.grant.units - self.grant.forfeited_units - held


@dataclass(frozen=True, slots=True)
class ProviderResult:
    """What the provider answered to the request for a purchase: a payment, or its refusal."""

    purchase_id: UUID
    answer: ProviderPayment | Refusal


@dataclass(frozen=True, slots=True)
class PurchaseMove:
    """A purchase after a move, with the state it came from and why."""

    purchase: Purchase
    from_state: PurchaseState | None
    reason: str


def slip_record(slip: KonbiniSlip) -> dict[str, Any]:
    """A slip as the members of a JSON object."""
    return {
        "expires_at": slip.expires_at.isoformat(),
        "hosted_voucher_url": slip.hosted_voucher_url,
        "stores": {
            store: {"payment_code": numbers.payment_code, "confirmation_number": numbers.confirmation_number}
            for store, numbers in slip.stores.items()
        },
    }


def slip_from_record(members: Mapping[str, Any]) -> KonbiniSlip:
    """Read a stored slip."""
    return KonbiniSlip(
        expires_at=datetime.fromisoformat(members["expires_at"]),
        hosted_voucher_url=members["hosted_voucher_url"],
        stores={store: SlipNumbers(**numbers) for store, numbers in members["stores"].items()},
    )
