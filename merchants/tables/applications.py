"""Applications of shops: what was sent in, what happened to it, and what is being typed."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy import ForeignKeyConstraint as References
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

SCHEMA = {"schema": "merchants"}
INSTANT: Any = DateTime(timezone=True)
APPLICATION = ["merchants.applications.id"]
VERSION = ["merchants.application_versions.application_id", "merchants.application_versions.version"]


class ApplicationRow(SQLModel, table=True):
    """An application; its state and version are moved by its history only."""

    __tablename__: ClassVar[str] = "applications"
    __table_args__ = (
        UniqueConstraint("receipt", name="applications_receipt_once"),
        UniqueConstraint("proof_digest", name="applications_proof_once"),
        CheckConstraint("length(proof_digest) = 32", name="applications_proof_is_a_digest"),
        CheckConstraint(
            "state IN ('new', 'submitted', 'needs_correction', 'examined', 'approved', 'declined', 'withdrawn')",
            name="applications_state_is_known",
        ),
        Index("applications_state", "state"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    receipt: str = Field(sa_type=Text)
    proof_digest: bytes = Field(sa_type=LargeBinary)
    state: str = Field(default="new", sa_type=Text, sa_column_kwargs={"server_default": "new"})
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    submitted_at: datetime = Field(sa_type=INSTANT)


class ApplicationVersionRow(SQLModel, table=True):
    """What was sent in. Only ever added to."""

    __tablename__: ClassVar[str] = "application_versions"
    __table_args__ = (
        PrimaryKeyConstraint("application_id", "version", name="application_versions_once"),
        References(["application_id"], APPLICATION, name="application_versions_application_exists"),
        CheckConstraint("version > 0", name="application_versions_are_counted"),
        CheckConstraint(
            "legal_name <> '' AND legal_kana <> '' AND representative <> '' AND trade <> '' AND address <> ''",
            name="application_versions_say_who",
        ),
        CheckConstraint("phone ~ '^0[0-9]{9,10}$'", name="application_versions_phone_is_a_number"),
        CheckConstraint("postal_code ~ '^[0-9]{3}-[0-9]{4}$'", name="application_versions_postal_code_has_hyphen"),
        CheckConstraint("size IN ('small', 'large')", name="application_versions_size_is_known"),
        CheckConstraint(
            "bank_code ~ '^[0-9]{4}$' AND branch_code ~ '^[0-9]{3}$' AND account_number ~ '^[0-9]{7}$'",
            name="application_versions_account_in_digits",
        ),
        CheckConstraint("account_kind IN ('1', '2', '4', '9')", name="application_versions_account_kind_is_known"),
        CheckConstraint(
            r"holder_kana ~ '^(?! )[ｱ-ﾟA-Z0-9().\- ]{1,30}(?<! )$'", name="application_versions_holder_fits_a_bank_file"
        ),
        CheckConstraint(
            "pledge_version <> '' AND pledge_sha256 ~ '^[0-9a-f]{64}$'", name="application_versions_name_the_pledge"
        ),
        SCHEMA,
    )

    application_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    legal_name: str = Field(sa_type=Text)
    legal_kana: str = Field(sa_type=Text)
    representative: str = Field(sa_type=Text)
    phone: str = Field(sa_type=Text)
    postal_code: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    trade: str = Field(sa_type=Text)
    size: str = Field(sa_type=Text)
    bank_code: str = Field(sa_type=Text)
    branch_code: str = Field(sa_type=Text)
    bank_name: str = Field(sa_type=Text)
    branch_name: str = Field(sa_type=Text)
    account_kind: str = Field(sa_type=Text)
    account_number: str = Field(sa_type=Text)
    holder_kana: str = Field(sa_type=Text)
    pledge_version: str = Field(sa_type=Text)
    pledge_sha256: str = Field(sa_type=Text)
    pledged_at: datetime = Field(sa_type=INSTANT)


class ApplicationStoreRow(SQLModel, table=True):
    """A place where people will pay, as it was sent in. Only ever added to."""

    __tablename__: ClassVar[str] = "application_stores"
    __table_args__ = (
        PrimaryKeyConstraint("application_id", "version", "position", name="application_stores_once"),
        References(["application_id", "version"], VERSION, name="application_stores_version_exists"),
        CheckConstraint("position > 0", name="application_stores_are_counted"),
        CheckConstraint(
            "length(display_name) BETWEEN 1 AND 25 AND name_latin ~ '^[ -~]{1,25}$'",
            name="application_stores_names_fit_a_code",
        ),
        CheckConstraint("postal_code ~ '^[0-9]{3}-[0-9]{4}$'", name="application_stores_postal_code_has_hyphen"),
        CheckConstraint("floor_m2 BETWEEN 0 AND 999999", name="application_stores_floor_is_possible"),
        SCHEMA,
    )

    application_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    position: int = Field(sa_type=SmallInteger, primary_key=True)
    display_name: str = Field(sa_type=Text)
    name_latin: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    postal_code: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    floor_m2: int


class ApplicationEventRow(SQLModel, table=True):
    """A step that was taken. Only ever added to."""

    __tablename__: ClassVar[str] = "application_events"
    __table_args__ = (
        PrimaryKeyConstraint("application_id", "number", name="application_events_once"),
        References(["application_id", "version"], VERSION, name="application_events_version_exists"),
        References(["merchant_id"], ["merchants.merchants.id"], name="application_events_merchant_exists"),
        UniqueConstraint("merchant_id", name="application_events_merchant_once"),
        CheckConstraint(
            "(step, from_state, to_state, by_kind) IN ("
            "('submitted', 'new', 'submitted', 'applicant'),"
            "('correction_asked', 'submitted', 'needs_correction', 'staff'),"
            "('correction_asked', 'examined', 'needs_correction', 'staff'),"
            "('corrected', 'needs_correction', 'submitted', 'applicant'),"
            "('examined', 'submitted', 'examined', 'staff'), ('approved', 'submitted', 'approved', 'staff'),"
            "('approved', 'examined', 'approved', 'staff'), ('declined', 'submitted', 'declined', 'staff'),"
            "('declined', 'needs_correction', 'declined', 'staff'), ('declined', 'examined', 'declined', 'staff'),"
            "('withdrawn', 'submitted', 'withdrawn', 'applicant'),"
            "('withdrawn', 'needs_correction', 'withdrawn', 'applicant'),"
            "('withdrawn', 'examined', 'withdrawn', 'applicant'))",
            name="application_events_are_legal",
        ),
        CheckConstraint("(by IS NOT NULL) = (by_kind = 'staff')", name="application_events_say_who"),
        CheckConstraint(
            "step NOT IN ('correction_asked', 'declined') OR reason <> ''", name="application_events_say_why"
        ),
        CheckConstraint(
            "(merchant_id IS NOT NULL) = (step = 'approved')", name="application_events_approval_makes_a_merchant"
        ),
        SCHEMA,
    )

    application_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    version: int
    step: str = Field(sa_type=Text)
    from_state: str = Field(sa_type=Text)
    to_state: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=INSTANT)
    by_kind: str = Field(sa_type=Text)
    by: UUID | None = None
    reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    merchant_id: UUID | None = None


class ApplicationDraftRow(SQLModel, table=True):
    """What somebody has typed so far; forgotten when it is sent, or when nobody goes on with it."""

    __tablename__: ClassVar[str] = "application_drafts"
    __table_args__ = (
        References(["application_id"], APPLICATION, name="application_drafts_application_exists"),
        CheckConstraint("length(secret_digest) = 32", name="application_drafts_secret_is_a_digest"),
        Index("application_drafts_saved_at", "saved_at"),
        SCHEMA,
    )

    secret_digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
    application_id: UUID | None = None
    content: dict[str, Any] = Field(sa_type=JSONB)
    saved_at: datetime = Field(sa_type=INSTANT)
