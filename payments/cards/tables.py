"""The tables of cards; the migration is the truth about triggers and grants."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy import DateTime as SaDateTime
from sqlmodel import Field, SQLModel

SCHEMA = "payments"
_STATES = "state IN ('active', 'frozen', 'replaced', 'ended')"


def _instant() -> Column[datetime]:
    return Column(SaDateTime(timezone=True), nullable=False)


class CardRecord(SQLModel, table=True):
    """A card; its state, PIN and misses move, nothing else does."""

    __tablename__: ClassVar[str] = "cards"
    __table_args__ = (
        UniqueConstraint("id", "wallet_id", name="cards_id_and_wallet"),
        UniqueConstraint("serial", name="cards_serial_is_one"),
        UniqueConstraint("secret_digest", name="cards_secret_is_one"),
        UniqueConstraint("replaces", name="cards_replaces_one"),
        ForeignKeyConstraint(
            ["replaces", "wallet_id"],
            ["payments.cards.id", "payments.cards.wallet_id"],
            name="cards_replaces_a_card_of_the_wallet",
        ),
        CheckConstraint("serial ~ '^[0-9]{10}$'", name="cards_serial_is_written"),
        CheckConstraint(
            "octet_length(secret_digest) = 32 AND octet_length(pin_digest) = 32", name="cards_digests_are_sha256"
        ),
        CheckConstraint(_STATES, name="cards_state_is_known"),
        CheckConstraint("limit_payment_yen BETWEEN 0 AND limit_day_yen", name="cards_limits_fit"),
        CheckConstraint(
            "pin_misses BETWEEN 0 AND 2 OR pin_misses = 3 AND state <> 'active'", name="cards_misses_freeze"
        ),
        Index("cards_one_in_use", "wallet_id", unique=True, postgresql_where=text("state IN ('active', 'frozen')")),
        Index("cards_wallet", "wallet_id", "issued_at"),
        {"schema": SCHEMA},
    )

    id: UUID = Field(primary_key=True)
    wallet_id: UUID
    serial: str
    secret_digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    pin_digest: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    has_pin: bool = Field(sa_column=Column(Boolean, Computed("pin_digest IS NOT NULL", persisted=True), nullable=False))
    pin_misses: int = Field(sa_column=Column(SmallInteger, nullable=False, server_default=text("0")))
    limit_payment_yen: int = Field(sa_type=BigInteger)
    limit_day_yen: int = Field(sa_type=BigInteger)
    state: str = Field(sa_column_kwargs={"server_default": text("'active'")})
    replaces: UUID | None
    issued_at: datetime = Field(sa_column=_instant())


class CardEventRecord(SQLModel, table=True):
    """What happened to a card. Only ever added to."""

    __tablename__: ClassVar[str] = "card_events"
    __table_args__ = (
        ForeignKeyConstraint(["card_id"], ["payments.cards.id"], name="card_events_card_exists"),
        CheckConstraint(
            "step IN ('issued', 'pin_set', 'frozen', 'locked', 'unfrozen', 'replaced', 'ended')",
            name="card_events_step_is_known",
        ),
        CheckConstraint(_STATES, name="card_events_state_is_known"),
        CheckConstraint(
            "reason IN ('no_phone', 'wished', 'lost', 'stolen', 'damaged', 'code_seen', 'pin_forgotten', 'pin_missed', "
            "'found_again', 'moved_away', 'died')",
            name="card_events_reason_is_known",
        ),
        CheckConstraint("actor_kind IN ('staff', 'holder', 'till')", name="card_events_actor_is_known"),
        Index("card_events_card", "card_id", "number"),
        {"schema": SCHEMA},
    )

    number: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    card_id: UUID
    step: str
    state: str
    reason: str
    actor_kind: str
    actor_id: UUID
    at: datetime = Field(sa_column=_instant())


class CardPinMissRecord(SQLModel, table=True):
    """A wrong PIN, by the attempt in which it was typed. Only ever added to."""

    __tablename__: ClassVar[str] = "card_pin_misses"
    __table_args__ = (
        ForeignKeyConstraint(["card_id"], ["payments.cards.id"], name="card_pin_misses_card_exists"),
        Index("card_pin_misses_card", "card_id"),
        {"schema": SCHEMA},
    )

    attempt_id: UUID = Field(primary_key=True)
    card_id: UUID
    store_id: UUID
    missed_at: datetime = Field(sa_column=_instant())


class CardPaymentRecord(SQLModel, table=True):
    """With which card a payment was made. Only ever added to."""

    __tablename__: ClassVar[str] = "card_payments"
    __table_args__ = (
        ForeignKeyConstraint(["payment_id"], ["payments.payments.id"], name="card_payments_payment_exists"),
        ForeignKeyConstraint(["card_id"], ["payments.cards.id"], name="card_payments_card_exists"),
        Index("card_payments_card", "card_id"),
        {"schema": SCHEMA},
    )

    payment_id: UUID = Field(primary_key=True)
    card_id: UUID
    with_pin: bool


class CardMoveRecord(SQLModel, table=True):
    """A state that a card may move to from another."""

    __tablename__: ClassVar[str] = "card_moves"
    __table_args__ = ({"schema": SCHEMA},)

    from_state: str = Field(primary_key=True)
    to_state: str = Field(primary_key=True)
