"""The documents that the public's API answers with. Times are ISO 8601 with an offset, digests are hex."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Document(BaseModel):
    """Every document says exactly what stands here."""

    model_config = ConfigDict(extra="forbid")


class FileAnswer(Document):
    """A published file; the content behind `path` never changes."""

    name: str = Field(examples=["applications.csv"])
    path: str = Field(examples=["/draws/premium-2026-1/files/applications.csv?sha256=76ef640c…"])
    sha256: str
    length_bytes: int


class DrawAnswer(Document):
    """A draw: its rules, how far it is, and the files that were published so far.

    What happened when is null as long as it did not happen; so are the counts and the root before the list is closed.
    """

    slug: str = Field(description="Names the draw in its files (`campaign`)", examples=["premium-2026-1"])
    title: str = Field(examples=["鹿島市プレミアム商品券 2026 第1回"])
    state: str = Field(description="How far the round is", examples=["open"])
    rule: str = Field(examples=["equal_first"])
    budget_units: int
    max_units: int
    first_time_only: bool = Field(description="Only for those whom no other round of the campaign granted units")
    commitments: list[str]
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    frozen_at: datetime | None
    drawn_at: datetime | None
    received: int | None
    void: dict[str, int] | None = Field(description="Applications that do not count, by reason")
    rows: int | None
    root: str | None
    beacon_id: str | None = Field(examples=["drand-quicknet"])
    beacon_round: int | None
    beacon_at: datetime | None = Field(description="When the named round appears; null for a fallback")
    files: list[FileAnswer]
