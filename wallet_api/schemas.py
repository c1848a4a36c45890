"""The documents that travel over the wallet's API. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.http import AmountYen


class Document(BaseModel):
    """Every document refuses members that it does not know."""

    model_config = ConfigDict(extra="forbid")


class PayBody(Document):
    """Pay at a shop's code: the scanned text and the amount that the resident typed."""

    code: str = Field(max_length=600, description="The text of the shop's QR code, unchanged, or a poster's number")
    amount_yen: AmountYen


class PaymentAnswer(Document):
    """A payment that is in the books; the same key asked again gets the same answer."""

    payment_id: UUID
    amount_yen: int = Field(examples=[1200])
    store_id: UUID
    store_name: str = Field(examples=["松尾酒造 本店"])
    paid_at: datetime
    match_phrase: str = Field(description="Two words that the shop's screen shows too", examples=["すばやい やなぎ"])


class LotAnswer(Document):
    """Value with the same terms and expiry."""

    lot_id: UUID
    campaign_id: UUID
    usable_at: str = Field(examples=["all_shops"])
    first_day: date
    last_day: date
    issued_yen: int = Field(examples=[5000])
    left_yen: int = Field(examples=[3800])
    usable_today: bool


class WalletAnswer(Document):
    """What the resident has, in the order in which it will be spent."""

    usable_yen: int
    total_yen: int
    lots: list[LotAnswer]


class MovementAnswer(Document):
    """A payment, or what was given back of one (negative yen)."""

    kind: str = Field(examples=["payment"])
    id: UUID
    payment_id: UUID
    store_name: str
    amount_yen: int
    at: datetime
    match_phrase: str


class HistoryAnswer(Document):
    """Movements, newest first; ask again with the last one's `at` as `before` and its `id` as `before_id`."""

    movements: list[MovementAnswer]


class CodeAnswer(Document):
    """A code to show at the till; it works once."""

    code: str
    svg: str = Field(description="The code as a picture")
    expires_at: datetime


class RoundAnswer(Document):
    """A window for applications, and the resident's own application if there is one."""

    round_id: UUID
    title: str = Field(examples=["かしまん商品券 第1回"])
    price_yen: int = Field(examples=[4000])
    face_yen: int = Field(examples=[5000])
    max_units: int
    first_time_only: bool = Field(
        description="Whether the round is only for those whom no other round of the campaign granted units"
    )
    opens_at: datetime
    closes_at: datetime
    applied_units: int | None
    receipt: str | None
    draw_path: str | None = Field(description="The public page of the draw", examples=["/draws/premium-2026-1"])


class ApplyBody(Document):
    """How many units the resident asks for.

    To change an application that came in by another way, such as on paper, `replaces_version` names the one seen.
    """

    units: int = Field(strict=True, ge=1, le=1_000, examples=[3])
    replaces_version: int | None = Field(default=None, strict=True, ge=1, examples=[1])


class ApplicationAnswer(Document):
    """The signed receipt of an application; applying again gives the same receipt."""

    campaign: str
    receipt: str = Field(examples=["K7QW2T8Y5XN1V0BC"])
    version: int
    units: int
    received_at: str
    leaf: str
    kid: str
    sig: str = Field(description="Ed25519 signature of the receipt digest, hex")


class WithdrawnAnswer(Document):
    """A withdrawal that is stored; until the closing the application can be taken up again under its number."""

    receipt: str = Field(examples=["K7QW2T8Y5XN1V0BC"])
    version: int = Field(examples=[2])
    withdrawn_at: datetime


class ApplicationVersionAnswer(Document):
    """One version: who changed what, when and from where. `units` is null for a withdrawal.

    `signature` is what checking the city's own signature came to.
    """

    version: int
    at: datetime
    channel: str = Field(examples=["paper"])
    entered_by: Literal["resident", "city"]
    form_number: str | None
    received_on: date | None
    reason: str | None
    units_before: int | None
    units: int | None
    signature: str | None = Field(examples=["valid"])


class ApplicationStoryAnswer(Document):
    """Everything that happened to an application, and what became of it; what did not happen yet is null.

    `rank` counts from 1 among `rows`; `void_reason` says why it does not count.
    """

    round_id: UUID
    receipt: str
    versions: list[ApplicationVersionAnswer]
    is_withdrawn: bool
    is_in_closed_list: bool | None
    listed_units: int | None
    void_reason: str | None = Field(examples=["merged"])
    stands_for_it: str | None
    rank: int | None
    rows: int | None
    drawn_units: int | None
    waiting_position: int | None
    draw_path: str | None = Field(description="The public page of the draw", examples=["/draws/premium-2026-1"])
    grants: list["GrantAnswer"]


class GrantAnswer(Document):
    """Units that the resident may buy."""

    grant_id: UUID
    round_id: UUID
    receipt: str
    units: int
    units_left: int
    origin: str = Field(examples=["draw"])
    price_yen: int
    pay_from: datetime
    pay_until: datetime


class BuyBody(Document):
    """Buy granted units; at the counter the clerk does it."""

    grant_id: UUID
    units: int = Field(strict=True, ge=1, le=1_000)
    method: Literal["card", "konbini"]
    billing_name: str | None = Field(default=None, max_length=60)
    billing_email: str | None = Field(default=None, max_length=200)


class SlipAnswer(Document):
    """What the resident types at the convenience store's terminal, by chain."""

    expires_at: datetime
    stores: dict[str, dict[str, str | None]]


class PurchaseAnswer(Document):
    """A purchase as it stands; vouchers exist only once it is paid."""

    purchase_id: UUID
    units: int
    amount_yen: int
    method: str
    state: str = Field(examples=["awaiting_payment"])
    expires_at: datetime
    client_secret: str | None = Field(default=None, description="For the card form; never stored")
    slip: SlipAnswer | None = None


class NoticeAnswer(Document):
    """What the resident is told."""

    notice_id: UUID
    kind: str = Field(examples=["value_expires"])
    title: str = Field(examples=["2027年2月28日(日) で使えなくなる商品券があります"])
    body: str
    made_at: datetime
    is_unread: bool
    sent_by: str = Field(description="The door it went through", examples=["inbox"])
    draw_path: str | None = Field(description="The public page of the draw it tells of")
    facts: dict[str, str | int | None] = Field(description="What the sentences were made of, by kind")


class NoticesAnswer(Document):
    """The inbox, newest first; ask again with `before` = the last one's time for older ones."""

    unread: int
    door: str = Field(description="By which door the resident wants to be told", examples=["inbox"])
    notices: list[NoticeAnswer]


class ChoiceAnswer(Document):
    """A possible answer: what to send, and what to show."""

    value: str
    text: str


class QuestionAnswer(Document):
    """A question of a survey; each may be left out."""

    name: str = Field(examples=["added_yen"])
    kind: Literal["choice", "yen", "text"]
    text: str
    explanation: str
    choices: list[ChoiceAnswer]


class SurveyAnswer(Document):
    """A survey that the resident may answer or not; `is_answered` ones can be taken back."""

    survey_id: UUID
    campaign_title: str
    moment: Literal["at_purchase", "after_use"]
    is_answered: bool
    questions: list[QuestionAnswer]


class SurveysAnswer(Document):
    """The surveys for this resident, the newest first."""

    surveys: list[SurveyAnswer]


class SurveyAnswersBody(Document):
    """What the resident says, by the name of the question; whatever is left out is not there."""

    answers: dict[str, Annotated[int, Field(strict=True)] | Annotated[str, Field(strict=True, max_length=500)]] = Field(
        max_length=20, examples=[{"voucher_yen": 5000, "bought_anyway": "nothing", "added_yen": 1200}]
    )


class NoticeDoorBody(Document):
    """Choose a door for what comes from now on; what it cannot deliver stands unread in the inbox."""

    door: Literal["inbox", "line", "email"]
