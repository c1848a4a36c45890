"""What the questions of pages are answered with."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from settlement.model import CarryOverReason, PayoutState


class ClosingSummary(NamedTuple):
    """A closing at a glance; a reissue pays nothing that was not paid before, so it is not counted."""

    id: UUID
    number: int
    cutoff_day: date
    pay_day: date
    closed_at: datetime
    closed_by: str
    file_count: int
    paid_merchant_count: int
    paid_yen: int
    carried_over_count: int
    carried_over_yen: int


class PayoutSummary(NamedTuple):
    """A payout at a glance."""

    id: UUID
    number: int
    pay_day: date
    total_yen: int
    item_count: int
    file_name: str
    file_sha256: str
    is_reissue: bool


class Statement(NamedTuple):
    """One merchant in one campaign at a closing: gross − given back = net, which is paid or carried over."""

    merchant_id: UUID
    campaign_id: UUID
    payment_count: int
    gross_paid_yen: int
    gross_premium_yen: int
    given_back_count: int
    given_back_paid_yen: int
    given_back_premium_yen: int
    net_yen: int
    carried_over_because: CarryOverReason | None

    @property
    def gross_yen(self) -> int:
        return self.gross_paid_yen + self.gross_premium_yen

    @property
    def given_back_yen(self) -> int:
        return self.given_back_paid_yen + self.given_back_premium_yen


class MovementRow(NamedTuple):
    """A payment (positive) or what was given back (negative) in one campaign, summed over the lots it touched."""

    event_at: datetime
    journal_id: UUID
    journal_kind: str
    campaign_id: UUID
    amount_yen: int
    paid_yen: int


class MerchantStatement(NamedTuple):
    """What one merchant is told of a closing: its statements, and the movements of those that are paid."""

    closing: ClosingSummary
    merchant_id: UUID
    statements: tuple[Statement, ...]
    movements: tuple[MovementRow, ...]

    @property
    def paid_yen(self) -> int:
        return sum(each.net_yen for each in self.statements if each.carried_over_because is None)

    @property
    def carried_over_yen(self) -> int:
        return sum(each.net_yen for each in self.statements if each.carried_over_because is not None)


class MerchantTransfer(NamedTuple):
    """One transfer to a merchant's bank: how far it came and since which day; `reason` is the bank's for a return."""

    pay_day: date
    amount_yen: int
    state: PayoutState
    state_day: date
    reason: str | None
    is_reissue: bool


class UnsettledSum(NamedTuple):
    """What no closing took yet of one merchant in one campaign.

    `has_waited` is what the last closing could have taken; `carried_over_because` says why it did not.
    """

    campaign_id: UUID
    has_waited: bool
    carried_over_because: CarryOverReason | None
    payment_count: int
    taken_yen: int
    given_back_count: int
    given_back_yen: int

    @property
    def net_yen(self) -> int:
        return self.taken_yen - self.given_back_yen


class PayoutFile(NamedTuple):
    """A file as the bank gets it."""

    file_name: str
    file_bytes: bytes
    file_sha256: str
