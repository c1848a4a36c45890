"""The vocabulary of paying the shops: who pays, who is paid, what is due, and the states of a payout."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from settlement.zengin.model import AccountKind, NewCode, TransferHeader, TransferItem


class CarryOverReason(StrEnum):
    """Why a merchant's movements of a campaign wait for the next closing."""

    NOTHING_DUE = "nothing_due"
    CAMPAIGN_NEGATIVE = "campaign_negative"
    PARTS_UNEVEN = "parts_uneven"
    BELOW_MINIMUM = "below_minimum"
    BANK_ACCOUNT_MISSING = "bank_account_missing"
    BANK_ACCOUNT_UNUSABLE = "bank_account_unusable"


class PayoutState(StrEnum):
    """How far a payout or one of its items has come; also the kinds of events in its history."""

    EXPORTED = "exported"
    SUBMITTED = "submitted"
    SETTLED = "settled"
    RETURNED = "returned"
    REISSUED = "reissued"


LEGAL_STEPS: frozenset[tuple[PayoutState, PayoutState]] = frozenset(
    {
        (PayoutState.EXPORTED, PayoutState.SUBMITTED),
        (PayoutState.EXPORTED, PayoutState.SETTLED),
        (PayoutState.SUBMITTED, PayoutState.SETTLED),
        (PayoutState.EXPORTED, PayoutState.RETURNED),
        (PayoutState.SUBMITTED, PayoutState.RETURNED),
        (PayoutState.RETURNED, PayoutState.REISSUED),
    }
)
"""From state, to state. The bank's own website tells nobody that a file was handed in, so that step may be missing."""


@dataclass(frozen=True, kw_only=True)
class Payer:
    """The city as its bank knows it: the header of every file except the pay date. Fields as TransferHeader's."""

    payer_code: str
    payer_name: str
    bank_code: str
    branch_code: str
    account_kind: AccountKind
    account_number: str
    bank_name: str = ""
    branch_name: str = ""

    def header(self, pay_day: date) -> TransferHeader:
        """The header of a file that pays on this day."""
        return TransferHeader(pay_date=pay_day, **vars(self))


@dataclass(frozen=True, kw_only=True)
class BankAccountSnapshot:
    """Where a merchant's money goes, as it was when its payout was made. Fields as TransferItem's.

    `bank_account_id` names which of the merchant's accounts that is, if it is known.
    """

    bank_code: str
    branch_code: str
    account_kind: AccountKind
    account_number: str
    payee_name: str
    bank_name: str = ""
    branch_name: str = ""
    new_code: NewCode = NewCode.OTHER
    bank_account_id: UUID | None = None

    def transfer_item(self, amount_yen: int, payout_number: int, item_number: int) -> TransferItem:
        """The record of one transfer; its customer codes are the numbers by which a returned one is found again."""
        return TransferItem(
            amount_yen=amount_yen,
            customer_code_1=payout_number,
            customer_code_2=item_number,
            **{name: value for name, value in vars(self).items() if name != "bank_account_id"},
        )


class MovementSum(NamedTuple):
    """The unsettled movements of one merchant in one campaign, summed; counts are of payments, not of lots."""

    merchant_id: UUID
    campaign_id: UUID
    payment_count: int
    gross_yen: int
    gross_paid_yen: int
    given_back_count: int
    given_back_yen: int
    given_back_paid_yen: int

    @property
    def net_yen(self) -> int:
        return self.gross_yen - self.given_back_yen

    @property
    def net_paid_yen(self) -> int:
        return self.gross_paid_yen - self.given_back_paid_yen

    @property
    def parts_fit(self) -> bool:
        """Whether the net can be one transfer: neither its paid nor its premium part is negative."""
        return 0 <= self.net_paid_yen <= self.net_yen


class DuePart(NamedTuple):
    """What is paid for one campaign; `paid_yen` of it is paid part."""

    campaign_id: UUID
    amount_yen: int
    paid_yen: int


class Due(NamedTuple):
    """What one merchant is paid, campaign by campaign."""

    merchant_id: UUID
    parts: tuple[DuePart, ...]

    @property
    def amount_yen(self) -> int:
        return sum(part.amount_yen for part in self.parts)


class Netting(NamedTuple):
    """A decided closing: who is paid, and why each other sum waits, by merchant and campaign."""

    dues: tuple[Due, ...]
    carried_over: dict[tuple[UUID, UUID], CarryOverReason]


class PayoutLine(NamedTuple):
    """Line `line` of a payout's settlement_closed journal."""

    line: int
    campaign_id: UUID
    amount_yen: int
    paid_yen: int


class PayoutItem(NamedTuple):
    """One transfer to one merchant: its number in the file, where it goes, and its lines in the journal."""

    item_number: int
    merchant_id: UUID
    account: BankAccountSnapshot
    lines: tuple[PayoutLine, ...]

    @property
    def amount_yen(self) -> int:
        return sum(line.amount_yen for line in self.lines)


class ItemReference(NamedTuple):
    """An item of an earlier payout."""

    payout_id: UUID
    item_number: int


class PayoutDraft(NamedTuple):
    """A payout about to be written, with the bank's file."""

    id: UUID
    number: int
    pay_day: date
    items: tuple[PayoutItem, ...]
    file_name: str
    file_bytes: bytes
    file_sha256: str

    @property
    def total_yen(self) -> int:
        return sum(item.amount_yen for item in self.items)


class PayoutEvent(NamedTuple):
    """One step of a payout, or of one item if `item_number` is given."""

    payout_id: UUID
    kind: PayoutState
    event_day: date
    recorded_at: datetime
    recorded_by: str
    item_number: int | None = None
    reason: str | None = None
    credit_ref: str | None = None
    journal_id: UUID | None = None


class Payout(NamedTuple):
    """A payout as it stands, with its history. `reissues` names the returned item that it pays anew."""

    items: tuple[PayoutItem, ...]
    events: tuple[PayoutEvent, ...]
    reissues: ItemReference | None
    id: UUID
    number: int
    closing_id: UUID
    pay_day: date
    journal_id: UUID
    created_at: datetime
    file_name: str

    @property
    def total_yen(self) -> int:
        return sum(item.amount_yen for item in self.items)
