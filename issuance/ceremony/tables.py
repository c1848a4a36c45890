"""The tables of the ceremony; the migration is the truth about triggers and grants."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from issuance.tables.columns import ROUND, SCHEMA, moment, reference

DRAW = "issuance.draws.round_id"
DESKS = "('commerce', 'finance', 'help', 'audit', 'system')"


class DrawStepRow(SQLModel, table=True):
    """What one person proposed and another confirmed."""

    __tablename__: ClassVar[str] = "draw_steps"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('rule_sheet', 'extension', 'correction', 'settlement', 'beacon', 'beacon_value')",
            name="draw_steps_kind_is_known",
        ),
        CheckConstraint("jsonb_typeof(facts) = 'object'", name="draw_steps_facts_are_an_object"),
        CheckConstraint("confirmed_by <> proposed_by", name="draw_steps_need_two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="draw_steps_are_confirmed_whole"),
        CheckConstraint(
            f"proposed_desk IN {DESKS} AND (confirmed_desk IS NULL OR confirmed_desk IN {DESKS})",
            name="draw_steps_desks_are_known",
        ),
        Index("draw_steps_round", "round_id"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    round_id: UUID = Field(sa_column=reference(ROUND, "draw_steps_round_exists"))
    kind: str = Field(sa_type=Text)
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    reason: str = Field(sa_type=Text)
    proposed_by: UUID
    proposed_desk: str | None = Field(sa_column=Column(Text))
    proposed_at: datetime = Field(sa_column=moment())
    confirmed_by: UUID | None = None
    confirmed_desk: str | None = Field(sa_column=Column(Text))
    confirmed_at: datetime | None = Field(sa_column=moment(nullable=True))


class DailyRootRow(SQLModel, table=True):
    """The published count and root of a day. Only ever added to."""

    __tablename__: ClassVar[str] = "daily_roots"
    __table_args__ = (
        PrimaryKeyConstraint("round_id", "day", name="daily_roots_one_per_day"),
        CheckConstraint("count >= 0", name="daily_roots_count_fits"),
        CheckConstraint("root ~ '^[0-9a-f]{64}$'", name="daily_roots_root_is_hex"),
        SCHEMA,
    )

    round_id: UUID = Field(sa_column=reference(ROUND, "daily_roots_round_exists", primary_key=True))
    day: date = Field(sa_column=Column(Date, primary_key=True))
    count: int
    root: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_column=moment())


class DrawVoidRow(SQLModel, table=True):
    """An application that a version of the list leaves out. Only ever added to."""

    __tablename__: ClassVar[str] = "draw_voids"
    __table_args__ = (
        PrimaryKeyConstraint("round_id", "list_version", "receipt", name="draw_voids_one_of_each"),
        CheckConstraint(
            "reason IN ('withdrawn', 'merged', 'died', 'moved', 'not_eligible', 'duplicate')",
            name="draw_voids_reason_is_known",
        ),
        CheckConstraint("(reason = 'merged') = (stands_for_it IS NOT NULL)", name="draw_voids_merged_stand_somewhere"),
        SCHEMA,
    )

    round_id: UUID = Field(sa_column=reference(DRAW, "draw_voids_draw_exists", primary_key=True))
    list_version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    receipt: str = Field(sa_type=Text, primary_key=True)
    reason: str = Field(sa_type=Text)
    stands_for_it: str | None = Field(sa_type=Text, default=None)


class ObjectionRow(SQLModel, table=True):
    """An objection to a list. Only ever added to."""

    __tablename__: ClassVar[str] = "objections"
    __table_args__ = (Index("objections_round", "round_id"), SCHEMA)

    id: UUID = Field(primary_key=True)
    round_id: UUID = Field(sa_column=reference(DRAW, "objections_draw_exists"))
    receipt: str | None = Field(sa_type=Text, default=None)
    standing: str | None = Field(sa_type=Text, default=None)
    text: str = Field(sa_type=Text)
    recorded_by: UUID
    recorded_at: datetime = Field(sa_column=moment())


class ObjectionAnswerRow(SQLModel, table=True):
    """The answer to an objection. Only ever added to."""

    __tablename__: ClassVar[str] = "objection_answers"
    __table_args__ = (
        CheckConstraint("outcome IN ('rejected', 'explained', 'upheld')", name="objection_answers_outcome_is_known"),
        SCHEMA,
    )

    objection_id: UUID = Field(
        sa_column=reference("issuance.objections.id", "objection_answers_objection_exists", primary_key=True)
    )
    outcome: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    answered_by: UUID
    answered_at: datetime = Field(sa_column=moment())
