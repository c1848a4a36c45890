"""Bank accounts and what happened to them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy import ForeignKeyConstraint as References
from sqlmodel import Field, SQLModel

SCHEMA = {"schema": "merchants"}
INSTANT: Any = DateTime(timezone=True)


class BankAccountRow(SQLModel, table=True):
    """An account that a merchant named; its state is moved by its history only."""

    __tablename__: ClassVar[str] = "bank_accounts"
    __table_args__ = (
        References(["merchant_id"], ["merchants.merchants.id"], name="bank_accounts_merchant_exists"),
        UniqueConstraint("merchant_id", "number", name="bank_accounts_number_once"),
        CheckConstraint("number > 0", name="bank_accounts_number_is_positive"),
        CheckConstraint(
            "bank_code ~ '^[0-9]{4}$' AND branch_code ~ '^[0-9]{3}$' AND account_number ~ '^[0-9]{7}$'",
            name="bank_accounts_are_written_in_digits",
        ),
        CheckConstraint("account_kind IN ('1', '2', '4', '9')", name="bank_accounts_kind_is_known"),
        CheckConstraint(
            r"number = 1 OR holder_kana ~ '^(?! )[ｱ-ﾟA-Z0-9().\- ]{1,30}(?<! )$'",
            name="bank_accounts_changed_fit_a_bank_file",
        ),
        CheckConstraint("state IN ('proposed', 'accepted', 'refused', 'stopped')", name="bank_accounts_state_is_known"),
        CheckConstraint("state <> 'accepted' OR valid_from IS NOT NULL", name="bank_accounts_accepted_begin_once"),
        Index("bank_accounts_one_is_proposed", "merchant_id", unique=True, postgresql_where=text("state = 'proposed'")),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    merchant_id: UUID
    number: int
    bank_code: str = Field(sa_type=Text)
    branch_code: str = Field(sa_type=Text)
    bank_name: str = Field(sa_type=Text)
    branch_name: str = Field(sa_type=Text)
    account_kind: str = Field(sa_type=Text)
    account_number: str = Field(sa_type=Text)
    holder_kana: str = Field(sa_type=Text)
    state: str = Field(default="proposed", sa_type=Text, sa_column_kwargs={"server_default": "proposed"})
    valid_from: datetime | None = Field(default=None, sa_type=INSTANT)


class BankAccountEventRow(SQLModel, table=True):
    """A step that was taken with an account. Only ever added to."""

    __tablename__: ClassVar[str] = "bank_account_events"
    __table_args__ = (
        PrimaryKeyConstraint("account_id", "step", name="bank_account_events_once"),
        References(["account_id"], ["merchants.bank_accounts.id"], name="bank_account_events_account_exists"),
        CheckConstraint(
            "(step, from_state, to_state, by_kind) IN ("
            "('registered', 'proposed', 'accepted', 'registration'), ('asked', 'proposed', 'proposed', 'owner'),"
            "('approved', 'proposed', 'accepted', 'staff'), ('refused', 'proposed', 'refused', 'staff'),"
            "('stopped', 'proposed', 'stopped', 'owner'), ('stopped', 'proposed', 'stopped', 'staff'),"
            "('stopped', 'accepted', 'stopped', 'owner'), ('stopped', 'accepted', 'stopped', 'staff'))",
            name="bank_account_events_are_legal",
        ),
        CheckConstraint("(by IS NULL) = (by_kind = 'registration')", name="bank_account_events_say_who"),
        CheckConstraint("step NOT IN ('refused', 'stopped') OR reason <> ''", name="bank_account_events_say_why"),
        CheckConstraint(
            "(valid_from IS NOT NULL) = (step IN ('registered', 'approved')) AND valid_from >= at",
            name="bank_account_events_begin_later",
        ),
        SCHEMA,
    )

    account_id: UUID = Field(primary_key=True)
    step: str = Field(sa_type=Text, primary_key=True)
    from_state: str = Field(sa_type=Text)
    to_state: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=INSTANT)
    by_kind: str = Field(sa_type=Text)
    by: UUID | None = None
    reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    valid_from: datetime | None = Field(default=None, sa_type=INSTANT)
