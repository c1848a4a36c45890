"""The documents that travel over the portal's API. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.http import AmountYen
from payments.model import ReversalReason


class Document(BaseModel):
    """Every document refuses members that it does not know."""

    model_config = ConfigDict(extra="forbid")


class ChargeBody(Document):
    """Charge a resident's code or paper card: the scanned or typed text and the amount of the sale."""

    code: str = Field(max_length=100, examples=["KSP1 0123 4567 89AB CDEF GHJK MNPQ RSTV"])
    amount_yen: AmountYen
    store_id: UUID | None = Field(default=None, description="Needed only by a user who acts at several stores")
    pin: str | None = Field(
        default=None,
        max_length=40,
        description="The four digits that the holder of a paper card types",
        examples=[None],
    )


class ChargeAnswer(Document):
    """A payment that is in the books; the same key asked again gets the same answer."""

    payment_id: UUID
    amount_yen: int = Field(examples=[1200])
    store_id: UUID
    store_name: str = Field(examples=["松尾酒造 本店"])
    paid_at: datetime
    match_phrase: str = Field(
        description="Two words that the resident's screen shows too", examples=["すばやい やなぎ"]
    )
    card_ending: str | None = Field(
        default=None, description="The end of a paper card's serial; not there for a phone", examples=["0937"]
    )


class ShowCodeBody(Document):
    """What a sale costs, for a code that the resident scans."""

    amount_yen: AmountYen
    store_id: UUID | None = Field(default=None, description="Needed only by a user who acts at several stores")


class CodeAnswer(Document):
    """A code that carries an amount; one payment uses it up."""

    reference: str = Field(examples=["xDCTdRQinQffCIKgVK1Nig"])
    text: str = Field(description="What the QR code says, at most 512 characters")
    state: str = Field(description="`waiting`, `paid` or `expired`", examples=["waiting"])
    amount_yen: int = Field(examples=[1200])
    store_id: UUID
    store_name: str = Field(examples=["松尾酒造 本店"])
    expires_at: datetime
    payment_id: UUID | None = Field(description="The payment that used it up")


class RefundBody(Document):
    """How much is given back, and why; a payment can be refunded in parts."""

    amount_yen: AmountYen
    reason: ReversalReason | None = None


class ReversalAnswer(Document):
    """A void or refund that is in the books."""

    reversal_id: UUID
    payment_id: UUID
    amount_yen: int = Field(description="What was given back", examples=[1200])
    reversed_at: datetime
    match_phrase: str = Field(description="The two words of the payment", examples=["すばやい やなぎ"])


class MovementAnswer(Document):
    """A payment, or what was given back of one (negative yen)."""

    kind: str = Field(description="`payment`, `void` or `refund`", examples=["payment"])
    id: UUID
    payment_id: UUID
    number: str = Field(description="The payment's number, for people to read out", examples=["4821-0937"])
    store_id: UUID
    store_name: str = Field(examples=["松尾酒造 本店"])
    amount_yen: int = Field(examples=[1200])
    at: datetime
    match_phrase: str = Field(examples=["すばやい やなぎ"])


class TakingsAnswer(Document):
    """A day of the user's stores, newest movement first."""

    day: date
    payment_count: int = Field(examples=[14])
    taken_yen: int = Field(description="All payments", examples=[25_400])
    given_back_yen: int = Field(description="All voids and refunds", examples=[1200])
    net_yen: int = Field(description="Payments less what was given back", examples=[24_200])
    movements: list[MovementAnswer]


class StatementSummaryAnswer(Document):
    """A closing as the merchant sees it: its own sums alone."""

    closing_id: UUID
    number: int = Field(examples=[3])
    cutoff_day: date
    pay_day: date
    paid_yen: int = Field(description="What is transferred on the pay day", examples=[182_400])
    carried_over_yen: int = Field(description="What waits for the next closing", examples=[0])


class StatementsAnswer(Document):
    """The merchant's closings, the newest first."""

    statements: list[StatementSummaryAnswer]


class StatementLineAnswer(Document):
    """One campaign in a closing: gross less what was given back is net, which is paid or carried over."""

    campaign_id: UUID
    campaign_title: str = Field(examples=["かしまん商品券 2026"])
    payment_count: int = Field(examples=[96])
    gross_yen: int = Field(examples=[183_600])
    gross_paid_yen: int = Field(description="The part that buyers funded", examples=[146_880])
    gross_premium_yen: int = Field(description="The part that the city funded", examples=[36_720])
    given_back_count: int = Field(examples=[1])
    given_back_yen: int = Field(examples=[1200])
    net_yen: int = Field(examples=[182_400])
    carried_over_because: str | None = Field(description="Null when it is paid", examples=[None])


class StatementMovementAnswer(Document):
    """A payment that the closing pays, or what was given back (negative yen), in one campaign."""

    id: UUID
    kind: str = Field(examples=["payment"])
    at: datetime
    campaign_id: UUID
    amount_yen: int = Field(examples=[1200])
    paid_yen: int = Field(description="The part that the buyer funded", examples=[960])


class StatementAnswer(StatementSummaryAnswer):
    """A closing of the merchant in full."""

    lines: list[StatementLineAnswer]
    movements: list[StatementMovementAnswer]


class FixedPayoutAnswer(Document):
    """A transfer that is decided and has not arrived yet."""

    closing_id: UUID
    pay_day: date
    amount_yen: int = Field(examples=[48_200])
    state: str = Field(description="`exported`, `submitted`, `settled` or `returned`", examples=["submitted"])


class UnsettledAnswer(Document):
    """What no statement has yet, in one campaign; `has_waited` is what the last closing could have taken."""

    campaign_id: UUID
    has_waited: bool
    carried_over_because: str | None
    payment_count: int
    taken_yen: int
    given_back_count: int
    given_back_yen: int
    net_yen: int


class ComingPayoutAnswer(Document):
    """What the merchant is paid next; `growing_yen` is what the next closing would pay if it were now."""

    fixed: list[FixedPayoutAnswer]
    growing_yen: int = Field(examples=[12_400])
    cutoff_day: date
    pay_day: date
    not_in_a_statement: list[UnsettledAnswer]


class StoreAnswer(Document):
    """A store at which the user may act."""

    store_id: UUID
    store_code: str = Field(examples=["S001"])
    store_name: str = Field(examples=["松尾酒造 本店"])


class StoresAnswer(Document):
    """The user's stores, in the order of their codes."""

    stores: list[StoreAnswer]


class PosterSummaryAnswer(Document):
    """A poster that counts."""

    serial: str = Field(examples=["7K3M9QXC"])
    printed_at: datetime


class PostersAnswer(Document):
    """The posters of a store that count, the newest first."""

    posters: list[PosterSummaryAnswer]


class PosterAnswer(PosterSummaryAnswer):
    """A poster with the signed text of its code."""

    store_id: UUID
    store_name: str = Field(examples=["松尾酒造 本店"])
    text: str = Field(description="What the QR code says, at most 512 characters")


class BindTillBody(Document):
    """Make the device that asks a till; a browser keeps the cookie of the answer."""

    label: str = Field(max_length=200, description="What people call it, at most 40 characters", examples=["レジ1"])
    store_id: UUID | None = Field(default=None, description="Needed only by a user who acts at several stores")


class TillAnswer(Document):
    """A device that is bound to a store."""

    till_id: UUID
    store_id: UUID
    store_name: str = Field(examples=["松尾酒造 本店"])
    label: str = Field(examples=["レジ1"])
    bound_at: datetime
    is_this_device: bool


class TillsAnswer(Document):
    """The bound tills of the user's stores, by store and then by age."""

    tills: list[TillAnswer]


class CashierAnswer(Document):
    """Somebody who takes payments; without a store, at all of the merchant's."""

    cashier_id: UUID
    name: str = Field(examples=["レジ係"])
    store_id: UUID | None


class CashiersAnswer(Document):
    """The cashiers whom the user may sign out, by name."""

    cashiers: list[CashierAnswer]


class CashierSignedOutAnswer(Document):
    """A cashier who was signed out everywhere."""

    cashier_id: UUID
    sign_ins_ended: int = Field(examples=[1])
