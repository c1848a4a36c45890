"""What clerks typed in for people, and the paper forms it came from."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from issuance.tables.columns import ROUND, SCHEMA, reference


class PaperFormRow(SQLModel, table=True):
    """A paper form and whose it is. Only ever added to."""

    __tablename__: ClassVar[str] = "paper_forms"
    __table_args__ = (
        PrimaryKeyConstraint("round_id", "form_number", name="paper_forms_one_of_each"),
        UniqueConstraint("round_id", "form_number", "person_id", name="paper_forms_have_one_person"),
        CheckConstraint("form_number ~ '^[0-9A-Z][0-9A-Z-]{0,19}$'", name="paper_forms_number_is_well_formed"),
        SCHEMA,
    )

    round_id: UUID = Field(sa_column=reference(ROUND, "paper_forms_round_exists", primary_key=True))
    form_number: str = Field(sa_type=Text, primary_key=True)
    person_id: UUID


class ApplicationEntryRow(SQLModel, table=True):
    """Who typed in a version of an application, and from what. Only ever added to."""

    __tablename__: ClassVar[str] = "application_entries"
    __table_args__ = (
        PrimaryKeyConstraint("round_id", "person_id", "version", name="application_entries_one_per_version"),
        ForeignKeyConstraint(
            ["round_id", "person_id", "version"],
            ["issuance.applications.round_id", "issuance.applications.person_id", "issuance.applications.version"],
            name="application_entries_version_exists",
        ),
        ForeignKeyConstraint(
            ["round_id", "form_number", "person_id"],
            ["issuance.paper_forms.round_id", "issuance.paper_forms.form_number", "issuance.paper_forms.person_id"],
            name="application_entries_form_is_the_persons",
        ),
        CheckConstraint("(form_number IS NULL) = (received_on IS NULL)", name="application_entries_forms_have_a_day"),
        CheckConstraint("reason <> ''", name="application_entries_reason_says_something"),
        Index(
            "application_entries_form",
            "round_id",
            "form_number",
            postgresql_where=text("form_number IS NOT NULL"),
        ),
        SCHEMA,
    )

    round_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    clerk_id: UUID
    form_number: str | None = Field(sa_type=Text, default=None)
    received_on: date | None = None
    reason: str | None = Field(sa_type=Text, default=None)
