"""The tables of notices; the migration is the truth about triggers and grants."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from issuance.tables.columns import SCHEMA, moment, reference

NOTICE = "issuance.notices.id"
DOORS = "('inbox', 'line', 'email')"


class NoticeRow(SQLModel, table=True):
    """What one wallet is told once. Only ever added to."""

    __tablename__: ClassVar[str] = "notices"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "day", name="notices_once"),
        CheckConstraint(
            "kind IN ('value_expires', 'pay_window_ends', 'draw_result', 'waiting_list_offer')",
            name="notices_kind_is_known",
        ),
        CheckConstraint("jsonb_typeof(facts) = 'object'", name="notices_facts_are_an_object"),
        Index("notices_wallet", "wallet_id", "made_at"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    wallet_id: UUID
    kind: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    day: date
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    made_at: datetime = Field(sa_column=moment())


class NoticePreferenceRow(SQLModel, table=True):
    """The door that the owner of a wallet has chosen."""

    __tablename__: ClassVar[str] = "notice_preferences"
    __table_args__ = (CheckConstraint(f"door IN {DOORS}", name="notice_preferences_door_is_known"), SCHEMA)

    wallet_id: UUID = Field(primary_key=True)
    door: str = Field(sa_type=Text)
    chosen_at: datetime = Field(sa_column=moment())


class NoticeDeliveryRow(SQLModel, table=True):
    """How a notice reaches its wallet: one row per notice, which ends once."""

    __tablename__: ClassVar[str] = "notice_deliveries"
    __table_args__ = (
        CheckConstraint(
            f"chosen_door IN {DOORS} AND (door = chosen_door OR door = 'inbox')",
            name="notice_deliveries_door_is_known",
        ),
        CheckConstraint("attempts >= 0", name="notice_deliveries_attempts_fit"),
        CheckConstraint("door <> 'inbox' OR delivered_at IS NOT NULL", name="notice_deliveries_inbox_is_at_once"),
        Index("notice_deliveries_due", "next_at", postgresql_where=text("delivered_at IS NULL")),
        SCHEMA,
    )

    notice_id: UUID = Field(sa_column=reference(NOTICE, "notice_deliveries_notice_exists", primary_key=True))
    chosen_door: str = Field(sa_type=Text)
    door: str = Field(sa_type=Text)
    attempts: int
    next_at: datetime = Field(sa_column=moment())
    delivered_at: datetime | None = Field(sa_column=moment(nullable=True))


class NoticeAttemptRow(SQLModel, table=True):
    """One attempt of a door. Only ever added to."""

    __tablename__: ClassVar[str] = "notice_attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["notice_id"], ["issuance.notice_deliveries.notice_id"], name="notice_attempts_delivery_exists"
        ),
        CheckConstraint(
            "outcome IN ('delivered', 'unreachable', 'try_again')", name="notice_attempts_outcome_is_known"
        ),
        SCHEMA,
    )

    notice_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    door: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())


class NoticeReadingRow(SQLModel, table=True):
    """That somebody opened a notice. Only ever added to."""

    __tablename__: ClassVar[str] = "notice_readings"
    __table_args__ = (SCHEMA,)

    notice_id: UUID = Field(sa_column=reference(NOTICE, "notice_readings_notice_exists", primary_key=True))
    read_at: datetime = Field(sa_column=moment())
