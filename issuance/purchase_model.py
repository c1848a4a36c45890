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
    """Where a purchase stands. Only `paid` has value that can be spent; `refund_needed` is money that bought nothing.

    `disputed`: the payer asks their card's bank for the money back, so what was unspent is taken back or held.
    `charged_back`: the bank gave it to them, and nothing of the value had been spent.
    """

    REQUESTED = "requested"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUND_NEEDED = "refund_needed"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"


LIVE_STATES = frozenset(
    {PurchaseState.REQUESTED, PurchaseState.AWAITING_PAYMENT, PurchaseState.PAID, PurchaseState.DISPUTED}
)
"""A purchase in one of these states holds its units; in any other they are free again."""

UNPAID_STATES = frozenset({PurchaseState.REQUESTED, PurchaseState.AWAITING_PAYMENT})

ENDED_UNPAID_STATES = frozenset({PurchaseState.FAILED, PurchaseState.EXPIRED, PurchaseState.CANCELLED})
"""What was given up; its money may arrive all the same."""

_MONEY_ARRIVED = {PurchaseState.PAID, PurchaseState.REFUND_NEEDED}

LEGAL_PURCHASE_MOVES: Mapping[PurchaseState, frozenset[PurchaseState]] = {
    PurchaseState.REQUESTED: frozenset({PurchaseState.AWAITING_PAYMENT, *ENDED_UNPAID_STATES, *_MONEY_ARRIVED}),
    PurchaseState.AWAITING_PAYMENT: frozenset({*ENDED_UNPAID_STATES, *_MONEY_ARRIVED}),
    PurchaseState.FAILED: frozenset(_MONEY_ARRIVED),
    PurchaseState.EXPIRED: frozenset(_MONEY_ARRIVED),
    PurchaseState.CANCELLED: frozenset(_MONEY_ARRIVED),
    PurchaseState.PAID: frozenset({PurchaseState.REFUND_NEEDED, PurchaseState.REFUNDED, PurchaseState.DISPUTED}),
    PurchaseState.REFUND_NEEDED: frozenset({PurchaseState.REFUNDED}),
    PurchaseState.REFUNDED: frozenset(),
    PurchaseState.DISPUTED: frozenset({PurchaseState.PAID, PurchaseState.CHARGED_BACK, PurchaseState.REFUND_NEEDED}),
    PurchaseState.CHARGED_BACK: frozenset(),
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
    """A purchase as it stands; amounts in yen. `expires_at` is when an unpaid one may be given up.

    `provider_status` is what the provider was last seen to say. A purchase that `checks_card` is charged only after
    its card was found to be within the caps; `card` stands for that card and is no number of it. `small_journal_id`
    is the sale of the part that only small shops take.
    """

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
    small_journal_id: UUID | None = None
    paid_at: datetime | None = None
    provider_status: str | None = None
    checks_card: bool = False
    card: UUID | None = None

    @property
    def lot_id(self) -> UUID:
        """The id of the first lot that this purchase becomes, known before it exists."""
        return derived_id("lot", str(self.id))

    @property
    def journal_ids(self) -> tuple[UUID, ...]:
        """The sales that this purchase is in the books."""
        return tuple(key for key in (self.journal_id, self.small_journal_id) if key is not None)


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


class RefundMethod(StrEnum):
    """How money is given back: by the provider, or by people when it cannot."""

    PROVIDER = "provider"
    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"


REFUND_REFUSED = "refused"
"""The status of a refund that the provider would not even begin."""

REFUNDS_UNDER_WAY = frozenset({"requires_action", "pending"})
REFUNDS_THAT_FAILED = frozenset({"failed", "canceled", REFUND_REFUSED})


class RefundEvent(NamedTuple):
    """How giving the money of a purchase back went on; by hand it needs what proves it, and two people."""

    purchase_id: UUID
    way: RefundMethod
    status: str
    amount_yen: int
    refund_id: str | None = None
    reason: str | None = None
    evidence: str | None = None
    by: UUID | None = None
    second_person: UUID | None = None


class DeskRefund(NamedTuple):
    """Two people gave money back without the provider; `evidence` is the number of the transfer or the receipt."""

    way: RefundMethod
    evidence: str
    by: UUID
    second_person: UUID


@dataclass(frozen=True, slots=True)
class CounterReceipt:
    """What is printed for a purchase in cash; every print after the first is marked as a copy. Amounts in yen."""

    number: int
    copy_number: int
    purchase_id: UUID
    units: int
    cash_yen: int
    premium_yen: int
    counter: str
    clerk_id: UUID
    sold_at: datetime
    state: PurchaseState
    printed_at: datetime

    @property
    def is_copy(self) -> bool:
        return self.copy_number > 0

    @property
    def issued_yen(self) -> int:
        return self.cash_yen + self.premium_yen


@dataclass(frozen=True, slots=True)
class PayReminder:
    """Granted units that are not paid, and until when they can be; a slip that was made ends at `slip_expires_at`."""

    grant_id: UUID
    round_id: UUID
    campaign_id: UUID
    person_id: UUID
    wallet_id: UUID
    units_unpaid: int
    amount_yen: int
    pay_until: datetime
    slip_expires_at: datetime | None


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
