"""Disputes and payouts as the city sees them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from issuance.provider_model import PayoutEntry, ProviderPayout


class DisputeOutcome(StrEnum):
    """What became of a dispute here.

    `taken_back`: the value left the wallet, because nothing of it was touched. `frozen`: what was unspent is held.
    `restored`: won, the value is back. `money_to_return`: won too late for a voucher. `lost`: nothing was spent, so
    nothing is lost but the sale. `loss_open`: lost, and value was spent. `watched`: no money was taken, or no value
    is at stake. `closed`: it ended so. `unmatched`: it is about no purchase.
    """

    UNMATCHED = "unmatched"
    WATCHED = "watched"
    TAKEN_BACK = "taken_back"
    FROZEN = "frozen"
    RESTORED = "restored"
    MONEY_TO_RETURN = "money_to_return"
    LOST = "lost"
    LOSS_OPEN = "loss_open"
    CLOSED = "closed"


class DisputeValue(NamedTuple):
    """What was left of a disputed purchase when it was taken out of the wallet, and what was spent; yen, by part."""

    unspent_yen: int = 0
    unspent_paid_yen: int = 0
    spent_yen: int = 0
    spent_paid_yen: int = 0


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute with where it stands: the provider's `status`, and what became of it here."""

    dispute_id: str
    provider_id: str
    purchase_id: UUID | None
    amount_yen: int
    reason: str
    status: str
    outcome: DisputeOutcome
    value: DisputeValue
    hold_id: UUID | None
    evidence_due_at: datetime | None
    opened_at: datetime
    changed_at: datetime


class PayoutOutcome(StrEnum):
    """What became of a payout here; only `booked` is in the books."""

    BOOKED = "booked"
    NOT_ADDING_UP = "not_adding_up"
    NOT_BOOKABLE = "not_bookable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PayoutReading:
    """A payout as it was read from the provider, with all it is made of."""

    payout: ProviderPayout
    entries: tuple[PayoutEntry, ...]


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout as it stands: `entries_yen` is what its entries sum to before `fees_yen`."""

    payout_id: str
    amount_yen: int
    entries_yen: int
    fees_yen: int
    arrived_on: date
    outcome: PayoutOutcome
    journal_id: UUID | None
    recorded_at: datetime


class OpenEntry(NamedTuple):
    """Money of a payout that belongs to no purchase: somebody must look at it."""

    entry_id: str
    payout_id: str
    kind: str
    amount_yen: int
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class ClearingReport:
    """What the provider owes the city, twice: by the books, and by purchases less what payouts were made of."""

    books_yen: int
    sold_yen: int
    paid_out_yen: int

    @property
    def difference_yen(self) -> int:
        return self.books_yen - (self.sold_yen - self.paid_out_yen)
