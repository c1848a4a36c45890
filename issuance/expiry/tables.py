"""The tables of expiry; the migration is the truth about triggers and grants."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from issuance.tables.columns import SCHEMA, moment, number, reference, yen

RUN = "issuance.expiry_runs.id"
REVERSAL = "issuance.expiry_reversals.id"


class ExpiryRunMoveRow(SQLModel, table=True):
    """A step that a run can make."""

    __tablename__: ClassVar[str] = "expiry_run_moves"
    __table_args__ = (SCHEMA,)

    from_state: str = Field(sa_type=Text, primary_key=True)
    to_state: str = Field(sa_type=Text, primary_key=True)


class ExpiryRunRow(SQLModel, table=True):
    """A list of lots that expire together, once a second person has approved it."""

    __tablename__: ClassVar[str] = "expiry_runs"
    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'approved', 'replaced', 'done', 'stopped')", name="expiry_runs_state_is_known"
        ),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="expiry_runs_digest_is_sha256"),
        CheckConstraint(
            "approved_by <> planned_by AND (approved_by IS NOT NULL OR state IN ('planned', 'replaced'))",
            name="expiry_runs_need_two_people",
        ),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="expiry_runs_approval_is_whole"),
        Index(
            "expiry_runs_one_of_a_kind_open",
            "state",
            unique=True,
            postgresql_where=text("state IN ('planned', 'approved')"),
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    through_day: date
    digest: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    planned_by: UUID
    planned_at: datetime = Field(sa_column=moment())
    approved_by: UUID | None
    approved_at: datetime | None = Field(sa_column=moment(nullable=True))


class ExpiryRunEventRow(SQLModel, table=True):
    """A step of a run. Only ever added to."""

    __tablename__: ClassVar[str] = "expiry_run_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["from_state", "to_state"],
            ["issuance.expiry_run_moves.from_state", "issuance.expiry_run_moves.to_state"],
            name="expiry_run_events_move_is_legal",
        ),
        Index("expiry_run_events_run", "run_id"),
        SCHEMA,
    )

    id: int = Field(sa_column=number())
    run_id: UUID = Field(sa_column=reference(RUN, "expiry_run_events_run_exists"))
    from_state: str | None = Field(sa_type=Text)
    to_state: str = Field(sa_type=Text)
    by: UUID | None
    at: datetime = Field(sa_column=moment())
    reason: str = Field(sa_type=Text)


class ExpiryRunLotRow(SQLModel, table=True):
    """A lot of a run, with what it held at the dry run. Only ever added to."""

    __tablename__: ClassVar[str] = "expiry_run_lots"
    __table_args__ = (
        ForeignKeyConstraint(
            ["run_id"], [RUN], name="expiry_run_lots_run_exists", deferrable=True, initially="DEFERRED"
        ),
        UniqueConstraint("run_id", "position", name="expiry_run_lots_position_is_unique"),
        CheckConstraint(
            "paid_yen >= 0 AND premium_yen >= 0 AND paid_yen + premium_yen > 0", name="expiry_run_lots_hold_value"
        ),
        SCHEMA,
    )

    run_id: UUID = Field(primary_key=True)
    lot_id: UUID = Field(primary_key=True)
    position: int
    wallet_id: UUID
    campaign_id: UUID
    last_day: date
    paid_yen: int = Field(sa_column=yen())
    premium_yen: int = Field(sa_column=yen())


class ExpiryRunCampaignRow(SQLModel, table=True):
    """The break-even report of a run for one campaign. Only ever added to."""

    __tablename__: ClassVar[str] = "expiry_run_campaigns"
    __table_args__ = (
        ForeignKeyConstraint(
            ["run_id"], [RUN], name="expiry_run_campaigns_run_exists", deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint(
            "issued_paid_yen = used_paid_yen + held_paid_yen + expired_paid_yen + left_paid_yen"
            " AND issued_premium_yen = used_premium_yen + held_premium_yen + expired_premium_yen + left_premium_yen",
            name="expiry_run_campaigns_break_even",
        ),
        CheckConstraint(
            "lots > 0 AND due_paid_yen BETWEEN 0 AND left_paid_yen AND due_premium_yen BETWEEN 0 AND left_premium_yen",
            name="expiry_run_campaigns_due_is_left",
        ),
        SCHEMA,
    )

    run_id: UUID = Field(primary_key=True)
    campaign_id: UUID = Field(primary_key=True)
    lots: int
    due_paid_yen: int = Field(sa_column=yen())
    due_premium_yen: int = Field(sa_column=yen())
    issued_paid_yen: int = Field(sa_column=yen())
    issued_premium_yen: int = Field(sa_column=yen())
    used_paid_yen: int = Field(sa_column=yen())
    used_premium_yen: int = Field(sa_column=yen())
    held_paid_yen: int = Field(sa_column=yen())
    held_premium_yen: int = Field(sa_column=yen())
    expired_paid_yen: int = Field(sa_column=yen())
    expired_premium_yen: int = Field(sa_column=yen())
    left_paid_yen: int = Field(sa_column=yen())
    left_premium_yen: int = Field(sa_column=yen())


class ExpiredLotRow(SQLModel, table=True):
    """A lot that a run expired. Only ever added to."""

    __tablename__: ClassVar[str] = "expired_lots"
    __table_args__ = (
        ForeignKeyConstraint(
            ["run_id", "lot_id"],
            ["issuance.expiry_run_lots.run_id", "issuance.expiry_run_lots.lot_id"],
            name="expired_lots_were_planned",
        ),
        UniqueConstraint("journal_id", name="expired_lots_journal_is_unique"),
        SCHEMA,
    )

    run_id: UUID = Field(primary_key=True)
    lot_id: UUID = Field(primary_key=True)
    journal_id: UUID
    expired_at: datetime = Field(sa_column=moment())


class ExpiryReversalMoveRow(SQLModel, table=True):
    """A step that a reversal can make."""

    __tablename__: ClassVar[str] = "expiry_reversal_moves"
    __table_args__ = (SCHEMA,)

    from_state: str = Field(sa_type=Text, primary_key=True)
    to_state: str = Field(sa_type=Text, primary_key=True)


class ExpiryReversalRow(SQLModel, table=True):
    """What two people want given back of a run."""

    __tablename__: ClassVar[str] = "expiry_reversals"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'confirmed', 'done', 'stopped')", name="expiry_reversals_state_is_known"),
        CheckConstraint("reason ~ '\\S'", name="expiry_reversals_have_a_reason"),
        CheckConstraint(
            "confirmed_by <> asked_by AND (confirmed_by IS NOT NULL OR state = 'asked')",
            name="expiry_reversals_need_two_people",
        ),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="expiry_reversals_confirmation_is_whole"
        ),
        CheckConstraint(
            "(state = 'stopped') = (stopped_because IS NOT NULL)", name="expiry_reversals_stop_has_a_reason"
        ),
        Index("expiry_reversals_run", "run_id"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    run_id: UUID = Field(sa_column=reference(RUN, "expiry_reversals_run_exists"))
    reason: str = Field(sa_type=Text)
    last_day: date
    state: str = Field(sa_type=Text)
    asked_by: UUID
    asked_at: datetime = Field(sa_column=moment())
    confirmed_by: UUID | None
    confirmed_at: datetime | None = Field(sa_column=moment(nullable=True))
    stopped_because: str | None = Field(sa_type=Text)


class ExpiryReversalLotRow(SQLModel, table=True):
    """An expired lot that a reversal gives back. Only ever added to."""

    __tablename__: ClassVar[str] = "expiry_reversal_lots"
    __table_args__ = (
        ForeignKeyConstraint(
            ["run_id", "lot_id"],
            ["issuance.expired_lots.run_id", "issuance.expired_lots.lot_id"],
            name="expiry_reversal_lots_expired",
        ),
        Index("expiry_reversal_lots_lot", "lot_id"),
        SCHEMA,
    )

    reversal_id: UUID = Field(sa_column=reference(REVERSAL, "expiry_reversal_lots_reversal_exists", primary_key=True))
    run_id: UUID
    lot_id: UUID = Field(primary_key=True)
    position: int


class ReversedLotRow(SQLModel, table=True):
    """A lot that came back, and the lot its value is in now. Only ever added to."""

    __tablename__: ClassVar[str] = "reversed_lots"
    __table_args__ = (
        ForeignKeyConstraint(
            ["reversal_id", "lot_id"],
            ["issuance.expiry_reversal_lots.reversal_id", "issuance.expiry_reversal_lots.lot_id"],
            name="reversed_lots_were_asked_for",
        ),
        UniqueConstraint("lot_id", name="reversed_lots_once"),
        UniqueConstraint("journal_id", name="reversed_lots_journal_is_unique"),
        SCHEMA,
    )

    reversal_id: UUID = Field(primary_key=True)
    lot_id: UUID = Field(primary_key=True)
    new_lot_id: UUID
    journal_id: UUID
    reversed_at: datetime = Field(sa_column=moment())
