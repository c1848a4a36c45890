"""The documents of the help desk and of the resident roll. Days and times are ISO 8601."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field, JsonValue

from identity.access.model import PersonField, ReasonCode
from identity.doors.model import DocumentKind
from staff_console.schemas import Document


class ReasonBody(Document):
    """Why somebody's data are read; the person reads the text."""

    code: ReasonCode = Field(examples=["inquiry"])
    text: str = Field(max_length=1_000, examples=["本人から電話で残高のお問い合わせ"])
    case_reference: str | None = Field(default=None, max_length=200, description="The number of the document")


class KanaBody(Document):
    """A search by reading and birth; without the given name for all who share the rest."""

    family_kana: str = Field(min_length=1, max_length=100, examples=["カシマ"])
    given_kana: str | None = Field(default=None, max_length=100, examples=["タロウ"])
    birth_date: date


class WalletBody(Document):
    """A search by a wallet."""

    wallet_id: UUID


class SearchBody(Document):
    """Whom to find, why, and what to show of them."""

    who: KanaBody | WalletBody
    reason: ReasonBody
    fields: list[PersonField] = Field(min_length=1, max_length=len(PersonField), examples=[["name", "address"]])


class ReadBody(Document):
    """Why to read somebody's data, and which."""

    reason: ReasonBody
    fields: list[PersonField] = Field(min_length=1, max_length=len(PersonField), examples=[["name", "address"]])


class ExportBody(Document):
    """Why everything about somebody is given out."""

    reason: ReasonBody


class PersonAnswer(Document):
    """A person as far as was asked; what was not asked is not there. `reading_id` names the record of it."""

    person_id: UUID
    reading_id: UUID
    family_name: str | None = None
    given_name: str | None = None
    family_kana: str | None = None
    given_kana: str | None = None
    birth_date: date | None = None
    address: str | None = None
    postal_code: str | None = None
    district: str | None = None
    household_id: UUID | None = None
    wallet_id: UUID | None = None
    has_smartphone: bool | None = None


class PeopleAnswer(Document):
    """Everybody whom a search found, at most ten."""

    people: list[PersonAnswer]


class CounterCodeBody(Document):
    """Which kind of document somebody showed; nothing else of it is kept."""

    document_kind: DocumentKind = Field(examples=["driving_licence"])


class CounterCodeAnswer(Document):
    """A code that opens the door once; it is shown here and nowhere else."""

    code: str = Field(examples=["123-45678"])
    expires_at: datetime


ExportAnswer = dict[str, JsonValue]


class RollCountsAnswer(Document):
    """How many rows lead to what; `absent` are residents who are not in the file, and they stay."""

    added: int
    changed: int
    moved_out: int
    died: int
    returned: int
    unchanged: int
    passed_over: int
    absent: int


class RollAnswer(Document):
    """What an import changes (`dry_run`) or changed; an import that was done before has `is_replay`."""

    dry_run: bool
    base_date: date
    file_sha256: str
    counts: RollCountsAnswer
    columns_not_kept: list[str]
    number: int | None = Field(description="The number of the import; none for a dry run")
    is_replay: bool


ROLL_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "base_date"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV in UTF-8 or CP932"},
                        "base_date": {"type": "string", "format": "date"},
                        "dry_run": {"type": "boolean", "default": False},
                        "file_sha256": {
                            "type": "string",
                            "description": "SHA-256 of the file that was looked at; another is refused",
                        },
                    },
                }
            }
        },
    }
}
"""The body of an import in the words of OpenAPI: it is read only after the clerk's roles were looked at."""
