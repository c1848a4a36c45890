"""The documents of planning a campaign. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from issuance.model import Issuer, PurchaseMethod, RoundRule
from ledger.model import UsableAt
from staff_console.schemas import Document

Yen = Annotated[int, Field(strict=True, ge=0, le=10_000_000_000_000)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
Days = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Reason = Annotated[str, Field(max_length=500, examples=["議会の指摘により口数を変更"])]
Slug = Annotated[str, Field(max_length=64, examples=["premium-2027"])]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["9f86d081884c7d659a2feaa0c55ad015" * 2])]
Title = Annotated[str, Field(max_length=100, examples=["かしまん商品券 令和9年度"])]


class QuotaDocument(Document):
    """Units kept for some of the residents; ages are those of the base date, both included."""

    name: str = Field(max_length=40, examples=["65歳以上"])
    units: Count = Field(examples=[2000])
    age_min: Count | None = Field(default=None, examples=[65])
    age_max: Count | None = None
    without_smartphone: bool = False


class TermsDocument(Document):
    """The rules of a campaign; a draft may hold rules that are incomplete or wrong."""

    units_total: Count = Field(examples=[30000])
    budget_yen: Yen = Field(examples=[30000000])
    price_yen: Yen = Field(default=4_000, examples=[4000])
    face_yen: Yen = Field(default=5_000, examples=[5000])
    max_units_per_person: Count = 5
    payment_methods: list[PurchaseMethod] = Field(default_factory=lambda: list(PurchaseMethod))
    small_shop_face_yen: Yen = Field(default=0, description="The part of the face for small shops only")
    base_date: date | None = None
    age_min: Count | None = None
    max_units_per_household: Count | None = None
    max_units_per_card: Count | None = None
    max_units_first_day: Count | None = None
    quotas: list[QuotaDocument] = Field(default=[], max_length=20)
    cancel_days: Days = 0
    reminder_days: list[Days] = Field(default=[30, 14, 7, 1], max_length=20)
    issuer: Issuer = Issuer.CITY


class RoundDocument(Document):
    """One application window. `closes_at` and `pay_until` are too late; days of use are both included."""

    slug: Slug
    units_offered: Count = Field(examples=[28000])
    max_units: Count = Field(examples=[5])
    opens_at: AwareDatetime = Field(examples=["2027-05-10T09:00:00+09:00"])
    closes_at: AwareDatetime = Field(examples=["2027-05-28T17:00:00+09:00"])
    pay_from: AwareDatetime = Field(examples=["2027-06-14T09:00:00+09:00"])
    pay_until: AwareDatetime = Field(examples=["2027-06-28T00:00:00+09:00"])
    first_day: date
    last_day: date
    rule: RoundRule = RoundRule.EQUAL_FIRST
    usable_at: UsableAt = UsableAt.ALL_SHOPS
    grace_days: Days = 0
    offer_days: Days = 7
    commitments: list[Annotated[str, Field(max_length=64)]] = Field(default=[], max_length=10)
    quota: str | None = Field(default=None, max_length=40)
    first_time_only: bool = Field(default=False, description="Only for those whom no other round granted units")


class DraftBody(Document):
    """Begin a campaign: blank, or as a copy of another one a year later."""

    slug: Slug
    title: Title
    copy_of: UUID | None = None


class PlanBody(Document):
    """The next version of a draft's rules, and the version that was on the screen while they were edited."""

    based_on_version: int = Field(strict=True, ge=1, examples=[1])
    reason: Reason
    title: Title
    terms: TermsDocument
    rounds: list[RoundDocument] = Field(default=[], max_length=50)


class ApprovalBody(Document):
    """The rules that the approver saw, by number and hash."""

    rules_version: int = Field(strict=True, ge=1, examples=[3])
    sha256: Sha256


class ApprovalRefusalBody(ApprovalBody):
    """The rules that were seen, and why they are not approved."""

    reason: Reason


class RoundWithdrawalBody(Document):
    """Why a round is given up."""

    reason: Reason


class MoveBody(Document):
    """The next state of a campaign; approval has an address of its own."""

    to_state: Literal["open", "drawn", "selling", "in_use", "closed", "reported"]
    reason: Annotated[str, Field(max_length=500)] = ""


class PlannedRoundBody(Document):
    """A round to be opened as it was approved, with the commitments of those who hold a secret."""

    slug: Slug
    commitments: list[Annotated[str, Field(max_length=64)]] = Field(default=[], max_length=10)


class FindingAnswer(Document):
    """What one check says of the rules."""

    name: str = Field(examples=["six_months"])
    light: str = Field(examples=["green"])
    sentence: str = Field(examples=["どの回の商品券も、発行から6か月以内に使い終わります。"])
    law: str | None = Field(examples=["資金決済法4条2号・同施行令4条2項"])


class VersionAnswer(Document):
    """One version of a campaign's rules: who wrote it, when and why."""

    version: int
    sha256: str
    by: UUID
    desk: str
    at: datetime
    reason: str


class VersionsAnswer(Document):
    """Every version, the first before the others."""

    versions: list[VersionAnswer]


class PlanAnswer(VersionAnswer):
    """The newest rules with everything that is said about them; `light` is the worst of all."""

    campaign_id: UUID
    slug: str
    state: str = Field(examples=["draft"])
    title: str
    copied_from: UUID | None
    terms: TermsDocument
    rounds: list[RoundDocument]
    light: str = Field(examples=["yellow"])
    findings: list[FindingAnswer]


class ChangeAnswer(Document):
    """A field that differs; null stands for what a version does not have."""

    field: str = Field(examples=["terms.units_total"])
    before: Any = Field(examples=[30000])
    after: Any = Field(examples=[28000])


class ChangesAnswer(Document):
    """Everything that differs between two versions."""

    changes: list[ChangeAnswer]


class EventAnswer(Document):
    """One event of a campaign's history; `from_state` stands there when the state moved."""

    event: str | None = Field(examples=["approval_refused"])
    from_state: str | None
    to_state: str
    by: UUID
    desk: str
    at: datetime
    reason: str


class HistoryAnswer(Document):
    """Everything that happened to a campaign, in that order."""

    events: list[EventAnswer]


class UnitsForecastAnswer(Document):
    """What somebody who asks for so many units may expect; `chance` is that of any at all, 0 to 1."""

    asked_units: int
    applicants: int
    expected_units: float = Field(examples=[1.7])
    chance: float = Field(examples=[0.95])


class ForecastAnswer(Document):
    """A demand of so many per cent of the units, under one rule of the draw."""

    demand_percent: int = Field(examples=[200])
    rule: str = Field(examples=["equal_first"])
    units_offered: int
    units_asked: int
    applicants: int
    granted_units: int
    premium_yen: int
    paid_yen: int
    people_with_nothing: int
    by_units: list[UnitsForecastAnswer]


class RoundForecastsAnswer(Document):
    """What one draw would do at each demand, both rules side by side."""

    slug: str
    forecasts: list[ForecastAnswer]


class ForecastsAnswer(Document):
    """What each planned draw would do."""

    draws: list[RoundForecastsAnswer]


class StateAnswer(Document):
    """Where a campaign stands now."""

    campaign_id: UUID
    state: str = Field(examples=["approved"])
    rules_version: int


class OpenedRoundAnswer(Document):
    """A round that takes applications from its opening on."""

    round_id: UUID
