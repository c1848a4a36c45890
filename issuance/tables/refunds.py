"""Money that was given back, and receipts of what was paid in cash."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from issuance.tables.columns import SCHEMA, moment, number, reference, yen

PURCHASE = "issuance.purchases.id"


class RefundEventRow(SQLModel, table=True):
    """How giving the money of a purchase back went on. Only ever added to."""

    __tablename__: ClassVar[str] = "refund_events"
    __table_args__ = (
        CheckConstraint("way IN ('provider', 'cash', 'bank_transfer')", name="refund_events_way_is_known"),
        CheckConstraint(
            "status IN ('requires_action', 'pending', 'succeeded', 'failed', 'canceled', 'refused')",
            name="refund_events_status_is_known",
        ),
        CheckConstraint("amount_yen > 0", name="refund_events_amount_is_positive"),
        CheckConstraint(
            "(way = 'provider') = (by IS NULL) AND (way = 'provider') = (second_person IS NULL) "
            "AND (way = 'provider') = (evidence IS NULL) AND (by <> second_person OR way = 'provider')",
            name="refund_events_need_two_people",
        ),
        Index("refund_events_purchase", "purchase_id", "id"),
        Index("refund_events_refund", "refund_id", "id", postgresql_where=text("refund_id IS NOT NULL")),
        SCHEMA,
    )

    id: int = Field(sa_column=number())
    purchase_id: UUID = Field(sa_column=reference(PURCHASE, "refund_events_purchase_exists"))
    way: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    amount_yen: int = Field(sa_column=yen())
    refund_id: str | None = Field(sa_type=Text, default=None)
    reason: str | None = Field(sa_type=Text, default=None)
    evidence: str | None = Field(sa_type=Text, default=None)
    by: UUID | None = None
    second_person: UUID | None = None
    at: datetime = Field(sa_column=moment())


class CounterReceiptRow(SQLModel, table=True):
    """The number of the receipt of a purchase in cash. Only ever added to."""

    __tablename__: ClassVar[str] = "counter_receipts"
    __table_args__ = (UniqueConstraint("number", name="counter_receipts_number_is_unique"), SCHEMA)

    purchase_id: UUID = Field(sa_column=reference(PURCHASE, "counter_receipts_purchase_exists", primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))


class ReceiptPrintRow(SQLModel, table=True):
    """A receipt was printed; copy 0 is the original. Only ever added to."""

    __tablename__: ClassVar[str] = "receipt_prints"
    __table_args__ = (CheckConstraint("copy_number >= 0", name="receipt_prints_copy_is_counted"), SCHEMA)

    purchase_id: UUID = Field(
        sa_column=reference("issuance.counter_receipts.purchase_id", "receipt_prints_receipt_exists", primary_key=True)
    )
    copy_number: int = Field(primary_key=True)
    clerk_id: UUID
    at: datetime = Field(sa_column=moment())
