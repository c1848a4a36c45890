"""The documents of the finance and audit desks. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from staff_console.schemas import Document


class CloseBody(Document):
    """Close everything up to the end of a city day; without a pay day the city's calendar decides."""

    cutoff_day: date
    pay_day: date | None = None


class ClosedAnswer(Document):
    """A closing that is in the books."""

    closing_id: UUID
    number: int


class ClosingAnswer(Document):
    """A closing at a glance; reissues are not counted, because they pay what was paid before."""

    closing_id: UUID
    number: int = Field(examples=[3])
    cutoff_day: date
    pay_day: date
    closed_at: datetime
    closed_by: str = Field(description="The clerk's name", examples=["会計 花子"])
    file_count: int
    paid_merchant_count: int
    paid_yen: int
    carried_over_count: int
    carried_over_yen: int


class ClosingsAnswer(Document):
    """All closings, the newest first."""

    closings: list[ClosingAnswer]


class PayoutAnswer(Document):
    """A payout with its sum told three times: by its items, by the bank's file read again, and by the books."""

    payout_id: UUID
    closing_id: UUID
    number: int
    pay_day: date
    state: str = Field(examples=["exported"])
    is_reissue: bool
    item_count: int
    items_yen: int = Field(description="The sum of its transfers")
    file_yen: int = Field(description="The sum of the records of the bank's file, read again")
    put_in_flight_yen: int = Field(description="What the books put into flight for it")
    left_in_flight_yen: int = Field(description="What is still in flight")
    agrees: bool = Field(description="Whether the three sums are one")
    file_name: str = Field(examples=["sougou-20261127-00001.txt"])
    file_sha256: str


class StatementAnswer(Document):
    """One merchant in one campaign: gross less given back is net, which is paid or carried over."""

    merchant_id: UUID
    merchant_code: str = Field(examples=["M0001"])
    merchant_name: str
    campaign_id: UUID
    campaign_title: str
    payment_count: int
    gross_paid_yen: int
    gross_premium_yen: int
    given_back_count: int
    given_back_paid_yen: int
    given_back_premium_yen: int
    net_yen: int
    carried_over_because: str | None = Field(examples=["below_minimum"])


class ClosingDetailAnswer(ClosingAnswer):
    """A closing with its payouts and what every merchant is told."""

    payouts: list[PayoutAnswer]
    statements: list[StatementAnswer]


class PayoutItemAnswer(Document):
    """One transfer of a payout; of the account only the last digits are shown."""

    item_number: int
    merchant_id: UUID
    merchant_name: str
    payee_name: str
    account_ending: str = Field(examples=["321"])
    account_changed: bool = Field(description="The merchant is paid to another account by now; this one stays as it is")
    amount_yen: int
    state: str = Field(examples=["exported"])


class PayoutDetailAnswer(PayoutAnswer):
    """A payout with its transfers."""

    items: list[PayoutItemAnswer]


class SettledBody(Document):
    """The day on which the bank carried a payout out."""

    settled_on: date


class ReturnedBody(Document):
    """What the bank says of a transfer that came back."""

    returned_on: date
    reason: str = Field(max_length=200, examples=["口座なし"])
    credit_ref: str = Field(max_length=100, description="The reference of the credit that brought it back")


class ReissueBody(Document):
    """The day on which a returned transfer is paid anew."""

    pay_day: date


class ReissueAnswer(Document):
    """The new payout of one returned transfer; its own file goes to the bank."""

    payout_id: UUID


class PayoutEventAnswer(Document):
    """A step of a payout, or of one of its items."""

    payout_id: UUID
    kind: str = Field(examples=["settled"])
    event_day: date
    item_number: int | None
    journal_id: UUID | None


class BalanceRowAnswer(Document):
    """What the accounts of one kind and campaign were debited and credited in all."""

    side: str = Field(examples=["liability"])
    kind: str = Field(examples=["lot"])
    campaign_id: UUID | None
    campaign_title: str
    debit_yen: int
    credit_yen: int
    paid_part_yen: int = Field(description="Credits less debits, of the paid part alone")
    premium_part_yen: int = Field(description="Credits less debits, of the premium part alone")


class TrialBalanceAnswer(Document):
    """The trial balance at the end of a city day, or of everything."""

    at: date | None
    rows: list[BalanceRowAnswer]
    debit_yen: int
    credit_yen: int
    agrees: bool


class PeriodBody(Document):
    """The last city day of the period to be closed."""

    closed_through: date


class PeriodAnswer(Document):
    """A closed period; nothing can be dated into it any more."""

    closed_through: date


class FindingAnswer(Document):
    """One disagreement: which check, about what, what the journals say and what was found instead."""

    check: str
    subject: str
    expected: str
    found: str


class AuditAnswer(Document):
    """The verdict of the second opinion; figures are yen, except the counts of payments, journals and transfers."""

    audited_at: datetime
    agrees: bool
    findings: list[FindingAnswer]
    figures: dict[str, int]
