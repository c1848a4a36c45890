"""Applications, the provider's keys, and what ties people to them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from identity.tables import SCHEMA


class ClientRow(SQLModel, table=True):
    """An application that signs people in here."""

    __tablename__: ClassVar[str] = "clients"
    __table_args__ = (
        CheckConstraint("id ~ '^[a-z0-9][a-z0-9-]{1,62}$'", name="clients_id_is_plain"),
        CheckConstraint("serves IN ('resident', 'shop', 'staff')", name="clients_serve_one_kind"),
        CheckConstraint("is_confidential = (jwks IS NOT NULL)", name="clients_confidential_ones_have_keys"),
        CheckConstraint("id_token_alg IN ('RS256', 'ES256')", name="clients_id_token_alg_is_known"),
        CheckConstraint("consent IN ('skip', 'once', 'always')", name="clients_consent_is_known"),
        CheckConstraint("access_lifetime_s BETWEEN 60 AND 600", name="clients_access_is_short"),
        CheckConstraint("refresh_lifetime_s BETWEEN 600 AND 366 * 86400", name="clients_refresh_ends"),
        SCHEMA,
    )

    id: str = Field(sa_type=Text, primary_key=True)
    name_ja: str = Field(sa_type=Text)
    purpose_ja: str = Field(sa_type=Text)
    serves: str = Field(sa_type=Text)
    sector: str = Field(sa_type=Text)
    is_confidential: bool
    redirect_uris: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    post_logout_redirect_uris: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    backchannel_logout_uri: str | None = Field(default=None, sa_type=Text)
    grant_types: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    audience: str = Field(sa_type=Text)
    jwks: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB, nullable=True))
    id_token_alg: str = Field(sa_type=Text)
    acr_min: str = Field(sa_type=Text)
    max_age_s: int | None = Field(default=None)
    consent: str = Field(sa_type=Text)
    consent_version: int
    access_lifetime_s: int
    refresh_lifetime_s: int | None = Field(default=None)
    registered_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    retired_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class SigningKeyRow(SQLModel, table=True):
    """One of the provider's own keys, sealed."""

    __tablename__: ClassVar[str] = "signing_keys"
    __table_args__ = (
        CheckConstraint("alg IN ('RS256', 'ES256')", name="signing_keys_alg_is_known"),
        CheckConstraint("state IN ('next', 'active', 'retired')", name="signing_keys_state_is_known"),
        Index("signing_keys_one_active_per_alg", "alg", unique=True, postgresql_where=text("state = 'active'")),
        Index("signing_keys_one_next_per_alg", "alg", unique=True, postgresql_where=text("state = 'next'")),
        SCHEMA,
    )

    id: str = Field(sa_type=Text, primary_key=True)
    alg: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    public_jwk: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    private_key_sealed: bytes
    published_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    activated_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    retired_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class ConsentRow(SQLModel, table=True):
    """What somebody agreed to."""

    __tablename__: ClassVar[str] = "consents"
    __table_args__ = (
        Index(
            "consents_holder", "holder_kind", "holder_id", "client_id", postgresql_where=text("withdrawn_at IS NULL")
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    holder_kind: str = Field(sa_type=Text)
    holder_id: UUID
    client_id: str = Field(
        sa_column=Column(Text, ForeignKey("identity.clients.id", name="consents_client_exists"), nullable=False)
    )
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    text_version: int
    given_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class PairwiseSubjectRow(SQLModel, table=True):
    """The name that a purpose knows somebody by."""

    __tablename__: ClassVar[str] = "pairwise_subjects"
    __table_args__ = (
        UniqueConstraint("subject", name="pairwise_subjects_belong_to_one"),
        SCHEMA,
    )

    sector: str = Field(sa_type=Text, primary_key=True)
    holder_id: UUID = Field(primary_key=True)
    subject: str = Field(sa_type=Text)
