"""Sign-ins, here, at our faces and on the way to others."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from identity.tables import SCHEMA


class SessionRow(SQLModel, table=True):
    """A browser in which somebody signed in."""

    __tablename__: ClassVar[str] = "sessions"
    __table_args__ = (
        UniqueConstraint("cookie_digest", name="sessions_cookie_belongs_to_one"),
        CheckConstraint("holder_kind IN ('resident', 'shop', 'staff')", name="sessions_holder_kind_is_known"),
        CheckConstraint("octet_length(cookie_digest) = 32", name="sessions_digest_is_sha256"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="sessions_end_has_its_reason"),
        Index("sessions_holder", "holder_kind", "holder_id", postgresql_where=text("ended_at IS NULL")),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    cookie_digest: bytes
    holder_kind: str = Field(sa_type=Text)
    holder_id: UUID
    browser: str = Field(sa_type=Text)
    started_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    seen_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    ended_by: str | None = Field(default=None, sa_type=Text)


class AuthenticationRow(SQLModel, table=True):
    """One proof of who somebody is, given in a session."""

    __tablename__: ClassVar[str] = "authentications"
    __table_args__ = (SCHEMA,)

    session_id: UUID = Field(
        sa_column=Column(
            ForeignKey("identity.sessions.id", name="authentications_session_exists", ondelete="CASCADE"),
            primary_key=True,
        )
    )
    acr: str = Field(sa_type=Text, primary_key=True)
    amr: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))


class SessionClientRow(SQLModel, table=True):
    """An application that got an answer in a session."""

    __tablename__: ClassVar[str] = "session_clients"
    __table_args__ = (SCHEMA,)

    session_id: UUID = Field(
        sa_column=Column(
            ForeignKey("identity.sessions.id", name="session_clients_session_exists", ondelete="CASCADE"),
            primary_key=True,
        )
    )
    client_id: str = Field(
        sa_column=Column(
            Text, ForeignKey("identity.clients.id", name="session_clients_client_exists"), primary_key=True
        )
    )
    since: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class FaceSessionRow(SQLModel, table=True):
    """A browser that is signed in at one of our own faces."""

    __tablename__: ClassVar[str] = "face_sessions"
    __table_args__ = (
        Index("face_sessions_session", "session_id"),
        SCHEMA,
    )

    cookie_digest: bytes = Field(primary_key=True)
    client_id: str = Field(
        sa_column=Column(Text, ForeignKey("identity.clients.id", name="face_sessions_client_exists"), nullable=False)
    )
    session_id: UUID = Field(
        sa_column=Column(ForeignKey("identity.sessions.id", name="face_sessions_session_exists"), nullable=False)
    )
    holder_kind: str = Field(sa_type=Text)
    holder_id: UUID
    acr: str = Field(sa_type=Text)
    auth_time: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    started_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    seen_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    idle_s: int
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class LogoutDeliveryRow(SQLModel, table=True):
    """An application that has to be told of an end."""

    __tablename__: ClassVar[str] = "logout_deliveries"
    __table_args__ = (
        UniqueConstraint("client_id", "session_id", name="logout_deliveries_once"),
        Index(
            "logout_deliveries_due", "next_at", postgresql_where=text("delivered_at IS NULL AND given_up_at IS NULL")
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    client_id: str = Field(
        sa_column=Column(
            Text, ForeignKey("identity.clients.id", name="logout_deliveries_client_exists"), nullable=False
        )
    )
    session_id: UUID
    subject: str = Field(sa_type=Text)
    ended_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    next_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    delivered_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    given_up_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class ProviderSignInRow(SQLModel, table=True):
    """A sign-in that is under way at another provider."""

    __tablename__: ClassVar[str] = "provider_sign_ins"
    __table_args__ = (
        Index("provider_sign_ins_expiry", "expires_at"),
        SCHEMA,
    )

    state_digest: bytes = Field(primary_key=True)
    browser_digest: bytes
    record: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
