"""The tables of payouts and disputes; the migration is the truth about triggers and grants."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, Uuid, text
from sqlmodel import Field, SQLModel

from issuance.tables.columns import SCHEMA, moment, number, yen

PURCHASE = "issuance.purchases.id"


def _purchase(constraint: str) -> Column[UUID]:
    return Column(Uuid, ForeignKey(PURCHASE, name=constraint), nullable=True)


def _text_reference(target: str, constraint: str) -> Column[str]:
    return Column(Text, ForeignKey(target, name=constraint), nullable=False)


class DisputeRow(SQLModel, table=True):
    """A payer's bank asks for a payment back; where it stands moves, what it is about does not."""

    __tablename__: ClassVar[str] = "disputes"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('unmatched', 'watched', 'taken_back', 'frozen', 'restored', 'lost', 'loss_open', "
            "'money_to_return', 'closed')",
            name="disputes_outcome_is_known",
        ),
        CheckConstraint(
            "amount_yen > 0 AND unspent_paid_yen BETWEEN 0 AND unspent_yen AND spent_paid_yen BETWEEN 0 AND spent_yen",
            name="disputes_numbers_fit",
        ),
        Index("disputes_purchase", "purchase_id"),
        Index(
            "disputes_running",
            "opened_at",
            postgresql_where=text("outcome IN ('unmatched', 'watched', 'taken_back', 'frozen')"),
        ),
        SCHEMA,
    )

    dispute_id: str = Field(sa_type=Text, primary_key=True)
    provider_id: str = Field(sa_type=Text)
    purchase_id: UUID | None = Field(sa_column=_purchase("disputes_purchase_exists"))
    amount_yen: int = Field(sa_column=yen())
    reason: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    unspent_yen: int = Field(sa_column=yen())
    unspent_paid_yen: int = Field(sa_column=yen())
    spent_yen: int = Field(sa_column=yen())
    spent_paid_yen: int = Field(sa_column=yen())
    hold_id: UUID | None = None
    evidence_due_at: datetime | None = Field(sa_column=moment(nullable=True))
    opened_at: datetime = Field(sa_column=moment())
    changed_at: datetime = Field(sa_column=moment())


class DisputeEventRow(SQLModel, table=True):
    """A dispute went on. Only ever added to."""

    __tablename__: ClassVar[str] = "dispute_events"
    __table_args__ = (Index("dispute_events_dispute", "dispute_id"), SCHEMA)

    id: int = Field(sa_column=number())
    dispute_id: str = Field(sa_column=_text_reference("issuance.disputes.dispute_id", "dispute_events_dispute_exists"))
    status: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    unspent_yen: int = Field(sa_column=yen())
    spent_yen: int = Field(sa_column=yen())
    at: datetime = Field(sa_column=moment())


class PayoutRow(SQLModel, table=True):
    """Money that the provider sent to the city's bank; once it is booked, its amounts stay."""

    __tablename__: ClassVar[str] = "provider_payouts"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('booked', 'not_adding_up', 'not_bookable', 'failed')",
            name="provider_payouts_outcome_is_known",
        ),
        CheckConstraint("outcome <> 'booked' OR journal_id IS NOT NULL", name="provider_payouts_booked_have_a_journal"),
        SCHEMA,
    )

    payout_id: str = Field(sa_type=Text, primary_key=True)
    amount_yen: int = Field(sa_column=yen())
    entries_yen: int = Field(sa_column=yen())
    fees_yen: int = Field(sa_column=yen())
    arrived_on: date
    outcome: str = Field(sa_type=Text)
    journal_id: UUID | None = None
    recorded_at: datetime = Field(sa_column=moment())


class PayoutEntryRow(SQLModel, table=True):
    """One line of what a booked payout is made of. Only ever added to."""

    __tablename__: ClassVar[str] = "payout_entries"
    __table_args__ = (
        Index("payout_entries_payout", "payout_id"),
        Index("payout_entries_purchase", "purchase_id"),
        SCHEMA,
    )

    entry_id: str = Field(sa_type=Text, primary_key=True)
    payout_id: str = Field(
        sa_column=_text_reference("issuance.provider_payouts.payout_id", "payout_entries_payout_exists")
    )
    kind: str = Field(sa_type=Text)
    amount_yen: int = Field(sa_column=yen())
    fee_yen: int = Field(sa_column=yen())
    provider_id: str | None = Field(sa_type=Text, default=None)
    purchase_id: UUID | None = Field(sa_column=_purchase("payout_entries_purchase_exists"))
