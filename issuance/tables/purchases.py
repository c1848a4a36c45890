"""Grants, purchases and the provider's notices."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from issuance.tables.columns import CAMPAIGN, ROUND, SCHEMA, moment, number, reference, yen

GRANT = "issuance.grants.id"
PURCHASE = "issuance.purchases.id"


class PurchaseMoveRow(SQLModel, table=True):
    """A move that a purchase can make."""

    __tablename__: ClassVar[str] = "purchase_moves"
    __table_args__ = (SCHEMA,)

    from_state: str = Field(sa_type=Text, primary_key=True)
    to_state: str = Field(sa_type=Text, primary_key=True)


class GrantRow(SQLModel, table=True):
    """Units that somebody may buy. Only ever added to; its row is the lock of its purchases."""

    __tablename__: ClassVar[str] = "grants"
    __table_args__ = (
        CheckConstraint("units > 0", name="grants_units_are_positive"),
        CheckConstraint("origin IN ('draw', 'waiting_list', 'remainder')", name="grants_origin_is_known"),
        Index(
            "grants_one_decision_per_person",
            "round_id",
            "person_id",
            unique=True,
            postgresql_where=text("origin <> 'waiting_list'"),
        ),
        Index("grants_round_and_person", "round_id", "person_id"),
        Index("grants_person", "person_id"),
        Index("grants_receipt", "receipt"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    round_id: UUID = Field(sa_column=reference(ROUND, "grants_round_exists"))
    person_id: UUID
    wallet_id: UUID
    receipt: str = Field(sa_type=Text)
    units: int
    origin: str = Field(sa_type=Text)
    pay_until: datetime = Field(sa_column=moment())
    granted_at: datetime = Field(sa_column=moment())


class ForfeitRow(SQLModel, table=True):
    """Units of a grant that were not paid in time. Only ever added to."""

    __tablename__: ClassVar[str] = "forfeits"
    __table_args__ = (
        CheckConstraint("units > 0", name="forfeits_units_are_positive"),
        Index("forfeits_grant", "grant_id"),
        SCHEMA,
    )

    id: int = Field(sa_column=number())
    grant_id: UUID = Field(sa_column=reference(GRANT, "forfeits_grant_exists"))
    units: int
    at: datetime = Field(sa_column=moment())


class OfferRow(SQLModel, table=True):
    """Units that one place of a waiting list was offered. Only ever added to."""

    __tablename__: ClassVar[str] = "offers"
    __table_args__ = (
        CheckConstraint("position > 0 AND units > 0", name="offers_numbers_fit"),
        Index("offers_round", "round_id"),
        Index("offers_grant", "grant_id"),
        SCHEMA,
    )

    id: int = Field(sa_column=number())
    round_id: UUID = Field(sa_column=reference(ROUND, "offers_round_exists"))
    position: int
    grant_id: UUID = Field(sa_column=reference(GRANT, "offers_grant_exists"))
    units: int
    at: datetime = Field(sa_column=moment())


class PurchaseRow(SQLModel, table=True):
    """A purchase; its state moves, what was asked for does not."""

    __tablename__: ClassVar[str] = "purchases"
    __table_args__ = (
        UniqueConstraint("key", name="purchases_key_is_unique"),
        UniqueConstraint("provider_id", name="purchases_provider_id_is_unique"),
        CheckConstraint("units > 0 AND amount_yen > 0 AND premium_yen >= 0", name="purchases_numbers_fit"),
        CheckConstraint("method IN ('card', 'konbini', 'counter')", name="purchases_method_is_known"),
        CheckConstraint(
            "state IN ('requested', 'awaiting_payment', 'paid', 'failed', 'expired', 'cancelled', "
            "'refund_needed', 'refunded', 'disputed', 'charged_back')",
            name="purchases_state_is_known",
        ),
        CheckConstraint(
            "(method = 'counter') = (counter IS NOT NULL) AND (method = 'counter') = (clerk_id IS NOT NULL)",
            name="purchases_counter_has_a_clerk",
        ),
        CheckConstraint("state <> 'paid' OR journal_id IS NOT NULL", name="purchases_paid_has_a_journal"),
        CheckConstraint("method = 'card' OR (card IS NULL AND NOT checks_card)", name="purchases_card_pays_by_card"),
        Index("purchases_grant", "grant_id"),
        Index("purchases_card", "campaign_id", "card", postgresql_where=text("card IS NOT NULL")),
        Index("purchases_wallet", "wallet_id"),
        Index(
            "purchases_to_look_up",
            "read_at",
            "id",
            postgresql_where=text(
                "provider_id IS NOT NULL AND state IN ('awaiting_payment', 'failed', 'expired', 'cancelled') "
                "AND provider_status IS DISTINCT FROM 'canceled'"
            ),
        ),
        Index(
            "purchases_unpaid",
            "expires_at",
            postgresql_where=text("state IN ('requested', 'awaiting_payment')"),
        ),
        Index("purchases_to_refund", "id", postgresql_where=text("state = 'refund_needed'")),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    grant_id: UUID = Field(sa_column=reference(GRANT, "purchases_grant_exists"))
    round_id: UUID
    campaign_id: UUID = Field(sa_column=reference(CAMPAIGN, "purchases_campaign_exists"))
    wallet_id: UUID
    units: int
    method: str = Field(sa_type=Text)
    amount_yen: int = Field(sa_column=yen())
    premium_yen: int = Field(sa_column=yen())
    state: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_column=moment())
    created_at: datetime = Field(sa_column=moment())
    key: UUID
    fingerprint: UUID
    provider_id: str | None = Field(sa_type=Text, default=None)
    slip: dict[str, Any] | None = Field(sa_column=Column(JSONB))
    journal_id: UUID | None = None
    received_yen: int | None = Field(sa_column=yen(nullable=True))
    counter: str | None = Field(sa_type=Text, default=None)
    clerk_id: UUID | None = None
    small_journal_id: UUID | None = None
    paid_at: datetime | None = Field(sa_column=moment(nullable=True))
    provider_status: str | None = Field(sa_type=Text, default=None)
    read_at: datetime | None = Field(sa_column=moment(nullable=True))
    checks_card: bool = False
    card: UUID | None = None


class PurchaseEventRow(SQLModel, table=True):
    """A purchase moved. Only ever added to."""

    __tablename__: ClassVar[str] = "purchase_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["from_state", "to_state"],
            ["issuance.purchase_moves.from_state", "issuance.purchase_moves.to_state"],
            name="purchase_events_move_is_legal",
        ),
        Index("purchase_events_purchase", "purchase_id"),
        SCHEMA,
    )

    id: int = Field(sa_column=number())
    purchase_id: UUID = Field(sa_column=reference(PURCHASE, "purchase_events_purchase_exists"))
    from_state: str | None = Field(sa_type=Text, default=None)
    to_state: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    reason: str = Field(sa_type=Text)


class ProviderEventRow(SQLModel, table=True):
    """A notice of the payment provider, as it arrived; processing it writes when and what came of it."""

    __tablename__: ClassVar[str] = "provider_events"
    __table_args__ = (
        CheckConstraint("(processed_at IS NULL) = (outcome IS NULL)", name="provider_events_processed_have_an_outcome"),
        Index(
            "provider_events_waiting",
            "received_at",
            "event_id",
            postgresql_where=text("processed_at IS NULL"),
        ),
        SCHEMA,
    )

    event_id: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text)
    provider_id: str | None = Field(sa_type=Text, default=None)
    refund_id: str | None = Field(sa_type=Text, default=None)
    body: bytes
    created_at: datetime = Field(sa_column=moment())
    received_at: datetime = Field(sa_column=moment())
    processed_at: datetime | None = Field(sa_column=moment(nullable=True))
    outcome: str | None = Field(sa_type=Text, default=None)
    subject_id: str | None = Field(sa_type=Text, default=None)
