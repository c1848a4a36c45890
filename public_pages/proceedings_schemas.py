"""What the public's API tells of a draw beside its files. Only what is named here is published."""

from datetime import date, datetime

from pydantic import Field

from public_pages.schemas import Document, DrawAnswer


class HolderAnswer(Document):
    """An office that keeps a secret, and what it promised before applications opened."""

    office: str = Field(examples=["監査委員"])
    commitment: str


class ReceiptKeyAnswer(Document):
    """A public key that receipts are signed with (Ed25519)."""

    kid: str
    public_key: str


class RulesAnswer(Document):
    """The rule sheet as it was published before applications opened; `text` are the bytes behind `sha256`."""

    sha256: str
    text: str
    closes_at: datetime = Field(description="The deadline as it was announced; an extension may have moved it")
    draw_at: datetime = Field(description="When the draw was announced for; an extension may have moved it")
    dispute_days: int = Field(description="City days on which the closed list can be disputed")
    exclusions: list[str] = Field(examples=[["基準日に市民でない方"]])
    grouping: str = Field(description="Whose applications become one row", examples=["household"])
    household_cap_units: int | None
    beacon_id: str = Field(examples=["drand-quicknet"])
    beacon_how: str = Field(description="How the value comes about, when it is not drand's")
    fallback_beacon_id: str
    fallback_how: str
    holders: list[HolderAnswer]
    receipt_keys: list[ReceiptKeyAnswer]
    program_sha256: str


class DayAnswer(Document):
    """What was published at the end of a day: how many applications stood, and the root over them."""

    day: date
    count: int
    root: str
    published_at: datetime


class StepAnswer(Document):
    """A step that two people took: for which desks, when and why. What it set is null for other kinds of steps."""

    kind: str = Field(examples=["extension"])
    reason: str
    proposed_desk: str | None = Field(examples=["commerce"])
    proposed_at: datetime
    confirmed_desk: str | None = Field(examples=["audit"])
    confirmed_at: datetime
    closes_at: datetime | None = Field(description="The new deadline, by an extension")
    draw_at: datetime | None = Field(description="The new time of the draw, by an extension")
    beacon_id: str | None = Field(description="The beacon that was named", examples=["drand-quicknet"])
    beacon_round: int | None
    due_at: datetime | None = Field(description="When the value of the named round exists")


class ObjectionAnswer(Document):
    """An objection to the list: what a receipt showed and what the city answered, and never who said what."""

    standing: str | None = Field(description="What the presented receipt showed", examples=["dropped"])
    recorded_at: datetime
    outcome: str | None = Field(examples=["upheld"])
    answer: str | None
    answered_at: datetime | None


class WholeDrawAnswer(DrawAnswer):
    """A draw with everything that is published of how it came about, each list in the order it happened.

    `rules` is null for a round without a rule sheet, `disputable_until` before the list is closed. Objections' own
    words, receipts, and the people of a step are not published.
    """

    rules: RulesAnswer | None
    days: list[DayAnswer]
    steps: list[StepAnswer]
    objections: list[ObjectionAnswer]
    disputable_until: datetime | None
