"""The tables of the books, as the migrations make them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Identity, Index, SmallInteger, text
from sqlalchemy import DateTime as SaDateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

SCHEMA = "ledger"


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's xid8: the number of a transaction, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "XID8"


def _instant() -> Column[datetime]:
    return Column(SaDateTime(timezone=True), nullable=False)


def _transaction_id() -> Column[str]:
    return Column(TransactionId(), nullable=False)


class AccountKindRecord(SQLModel, table=True):
    """A kind of account and the side of the books on which it lies."""

    __tablename__ = "account_kinds"
    __table_args__ = (
        CheckConstraint("side IN ('asset', 'liability', 'budget', 'income')", name="account_kinds_side_check"),
        {"schema": SCHEMA},
    )

    kind: str = Field(primary_key=True)
    side: str


class LegalMoveRecord(SQLModel, table=True):
    """A move that a kind of journal may make, and who may have funded what moves."""

    __tablename__ = "legal_moves"
    __table_args__ = (
        ForeignKeyConstraint(["debit_kind"], ["ledger.account_kinds.kind"], name="legal_moves_debit_kind_fkey"),
        ForeignKeyConstraint(["credit_kind"], ["ledger.account_kinds.kind"], name="legal_moves_credit_kind_fkey"),
        CheckConstraint("part IN ('paid', 'premium', 'mixed')", name="legal_moves_part_check"),
        {"schema": SCHEMA},
    )

    journal_kind: str = Field(primary_key=True)
    debit_kind: str = Field(primary_key=True)
    credit_kind: str = Field(primary_key=True)
    part: str


class AccountRecord(SQLModel, table=True):
    """An account: of a lot, of a hold, or shared by many payments."""

    __tablename__ = "accounts"
    __table_args__ = (
        ForeignKeyConstraint(["kind"], ["ledger.account_kinds.kind"], name="accounts_kind_is_known"),
        {"schema": SCHEMA},
    )

    id: UUID = Field(primary_key=True)
    kind: str
    campaign_id: UUID | None
    merchant_id: UUID | None
    reference: str | None
    opened_at: datetime = Field(sa_column=_instant())


class JournalRecord(SQLModel, table=True):
    """One event in the books."""

    __tablename__ = "journals"
    __table_args__ = (
        Index("journals_sequence", "sequence", unique=True),
        Index("journals_corrects", "corrects_id", postgresql_where=text("corrects_id IS NOT NULL")),
        {"schema": SCHEMA},
    )

    id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    kind: str
    event_at: datetime = Field(sa_column=_instant())
    recorded_at: datetime = Field(sa_column=_instant())
    corrects_id: UUID | None
    transaction_id: str = Field(sa_column=_transaction_id())


class TransferRecord(SQLModel, table=True):
    """One line of a journal: yen from the debited to the credited account."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("amount_yen > 0", name="transfers_amount_is_positive"),
        CheckConstraint("paid_yen BETWEEN 0 AND amount_yen", name="transfers_parts_fit"),
        CheckConstraint("debit_account_id <> credit_account_id", name="transfers_accounts_differ"),
        Index("transfers_debit", "debit_account_id"),
        Index("transfers_credit", "credit_account_id"),
        Index("transfers_transaction", "transaction_id"),
        {"schema": SCHEMA},
    )

    journal_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True, sa_type=SmallInteger)
    debit_account_id: UUID
    credit_account_id: UUID
    amount_yen: int = Field(sa_type=BigInteger)
    paid_yen: int = Field(sa_type=BigInteger)
    reverses_line: int | None = Field(sa_type=SmallInteger)
    transaction_id: str = Field(sa_column=_transaction_id())


class LotRecord(SQLModel, table=True):
    """A lot: its terms, which never change, and what is left of it."""

    __tablename__ = "lots"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["ledger.accounts.id"], name="lots_account_exists"),
        CheckConstraint("paid_left_yen >= 0 AND premium_left_yen >= 0", name="lots_never_below_zero"),
        CheckConstraint(
            "paid_left_yen <= issued_paid_yen AND premium_left_yen <= issued_premium_yen",
            name="lots_never_above_issue",
        ),
        CheckConstraint(
            "issued_paid_yen >= 0 AND issued_premium_yen >= 0 AND issued_paid_yen + issued_premium_yen > 0",
            name="lots_issue_something",
        ),
        CheckConstraint("usable_at IN ('all_shops', 'small_shops')", name="lots_usable_at_is_known"),
        CheckConstraint("first_day <= last_day", name="lots_days_in_order"),
        CheckConstraint("grace_days >= 0", name="lots_grace_is_positive"),
        Index("lots_wallet", "wallet_id"),
        {"schema": SCHEMA},
    )

    account_id: UUID = Field(primary_key=True)
    wallet_id: UUID
    campaign_id: UUID
    issued_paid_yen: int = Field(sa_type=BigInteger)
    issued_premium_yen: int = Field(sa_type=BigInteger)
    usable_at: str
    first_day: date
    last_day: date
    grace_days: int
    issued_at: datetime = Field(sa_column=_instant())
    succeeds_lot_id: UUID | None
    paid_left_yen: int = Field(sa_type=BigInteger)
    premium_left_yen: int = Field(sa_type=BigInteger)


class HoldRecord(SQLModel, table=True):
    """A hold and what is left of it."""

    __tablename__ = "holds"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["ledger.accounts.id"], name="holds_account_exists"),
        CheckConstraint("amount_yen > 0", name="holds_amount_yen_check"),
        CheckConstraint("paid_left_yen >= 0 AND premium_left_yen >= 0", name="holds_never_below_zero"),
        CheckConstraint("paid_left_yen + premium_left_yen <= amount_yen", name="holds_never_above_amount"),
        {"schema": SCHEMA},
    )

    account_id: UUID = Field(primary_key=True)
    wallet_id: UUID
    placed_journal_id: UUID
    amount_yen: int = Field(sa_type=BigInteger)
    deadline_at: datetime = Field(sa_column=_instant())
    paid_left_yen: int = Field(sa_type=BigInteger)
    premium_left_yen: int = Field(sa_type=BigInteger)


class DecisionRecord(SQLModel, table=True):
    """The stored answer to a key: a journal, or a refusal."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("(journal_id IS NULL) <> (refusal_code IS NULL)", name="decisions_are_yes_or_no"),
        {"schema": SCHEMA},
    )

    key: UUID = Field(primary_key=True)
    fingerprint: UUID
    journal_id: UUID | None
    refusal_code: str | None
    refusal_facts: dict[str, Any] | None = Field(sa_column=Column(JSONB, nullable=True))
    recorded_at: datetime = Field(sa_column=_instant())


class PeriodCloseRecord(SQLModel, table=True):
    """A day through which the books were closed, by whom and when."""

    __tablename__ = "period_closes"
    __table_args__ = ({"schema": SCHEMA},)

    closed_through: date = Field(primary_key=True)
    closed_at: datetime = Field(sa_column=_instant())
    closed_by: str


class AccountTotalRecord(SQLModel, table=True):
    """What an account that is neither lot nor hold was debited and credited behind the cursor."""

    __tablename__ = "account_totals"
    __table_args__ = ({"schema": SCHEMA},)

    account_id: UUID = Field(primary_key=True)
    debit_yen: int = Field(sa_type=BigInteger)
    debit_paid_yen: int = Field(sa_type=BigInteger)
    credit_yen: int = Field(sa_type=BigInteger)
    credit_paid_yen: int = Field(sa_type=BigInteger)


class TotalsCursorRecord(SQLModel, table=True):
    """The transaction before which all totals are summed up."""

    __tablename__ = "totals_cursor"
    __table_args__ = (CheckConstraint("only_row", name="totals_cursor_only_row_check"), {"schema": SCHEMA})

    only_row: bool = Field(primary_key=True)
    before_transaction_id: str = Field(sa_column=_transaction_id())
