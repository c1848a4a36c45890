"""The tables of the roll; the migration is the truth about triggers and grants."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

SCHEMA = {"schema": "identity"}


class RollImportRow(SQLModel, table=True):
    """An import as it was done, with what it led to."""

    __tablename__: ClassVar[str] = "roll_imports"
    __table_args__ = (
        UniqueConstraint("number", name="roll_imports_number_once"),
        UniqueConstraint("base_date", "file_sha256", name="roll_imports_file_once_a_day"),
        ForeignKeyConstraint(["imported_by"], ["identity.staff.id"], name="roll_imports_clerk_exists"),
        CheckConstraint("number > 0", name="roll_imports_number_is_positive"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="roll_imports_file_is_named_by_sha256"),
        CheckConstraint(
            "least(added, changed, moved_out, died, returned, unchanged, passed_over, absent) >= 0",
            name="roll_imports_counts_are_counted_up",
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    number: int
    base_date: date
    file_sha256: str = Field(sa_type=Text)
    imported_by: UUID
    imported_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    added: int
    changed: int
    moved_out: int
    died: int
    returned: int
    unchanged: int
    passed_over: int
    absent: int


class RollEntryRow(SQLModel, table=True):
    """By what a person of the roll is recognised, and since when and until when they live here."""

    __tablename__: ClassVar[str] = "roll_entries"
    __table_args__ = (
        UniqueConstraint("roll_digest", name="roll_entries_number_belongs_to_one"),
        CheckConstraint(
            "octet_length(roll_digest) = 32 AND octet_length(name_birth_digest) = 32"
            " AND octet_length(address_digest) = 32",
            name="roll_entries_digests_are_sha256",
        ),
        Index("roll_entries_name_birth", "name_birth_digest"),
        SCHEMA,
    )

    person_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.people.id", name="roll_entries_person_exists"), primary_key=True)
    )
    roll_digest: bytes
    name_birth_digest: bytes
    address_digest: bytes
    resident_since: date | None = None
    moved_out_on: date | None = None
    died_on: date | None = None
    last_import_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.roll_imports.id", name="roll_entries_import_exists"), nullable=False)
    )


class ResidenceEventRow(SQLModel, table=True):
    """Somebody moved out, died, or lives here again, as one import told it."""

    __tablename__: ClassVar[str] = "residence_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["import_number"], ["identity.roll_imports.number"], name="residence_events_import_exists"
        ),
        CheckConstraint("kind IN ('moved_out', 'died', 'returned')", name="residence_events_kind_is_known"),
        SCHEMA,
    )

    person_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.people.id", name="residence_events_person_exists"), primary_key=True)
    )
    import_number: int = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    effective_on: date
