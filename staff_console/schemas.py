"""The documents that travel over the console's API. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Document(BaseModel):
    """Every document refuses members that it does not know."""

    model_config = ConfigDict(extra="forbid")


class UnitsAnswer(Document):
    """Units in the order in which they shrink."""

    offered: int
    applied: int
    granted: int
    bought: int


class CampaignAnswer(Document):
    """A campaign in figures. What was issued is paid part and premium part."""

    campaign_id: UUID
    slug: str = Field(examples=["premium-2026"])
    title: str = Field(examples=["かしまん商品券"])
    state: str = Field(examples=["selling"])
    price_yen: int = Field(examples=[4000])
    face_yen: int = Field(examples=[5000])
    units_total: int
    budget_yen: int
    units: UnitsAnswer
    issued_yen: int
    paid_yen: int
    premium_yen: int
    refund_needed_yen: int


class CampaignsAnswer(Document):
    """Every campaign, the newest first."""

    campaigns: list[CampaignAnswer]


class RoundAnswer(Document):
    """One application window in figures."""

    round_id: UUID
    slug: str
    number: int
    rule: str = Field(examples=["equal_first"])
    state: str = Field(examples=["drawn"])
    opens_at: datetime
    closes_at: datetime
    pay_from: datetime
    pay_until: datetime
    first_day: date
    last_day: date
    applicants: int
    forfeited_units: int
    units: UnitsAnswer


class CampaignDetailAnswer(CampaignAnswer):
    """A campaign with its rounds, by number."""

    rounds: list[RoundAnswer]


class DrawFileAnswer(Document):
    """A published file; its SHA-256 is what everybody compares."""

    name: str = Field(examples=["applications.csv"])
    size_bytes: int
    sha256: str


class DrawAnswer(Document):
    """What was published of a round's draw so far; before the list is closed, nothing."""

    round_id: UUID
    round_slug: str
    state: str
    rows: int | None
    root: str | None = Field(description="The Merkle root of the closed list, hex")
    files: list[DrawFileAnswer]


class GrantAnswer(Document):
    """Units that the holder of a receipt may buy."""

    grant_id: UUID
    round_id: UUID
    receipt: str = Field(examples=["K7QW2T8Y5XN1V0BC"])
    origin: str = Field(examples=["draw"])
    units: int
    units_left: int
    price_yen: int
    face_yen: int
    pay_from: datetime
    pay_until: datetime
    is_payable: bool


class GrantsAnswer(Document):
    """The grants of one receipt number, oldest first; none for a number that won nothing or is not known."""

    grants: list[GrantAnswer]


class CounterSaleBody(Document):
    """Granted units that somebody pays for in cash."""

    grant_id: UUID
    units: int = Field(strict=True, ge=1, le=1_000, examples=[2])


class CounterSaleAnswer(Document):
    """A sale that is in the books: what was taken in cash, and what entered the wallet."""

    purchase_id: UUID
    grant_id: UUID
    units: int
    cash_yen: int = Field(examples=[8000])
    premium_yen: int = Field(examples=[2000])
    issued_yen: int = Field(examples=[10000])
    sold_at: datetime
