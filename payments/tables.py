"""The tables of paying, as the migrations make them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy import DateTime as SaDateTime
from sqlmodel import Field, SQLModel

SCHEMA = "payments"


def _instant() -> Column[datetime]:
    return Column(SaDateTime(timezone=True), nullable=False)


class PaymentRecord(SQLModel, table=True):
    """A payment; its id is the id of its journal."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("channel IN ('mpm_static', 'mpm_dynamic', 'cpm', 'card')", name="payments_channel_is_known"),
        CheckConstraint("amount_yen > 0", name="payments_amount_is_positive"),
        Index("payments_wallet", "wallet_id", "paid_at"),
        Index("payments_store", "store_id", "paid_at"),
        {"schema": SCHEMA},
    )

    id: UUID = Field(primary_key=True)
    wallet_id: UUID
    merchant_id: UUID
    store_id: UUID
    channel: str
    amount_yen: int = Field(sa_type=BigInteger)
    paid_at: datetime = Field(sa_column=_instant())
    charged_by: UUID | None


class ReversalRecord(SQLModel, table=True):
    """A void or refund; its id is the id of its journal."""

    __tablename__ = "reversals"
    __table_args__ = (
        ForeignKeyConstraint(["payment_id"], ["payments.payments.id"], name="reversals_payment_exists"),
        CheckConstraint("kind IN ('void', 'refund')", name="reversals_kind_is_known"),
        CheckConstraint("amount_yen > 0", name="reversals_amount_is_positive"),
        CheckConstraint(
            "reason IN ('wrong_amount', 'paid_twice', 'goods_returned', 'other')", name="reversals_reason_is_known"
        ),
        Index("reversals_payment", "payment_id"),
        {"schema": SCHEMA},
    )

    id: UUID = Field(primary_key=True)
    payment_id: UUID
    kind: str
    amount_yen: int = Field(sa_type=BigInteger)
    reversed_at: datetime = Field(sa_column=_instant())
    reversed_by: UUID
    reason: str | None


class ConsumerCodeRecord(SQLModel, table=True):
    """A code that a resident was shown, by its digest."""

    __tablename__ = "consumer_codes"
    __table_args__ = (Index("consumer_codes_wallet", "wallet_id", "issued_at"), {"schema": SCHEMA})

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    wallet_id: UUID
    issued_at: datetime = Field(sa_column=_instant())


class BurntCodeRecord(SQLModel, table=True):
    """A code that was used in an attempt."""

    __tablename__ = "burnt_codes"
    __table_args__ = ({"schema": SCHEMA},)

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    burnt_at: datetime = Field(sa_column=_instant())


class DynamicCodeRecord(SQLModel, table=True):
    """A code with an amount that a till showed."""

    __tablename__ = "dynamic_codes"
    __table_args__ = (
        CheckConstraint("reference ~ '^[A-Za-z0-9_-]{22}$'", name="dynamic_codes_reference_is_written"),
        CheckConstraint("amount_yen > 0", name="dynamic_codes_amount_is_positive"),
        CheckConstraint("expires_at > issued_at", name="dynamic_codes_live_a_while"),
        {"schema": SCHEMA},
    )

    reference: str = Field(primary_key=True)
    store_id: UUID
    amount_yen: int = Field(sa_type=BigInteger)
    issued_at: datetime = Field(sa_column=_instant())
    expires_at: datetime = Field(sa_column=_instant())
    issued_by: UUID


class PaidCodeRecord(SQLModel, table=True):
    """A code with an amount that was paid, and by which payment."""

    __tablename__ = "paid_codes"
    __table_args__ = (
        ForeignKeyConstraint(["reference"], ["payments.dynamic_codes.reference"], name="paid_codes_code_exists"),
        ForeignKeyConstraint(["payment_id"], ["payments.payments.id"], name="paid_codes_payment_exists"),
        UniqueConstraint("payment_id", name="paid_codes_payment_pays_one"),
        {"schema": SCHEMA},
    )

    reference: str = Field(primary_key=True)
    payment_id: UUID
