"""The tables of access; the migration is the truth about triggers and grants."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from identity.tables import SCHEMA

EVENT = "identity.audit_events.sequence"


def _instant() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False)


class ReadingRow(SQLModel, table=True):
    """Somebody of the staff read somebody's data."""

    __tablename__: ClassVar[str] = "readings"
    __table_args__ = (
        CheckConstraint("desk IN ('commerce', 'finance', 'help', 'audit', 'admin')", name="readings_desk_is_known"),
        CheckConstraint("btrim(screen) <> ''", name="readings_screen_is_named"),
        CheckConstraint(
            "reason_code IN ('inquiry', 'counter', 'lottery_notice', 'lost_device', 'complaint', 'legal_duty',"
            " 'audit', 'disclosure')",
            name="readings_reason_is_known",
        ),
        CheckConstraint("length(reason_text) BETWEEN 1 AND 300", name="readings_reason_is_said"),
        CheckConstraint(
            "cardinality(what) > 0 AND what <@ ARRAY['name', 'kana', 'birth_date', 'address', 'district',"
            " 'household', 'wallet', 'smartphone']",
            name="readings_what_is_named",
        ),
        CheckConstraint("length(case_reference) BETWEEN 1 AND 64", name="readings_case_is_short"),
        Index("readings_person", "person_id", "at", "id"),
        Index("readings_at", "at"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.people.id", name="readings_person_exists"), nullable=False)
    )
    staff_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.staff.id", name="readings_staff_exists"), nullable=False)
    )
    at: datetime = Field(sa_column=_instant())
    desk: str = Field(sa_type=Text)
    screen: str = Field(sa_type=Text)
    reason_code: str = Field(sa_type=Text)
    reason_text: str = Field(sa_type=Text)
    what: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    case_reference: str | None = Field(default=None, sa_type=Text)


class AuditEventRow(SQLModel, table=True):
    """Something that happened to an identity."""

    __tablename__: ClassVar[str] = "audit_events"
    __table_args__ = (
        CheckConstraint(r"kind ~ '^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$'", name="audit_events_kind_is_two_words"),
        CheckConstraint("outcome IN ('succeeded', 'refused', 'failed')", name="audit_events_outcome_is_known"),
        CheckConstraint(
            "actor_kind IN ('resident', 'shop', 'staff', 'client', 'system', 'nobody')",
            name="audit_events_actor_is_known",
        ),
        CheckConstraint("jsonb_typeof(facts) = 'object'", name="audit_events_facts_are_named"),
        Index("audit_events_person", "person_id", "sequence", postgresql_where=text("person_id IS NOT NULL")),
        Index(
            "audit_events_disclosed_once_a_day",
            *("person_id", "client_id", "facts"),
            unique=True,
            postgresql_where=text("kind = 'person.disclosed'"),
        ),
        SCHEMA,
    )

    sequence: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    at: datetime = Field(sa_column=_instant())
    kind: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    actor_kind: str = Field(sa_type=Text)
    actor_id: UUID | None = None
    person_id: UUID | None = None
    client_id: str | None = Field(default=None, sa_type=Text)
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class AuditSealRow(SQLModel, table=True):
    """One link of the chain."""

    __tablename__: ClassVar[str] = "audit_seals"
    __table_args__ = (
        UniqueConstraint("sequence", name="audit_seals_event_is_sealed_once"),
        CheckConstraint("position > 0", name="audit_seals_position_counts_up"),
        CheckConstraint(
            "octet_length(previous_hash) = 32 AND octet_length(hash) = 32", name="audit_seals_hashes_are_sha256"
        ),
        SCHEMA,
    )

    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    sequence: int = Field(
        sa_column=Column(BigInteger, ForeignKey(EVENT, name="audit_seals_event_exists"), nullable=False)
    )
    previous_hash: bytes
    hash: bytes
    sealed_at: datetime = Field(sa_column=_instant())


class AuditUnsealedRow(SQLModel, table=True):
    """An event that waits for its link."""

    __tablename__: ClassVar[str] = "audit_unsealed"
    __table_args__ = (SCHEMA,)

    sequence: int = Field(
        sa_column=Column(
            BigInteger,
            ForeignKey(EVENT, name="audit_unsealed_event_exists"),
            primary_key=True,
            autoincrement=False,
        )
    )


class DeletionRequestRow(SQLModel, table=True):
    """A deletion that waits for a second member of staff, or was decided."""

    __tablename__: ClassVar[str] = "deletion_requests"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('asked_by_person', 'moved_out', 'deceased', 'entered_in_error')",
            name="deletion_requests_reason_is_known",
        ),
        CheckConstraint("length(case_reference) BETWEEN 1 AND 64", name="deletion_requests_case_is_short"),
        CheckConstraint("outcome IN ('confirmed', 'withdrawn')", name="deletion_requests_outcome_is_known"),
        CheckConstraint(
            "num_nulls(decided_by, decided_at, outcome) IN (0, 3)", name="deletion_requests_are_decided_or_wait"
        ),
        CheckConstraint(
            "outcome <> 'confirmed' OR decided_by <> requested_by", name="deletion_requests_need_a_second_person"
        ),
        Index(
            "deletion_requests_one_waits_per_person",
            "person_id",
            unique=True,
            postgresql_where=text("outcome IS NULL"),
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.people.id", name="deletion_requests_person_exists"), nullable=False)
    )
    requested_by: UUID = Field(
        sa_column=Column(ForeignKey("identity.staff.id", name="deletion_requests_clerk_exists"), nullable=False)
    )
    reason: str = Field(sa_type=Text)
    case_reference: str = Field(sa_type=Text)
    requested_at: datetime = Field(sa_column=_instant())
    decided_by: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("identity.staff.id", name="deletion_requests_second_exists"))
    )
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    outcome: str | None = Field(default=None, sa_type=Text)
