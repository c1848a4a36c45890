"""Merchants, stores and posters."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

SCHEMA = {"schema": "merchants"}


def _moment(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


def _reference(target: str, constraint: str, *, primary_key: bool = False) -> Column[UUID]:
    return Column(ForeignKey(target, name=constraint), nullable=False, primary_key=primary_key)


class MerchantRow(SQLModel, table=True):
    """A legal payee; `status` is moved by its history only."""

    __tablename__: ClassVar[str] = "merchants"
    __table_args__ = (
        UniqueConstraint("code", name="merchants_code_is_unique"),
        CheckConstraint("size IN ('small', 'large')", name="merchants_size_is_known"),
        CheckConstraint("status IN ('applied', 'approved', 'suspended')", name="merchants_status_is_known"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text)
    legal_name: str = Field(sa_type=Text)
    legal_kana: str = Field(sa_type=Text)
    trade: str = Field(sa_type=Text)
    size: str = Field(sa_type=Text)
    status: str = Field(default="applied", sa_type=Text, sa_column_kwargs={"server_default": "applied"})
    applied_at: datetime = Field(sa_column=_moment())


class StatusChangeRow(SQLModel, table=True):
    """A merchant's status moved. Only ever added to."""

    __tablename__: ClassVar[str] = "status_changes"
    __table_args__ = (
        CheckConstraint(
            "(from_status, to_status) IN "
            "(('applied', 'approved'), ('approved', 'suspended'), ('suspended', 'approved'))",
            name="status_changes_are_legal",
        ),
        Index("status_changes_merchant", "merchant_id"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    merchant_id: UUID = Field(sa_column=_reference("merchants.merchants.id", "status_changes_merchant_exists"))
    changed_at: datetime = Field(sa_column=_moment())
    changed_by: UUID
    from_status: str = Field(sa_type=Text)
    to_status: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)


class StoreRow(SQLModel, table=True):
    """A place where people pay."""

    __tablename__: ClassVar[str] = "stores"
    __table_args__ = (
        UniqueConstraint("code", name="stores_code_is_unique"),
        CheckConstraint("postal_code ~ '^[0-9]{3}-[0-9]{4}$'", name="stores_postal_code_is_written_with_hyphen"),
        Index("stores_merchant", "merchant_id"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    merchant_id: UUID = Field(sa_column=_reference("merchants.merchants.id", "stores_merchant_exists"))
    code: str = Field(sa_type=Text)
    display_name: str = Field(sa_type=Text)
    name_latin: str = Field(sa_type=Text)
    district: str = Field(sa_type=Text)
    postal_code: str = Field(sa_type=Text)


class PosterRow(SQLModel, table=True):
    """A printed code of a store."""

    __tablename__: ClassVar[str] = "posters"
    __table_args__ = (Index("posters_store", "store_id"), SCHEMA)

    serial: str = Field(sa_type=Text, primary_key=True)
    store_id: UUID = Field(sa_column=_reference("merchants.stores.id", "posters_store_exists"))
    key_id: str = Field(sa_type=Text)
    printed_at: datetime = Field(sa_column=_moment())
    revoked_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class OwnWalletRow(SQLModel, table=True):
    """A wallet of the owner or of somebody who works there. Only ever added to."""

    __tablename__: ClassVar[str] = "own_wallets"
    __table_args__ = (SCHEMA,)

    merchant_id: UUID = Field(
        sa_column=_reference("merchants.merchants.id", "own_wallets_merchant_exists", primary_key=True)
    )
    wallet_id: UUID = Field(primary_key=True)
    declared_at: datetime = Field(sa_column=_moment())
