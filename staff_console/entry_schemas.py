"""The documents of applications that a clerk enters or explains. Days and times are ISO 8601."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from staff_console.people_schemas import ReasonBody
from staff_console.schemas import Document, GrantAnswer


class PaperFormBody(Document):
    """A paper form by its printed number, and the day on which it came in."""

    number: str = Field(min_length=1, max_length=40, examples=["K-000123"])
    received_on: date


class EntryBody(Document):
    """For whom a clerk enters something, and from which paper form; without one the person stands at the counter."""

    round_id: UUID
    person_id: UUID
    form: PaperFormBody | None = None
    reason: str | None = Field(
        default=None, max_length=300, description="The resident's wish, when something is changed or withdrawn"
    )


class ApplicationEntryBody(EntryBody):
    """An application that a clerk enters; `replaces_version` is the version seen that the resident wants changed."""

    units: int = Field(strict=True, ge=1, le=1_000, examples=[3])
    replaces_version: int | None = Field(default=None, strict=True, ge=1)


class ReceiptAnswer(Document):
    """The signed receipt, to be printed; the result of the draw can be looked up with its number."""

    campaign: str
    receipt: str = Field(examples=["K7QW2T8Y5XN1V0BC"])
    version: int
    units: int
    received_at: str
    leaf: str
    kid: str
    sig: str = Field(description="Ed25519 signature of the receipt digest, hex")


class WithdrawalAnswer(Document):
    """A withdrawal that is stored."""

    receipt: str
    version: int
    withdrawn_at: datetime


class StoryBody(Document):
    """Which application is explained, and why; the person reads the reason."""

    receipt: str = Field(min_length=1, max_length=40, examples=["K7QW2T8Y5XN1V0BC"])
    reason: ReasonBody


class VersionAnswer(Document):
    """One version: who changed what, when and from where; `clerk_id` is null for what the resident did.

    `units` is null for a withdrawal; `signature` is what checking the city's own signature came to.
    """

    version: int
    at: datetime
    channel: str = Field(examples=["paper"])
    clerk_id: UUID | None
    form_number: str | None
    received_on: date | None
    reason: str | None
    units_before: int | None
    units: int | None
    signature: str | None = Field(examples=["valid"])


class StoryAnswer(Document):
    """Everything that happened to an application, and what became of it; what did not happen yet is null."""

    round_id: UUID
    round_slug: str
    person_id: UUID
    receipt: str
    versions: list[VersionAnswer]
    is_withdrawn: bool
    is_in_closed_list: bool | None
    listed_units: int | None
    void_reason: str | None = Field(examples=["merged"])
    stands_for_it: str | None
    stands_for: list[str]
    ticket: str | None
    rank: int | None
    rows: int | None
    drawn_units: int | None
    waiting_position: int | None
    grants: list[GrantAnswer]
