"""Places of stores, and marks of those who like them."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Numeric, Text
from sqlmodel import Field, SQLModel

SCHEMA = {"schema": "merchants"}


def _store(constraint: str) -> Column[UUID]:
    return Column(ForeignKey("merchants.stores.id", name=constraint), nullable=False, primary_key=True)


def _moment() -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=False)


class StorePlaceRow(SQLModel, table=True):
    """How a store's name is read and where it is, as city hall last wrote it down."""

    __tablename__: ClassVar[str] = "store_places"
    __table_args__ = (
        CheckConstraint("name_kana ~ '^[ァ-ヺー・　 0-9A-Za-z&.-]*$'", name="store_places_kana_is_katakana"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="store_places_point_is_whole"),
        CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="store_places_point_is_on_earth"
        ),
        SCHEMA,
    )

    store_id: UUID = Field(sa_column=_store("store_places_store_exists"))
    name_kana: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    latitude: Decimal | None = Field(default=None, sa_type=Numeric(8, 6))
    longitude: Decimal | None = Field(default=None, sa_type=Numeric(9, 6))
    placed_at: datetime = Field(sa_column=_moment())


class FavouriteStoreRow(SQLModel, table=True):
    """A wallet's mark on a store; it goes when it is taken off, and with the person."""

    __tablename__: ClassVar[str] = "favourite_stores"
    __table_args__ = (SCHEMA,)

    wallet_id: UUID = Field(primary_key=True)
    store_id: UUID = Field(sa_column=_store("favourite_stores_store_exists"))
    marked_at: datetime = Field(sa_column=_moment())
