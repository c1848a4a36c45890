"""The tables of identity; the migration is the truth about triggers and grants."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

SCHEMA = {"schema": "identity"}

_OF_THE_PERSON = (
    "household_id, wallet_id, family_name, given_name, family_kana, given_kana, birth_date, district, address,"
    " postal_code, has_smartphone"
)


class HouseholdRow(SQLModel, table=True):
    """People who live together."""

    __tablename__: ClassVar[str] = "households"
    __table_args__ = (SCHEMA,)

    id: UUID = Field(primary_key=True)


class PersonRow(SQLModel, table=True):
    """A resident, and the wallet that is theirs for good; of one who was erased only the id is left."""

    __tablename__: ClassVar[str] = "people"
    __table_args__ = (
        UniqueConstraint("wallet_id", name="people_wallet_belongs_to_one"),
        CheckConstraint("postal_code ~ '^[0-9]{3}-[0-9]{4}$'", name="people_postal_code_is_written_with_hyphen"),
        CheckConstraint(
            f"CASE WHEN erased_at IS NULL THEN num_nulls({_OF_THE_PERSON}) = 0"
            f" ELSE num_nonnulls({_OF_THE_PERSON}) = 0 END",
            name="people_are_whole_or_erased",
        ),
        Index("people_household", "household_id"),
        Index("people_birth_date", "birth_date"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    household_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("identity.households.id", name="people_household_exists"))
    )
    wallet_id: UUID | None = None
    family_name: str | None = Field(default=None, sa_type=Text)
    given_name: str | None = Field(default=None, sa_type=Text)
    family_kana: str | None = Field(default=None, sa_type=Text)
    given_kana: str | None = Field(default=None, sa_type=Text)
    birth_date: date | None = None
    district: str | None = Field(default=None, sa_type=Text)
    address: str | None = Field(default=None, sa_type=Text)
    postal_code: str | None = Field(default=None, sa_type=Text)
    has_smartphone: bool | None = None
    erased_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class StaffRow(SQLModel, table=True):
    """A member of staff with roles."""

    __tablename__: ClassVar[str] = "staff"
    __table_args__ = (
        CheckConstraint(
            "cardinality(roles) > 0 AND roles <@ ARRAY['commerce', 'finance', 'help', 'audit', 'admin']",
            name="staff_roles_are_known",
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    display_name: str = Field(sa_type=Text)
    roles: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class ShopUserRow(SQLModel, table=True):
    """Someone who signs in for a merchant."""

    __tablename__: ClassVar[str] = "shop_users"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'cashier')", name="shop_users_role_is_known"),
        Index("shop_users_merchant", "merchant_id"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    merchant_id: UUID
    store_id: UUID | None = None
    display_name: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    person_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("identity.people.id", name="shop_users_person_exists"))
    )


class SignInCodeRow(SQLModel, table=True):
    """A printed code, of whose secret only a keyed digest is kept."""

    __tablename__: ClassVar[str] = "sign_in_codes"
    __table_args__ = (
        CheckConstraint("holder_kind IN ('resident', 'shop', 'staff')", name="sign_in_codes_holder_kind_is_known"),
        CheckConstraint("octet_length(secret_digest) = 32", name="sign_in_codes_digest_is_sha256"),
        CheckConstraint("failures >= 0", name="sign_in_codes_failures_are_counted_up"),
        Index(
            "sign_in_codes_one_live_per_holder",
            "holder_kind",
            "holder_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        SCHEMA,
    )

    selector: str = Field(sa_type=Text, primary_key=True)
    secret_digest: bytes
    holder_kind: str = Field(sa_type=Text)
    holder_id: UUID
    issued_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    locked_until: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
