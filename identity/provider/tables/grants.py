"""Requests, grants, and everything that works once."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from identity.tables import SCHEMA


class AuthorizationRequestRow(SQLModel, table=True):
    """A request that waits for its person."""

    __tablename__: ClassVar[str] = "authorization_requests"
    __table_args__ = (
        Index("authorization_requests_expiry", "expires_at"),
        SCHEMA,
    )

    handle_digest: bytes = Field(primary_key=True)
    client_id: str = Field(
        sa_column=Column(
            Text, ForeignKey("identity.clients.id", name="authorization_requests_client_exists"), nullable=False
        )
    )
    is_pushed: bool
    request: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    browser_digest: bytes | None = Field(default=None)
    asked_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class GrantRow(SQLModel, table=True):
    """What somebody let one application do."""

    __tablename__: ClassVar[str] = "grants"
    __table_args__ = (
        CheckConstraint("(revoked_at IS NULL) = (revoked_because IS NULL)", name="grants_revocation_has_its_reason"),
        Index("grants_session", "session_id"),
        Index("grants_holder", "holder_kind", "holder_id", postgresql_where=text("revoked_at IS NULL")),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    client_id: str = Field(
        sa_column=Column(Text, ForeignKey("identity.clients.id", name="grants_client_exists"), nullable=False)
    )
    session_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.sessions.id", name="grants_session_exists"), nullable=False)
    )
    holder_kind: str = Field(sa_type=Text)
    holder_id: UUID
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    acr: str = Field(sa_type=Text)
    amr: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    auth_time: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    nonce: str | None = Field(default=None, sa_type=Text)
    granted_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    expires_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    revoked_because: str | None = Field(default=None, sa_type=Text)


class AuthorizationCodeRow(SQLModel, table=True):
    """A code that works once."""

    __tablename__: ClassVar[str] = "authorization_codes"
    __table_args__ = (
        Index("authorization_codes_grant", "grant_id"),
        SCHEMA,
    )

    code_digest: bytes = Field(primary_key=True)
    grant_id: UUID = Field(
        sa_column=Column(
            ForeignKey("identity.grants.id", name="authorization_codes_grant_exists", ondelete="CASCADE"),
            nullable=False,
        )
    )
    redirect_uri: str = Field(sa_type=Text)
    code_challenge: str = Field(sa_type=Text)
    dpop_thumbprint: str | None = Field(default=None, sa_type=Text)
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class RefreshTokenRow(SQLModel, table=True):
    """A refresh token, which works once."""

    __tablename__: ClassVar[str] = "refresh_tokens"
    __table_args__ = (
        UniqueConstraint("grant_id", "sequence", name="refresh_tokens_follow_each_other"),
        SCHEMA,
    )

    token_digest: bytes = Field(primary_key=True)
    grant_id: UUID = Field(
        sa_column=Column(
            ForeignKey("identity.grants.id", name="refresh_tokens_grant_exists", ondelete="CASCADE"), nullable=False
        )
    )
    sequence: int
    dpop_thumbprint: str | None = Field(default=None, sa_type=Text)
    issued_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class RevokedTokenRow(SQLModel, table=True):
    """An access token that was ended before its time."""

    __tablename__: ClassVar[str] = "revoked_tokens"
    __table_args__ = (SCHEMA,)

    token_id: str = Field(sa_type=Text, primary_key=True)
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class UsedProofRow(SQLModel, table=True):
    """Something that proved once and may not again."""

    __tablename__: ClassVar[str] = "used_proofs"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('dpop', 'client_assertion', 'logout_token', 'liff_token')", name="used_proofs_kind_is_known"
        ),
        Index("used_proofs_expiry", "expires_at"),
        SCHEMA,
    )

    kind: str = Field(sa_type=Text, primary_key=True)
    digest: bytes = Field(primary_key=True)
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class DeviceRequestRow(SQLModel, table=True):
    """A device that waits for somebody's word."""

    __tablename__: ClassVar[str] = "device_requests"
    __table_args__ = (
        UniqueConstraint("user_code_digest", name="device_requests_user_code_belongs_to_one"),
        Index("device_requests_grant", "grant_id"),
        SCHEMA,
    )

    device_digest: bytes = Field(primary_key=True)
    user_code_digest: bytes
    client_id: str = Field(
        sa_column=Column(Text, ForeignKey("identity.clients.id", name="device_requests_client_exists"), nullable=False)
    )
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    application: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    polled_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    interval_s: int
    grant_id: UUID | None = Field(
        default=None,
        sa_column=Column(ForeignKey("identity.grants.id", name="device_requests_grant_exists"), nullable=True),
    )
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
