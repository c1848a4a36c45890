"""The tables of the schema `settlement`: all of them history, rows are added and never changed."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy import ForeignKeyConstraint as References
from sqlmodel import Field, SQLModel

SCHEMA: dict[str, Any] = {"schema": "settlement"}
CLOSING = ["settlement.closings.id"]
PAYOUT = ["settlement.payouts.id"]
ITEM = ["settlement.payout_items.payout_id", "settlement.payout_items.item_number"]
INSTANT: Any = DateTime(timezone=True)


class ClosingRow(SQLModel, table=True):
    """One closing: everything up to a cut-off day."""

    __tablename__: ClassVar[str] = "closings"
    __table_args__ = (
        UniqueConstraint("number", name="closings_number_once"),
        UniqueConstraint("cutoff_day", name="closings_cutoff_day_once"),
        UniqueConstraint("key", name="closings_key_once"),
        CheckConstraint("number > 0", name="closings_number_is_positive"),
        CheckConstraint("minimum_payout_yen > 0", name="closings_minimum_is_positive"),
        SCHEMA,
    )
    id: UUID = Field(primary_key=True)
    number: int
    cutoff_day: date
    pay_day: date
    minimum_payout_yen: int = Field(sa_type=BigInteger)
    closed_at: datetime = Field(sa_type=INSTANT)
    closed_by: str = Field(sa_type=Text)
    key: UUID
    fingerprint: UUID
    recorded_at: datetime = Field(sa_type=INSTANT, sa_column_kwargs={"server_default": text("now()")})


class SettledMovementRow(SQLModel, table=True):
    """A line of the books that a closing took; its key is the promise that only one did."""

    __tablename__: ClassVar[str] = "settled_movements"
    __table_args__ = (
        References(["closing_id"], CLOSING, name="settled_movements_closing_exists"),
        Index("settled_movements_closing", "closing_id"),
        SCHEMA,
    )
    journal_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True, sa_type=SmallInteger)
    closing_id: UUID


class StatementRow(SQLModel, table=True):
    """What one merchant took in one campaign up to a closing; paid, or carried over with a reason."""

    __tablename__: ClassVar[str] = "statements"
    __table_args__ = (
        References(["closing_id"], CLOSING, name="statements_closing_exists"),
        CheckConstraint(
            "payment_count >= 0 AND given_back_count >= 0 AND payment_count + given_back_count > 0",
            name="statements_counts_fit",
        ),
        CheckConstraint(
            "gross_paid_yen >= 0 AND gross_premium_yen >= 0 AND given_back_paid_yen >= 0"
            " AND given_back_premium_yen >= 0",
            name="statements_parts_fit",
        ),
        CheckConstraint(
            "net_yen = gross_paid_yen + gross_premium_yen - given_back_paid_yen - given_back_premium_yen",
            name="statements_add_up",
        ),
        CheckConstraint(
            "carried_over_because IS NOT NULL OR (net_yen > 0 AND gross_paid_yen >= given_back_paid_yen"
            " AND gross_premium_yen >= given_back_premium_yen)",
            name="statements_pay_what_is_due",
        ),
        CheckConstraint(
            "carried_over_because IN ('nothing_due', 'campaign_negative', 'parts_uneven', 'below_minimum',"
            " 'bank_account_missing', 'bank_account_unusable')",
            name="statements_carry_over_reason_is_known",
        ),
        Index("statements_merchant", "merchant_id"),
        SCHEMA,
    )
    closing_id: UUID = Field(primary_key=True)
    merchant_id: UUID = Field(primary_key=True)
    campaign_id: UUID = Field(primary_key=True)
    payment_count: int
    gross_paid_yen: int = Field(sa_type=BigInteger)
    gross_premium_yen: int = Field(sa_type=BigInteger)
    given_back_count: int
    given_back_paid_yen: int = Field(sa_type=BigInteger)
    given_back_premium_yen: int = Field(sa_type=BigInteger)
    net_yen: int = Field(sa_type=BigInteger)
    carried_over_because: str | None = Field(default=None, sa_type=Text)


class PayoutRow(SQLModel, table=True):
    """One file for the bank and the journal that put its sum into flight."""

    __tablename__: ClassVar[str] = "payouts"
    __table_args__ = (
        References(["closing_id"], CLOSING, name="payouts_closing_exists"),
        References(
            ["reissues_payout_id", "reissues_item_number"],
            ITEM,
            name="payouts_reissued_item_exists",
            use_alter=True,
        ),
        UniqueConstraint("number", name="payouts_number_once"),
        UniqueConstraint("file_name", name="payouts_file_name_once"),
        UniqueConstraint("journal_id", name="payouts_journal_once"),
        UniqueConstraint("reissues_payout_id", "reissues_item_number", name="payouts_reissue_once"),
        CheckConstraint("number > 0", name="payouts_number_is_positive"),
        CheckConstraint(
            "(reissues_payout_id IS NULL) = (reissues_item_number IS NULL)", name="payouts_reissue_is_whole"
        ),
        CheckConstraint("total_yen > 0 AND item_count > 0", name="payouts_pay_something"),
        CheckConstraint("file_sha256 = encode(sha256(file_bytes), 'hex')", name="payouts_digest_fits"),
        Index("payouts_closing", "closing_id"),
        SCHEMA,
    )
    id: UUID = Field(primary_key=True)
    number: int
    closing_id: UUID
    reissues_payout_id: UUID | None = None
    reissues_item_number: int | None = None
    pay_day: date
    journal_id: UUID
    total_yen: int = Field(sa_type=BigInteger)
    item_count: int
    file_name: str = Field(sa_type=Text)
    file_bytes: bytes
    file_sha256: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=INSTANT)


class PayoutItemRow(SQLModel, table=True):
    """One transfer of a payout, with the bank account as it was then."""

    __tablename__: ClassVar[str] = "payout_items"
    __table_args__ = (
        References(["payout_id"], PAYOUT, name="payout_items_payout_exists"),
        UniqueConstraint("payout_id", "merchant_id", name="payout_items_merchant_once"),
        CheckConstraint("amount_yen > 0 AND item_number > 0", name="payout_items_pay_something"),
        Index("payout_items_merchant", "merchant_id"),
        SCHEMA,
    )
    payout_id: UUID = Field(primary_key=True)
    item_number: int = Field(primary_key=True)
    merchant_id: UUID
    amount_yen: int = Field(sa_type=BigInteger)
    bank_code: str = Field(sa_type=Text)
    bank_name: str = Field(sa_type=Text)
    branch_code: str = Field(sa_type=Text)
    branch_name: str = Field(sa_type=Text)
    account_kind: str = Field(sa_type=Text)
    account_number: str = Field(sa_type=Text)
    payee_name: str = Field(sa_type=Text)
    new_code: str = Field(sa_type=Text)
    bank_account_id: UUID | None = None


class PayoutLineRow(SQLModel, table=True):
    """One line of a payout's settlement_closed journal, under the same number."""

    __tablename__: ClassVar[str] = "payout_lines"
    __table_args__ = (
        References(["payout_id", "item_number"], ITEM, name="payout_lines_item_exists"),
        UniqueConstraint("payout_id", "item_number", "campaign_id", name="payout_lines_campaign_once"),
        CheckConstraint("amount_yen > 0", name="payout_lines_amount_is_positive"),
        CheckConstraint("paid_yen BETWEEN 0 AND amount_yen", name="payout_lines_parts_fit"),
        SCHEMA,
    )
    payout_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True, sa_type=SmallInteger)
    item_number: int
    campaign_id: UUID
    amount_yen: int = Field(sa_type=BigInteger)
    paid_yen: int = Field(sa_type=BigInteger)


class PayoutEventRow(SQLModel, table=True):
    """One step in the history of a payout, or of one of its items."""

    __tablename__: ClassVar[str] = "payout_events"
    __table_args__ = (
        References(["payout_id"], PAYOUT, name="payout_events_payout_exists"),
        References(["payout_id", "item_number"], ITEM, name="payout_events_item_exists"),
        UniqueConstraint(
            "payout_id",
            "item_number",
            "kind",
            name="payout_events_once",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "kind IN ('exported', 'submitted', 'settled', 'returned', 'reissued')",
            name="payout_events_kind_is_known",
        ),
        CheckConstraint(
            "(item_number IS NOT NULL) = (kind IN ('returned', 'reissued'))",
            name="payout_events_fit_item_or_payout",
        ),
        CheckConstraint(
            "(kind = 'returned') = (reason IS NOT NULL AND credit_ref IS NOT NULL)",
            name="payout_events_return_says_why",
        ),
        CheckConstraint("(journal_id IS NOT NULL) = (kind <> 'submitted')", name="payout_events_money_names_journal"),
        SCHEMA,
    )
    id: UUID = Field(primary_key=True)
    payout_id: UUID
    item_number: int | None = None
    kind: str = Field(sa_type=Text)
    event_day: date
    recorded_at: datetime = Field(sa_type=INSTANT)
    recorded_by: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    credit_ref: str | None = Field(default=None, sa_type=Text)
    journal_id: UUID | None = None
