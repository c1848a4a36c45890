"""Campaigns, rounds, applications and draws."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from issuance.tables.columns import CAMPAIGN, ROUND, SCHEMA, moment, number, reference


class CampaignMoveRow(SQLModel, table=True):
    """A move that a campaign can make."""

    __tablename__: ClassVar[str] = "campaign_moves"
    __table_args__ = (SCHEMA,)

    from_state: str = Field(sa_type=Text, primary_key=True)
    to_state: str = Field(sa_type=Text, primary_key=True)
    emits: str = Field(sa_type=Text)


class CampaignRow(SQLModel, table=True):
    """A campaign; `rules` never change once it was approved."""

    __tablename__: ClassVar[str] = "campaigns"
    __table_args__ = (
        UniqueConstraint("slug", name="campaigns_slug_is_unique"),
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{0,63}$'", name="campaigns_slug_is_well_formed"),
        CheckConstraint(
            "state IN ('draft', 'approved', 'open', 'drawn', 'selling', 'in_use', 'closed', 'reported')",
            name="campaigns_state_is_known",
        ),
        CheckConstraint(
            "approved_by <> created_by AND (approved_by IS NOT NULL OR state = 'draft')",
            name="campaigns_need_two_people",
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    slug: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    rules: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    rules_version: int
    created_by: UUID
    approved_by: UUID | None = None
    created_at: datetime = Field(sa_column=moment())


class CampaignEventRow(SQLModel, table=True):
    """Something happened to a campaign. Only ever added to."""

    __tablename__: ClassVar[str] = "campaign_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["from_state", "to_state"],
            ["issuance.campaign_moves.from_state", "issuance.campaign_moves.to_state"],
            name="campaign_events_move_is_legal",
        ),
        Index("campaign_events_campaign", "campaign_id"),
        SCHEMA,
    )

    id: int = Field(sa_column=number())
    campaign_id: UUID = Field(sa_column=reference(CAMPAIGN, "campaign_events_campaign_exists"))
    from_state: str | None = Field(sa_type=Text, default=None)
    to_state: str = Field(sa_type=Text)
    by: UUID
    desk: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    reason: str = Field(sa_type=Text)
    event: str | None = Field(sa_type=Text, default=None)


class CampaignRuleVersionRow(SQLModel, table=True):
    """The rules of a campaign as somebody proposed them. Only ever added to, and only while it is a draft."""

    __tablename__: ClassVar[str] = "campaign_rule_versions"
    __table_args__ = (
        PrimaryKeyConstraint("campaign_id", "version", name="campaign_rule_versions_one_of_each"),
        ForeignKeyConstraint(["copied_from"], [CAMPAIGN], name="campaign_rule_versions_model_exists"),
        CheckConstraint("version > 0", name="campaign_rule_versions_version_is_positive"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="campaign_rule_versions_are_named_by_sha256"),
        SCHEMA,
    )

    campaign_id: UUID = Field(sa_column=reference(CAMPAIGN, "campaign_rule_versions_campaign_exists", primary_key=True))
    version: int = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    rules: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    rounds: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    sha256: str = Field(sa_type=Text)
    copied_from: UUID | None = None
    by: UUID
    desk: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())
    reason: str = Field(sa_type=Text)


class RoundMoveRow(SQLModel, table=True):
    """A move that a round can make."""

    __tablename__: ClassVar[str] = "round_moves"
    __table_args__ = (SCHEMA,)

    from_state: str = Field(sa_type=Text, primary_key=True)
    to_state: str = Field(sa_type=Text, primary_key=True)


class RoundRow(SQLModel, table=True):
    """A round; only its state moves."""

    __tablename__: ClassVar[str] = "rounds"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number", name="rounds_number_is_unique"),
        UniqueConstraint("slug", name="rounds_slug_is_unique"),
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{0,63}$'", name="rounds_slug_is_well_formed"),
        CheckConstraint("rule IN ('equal_first', 'all_or_nothing', 'first_come')", name="rounds_rule_is_known"),
        CheckConstraint(
            "state IN ('announced', 'open', 'closed', 'frozen', 'drawn', 'withdrawn')", name="rounds_state_is_known"
        ),
        CheckConstraint("usable_at IN ('all_shops', 'small_shops')", name="rounds_usable_at_is_known"),
        CheckConstraint(
            "number > 0 AND units_offered > 0 AND max_units > 0 AND grace_days >= 0 AND offer_days > 0",
            name="rounds_numbers_fit",
        ),
        CheckConstraint(
            "opens_at < closes_at AND opens_at <= pay_from AND pay_from < pay_until AND first_day <= last_day",
            name="rounds_dates_in_order",
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    campaign_id: UUID = Field(sa_column=reference(CAMPAIGN, "rounds_campaign_exists"))
    number: int
    slug: str = Field(sa_type=Text)
    rule: str = Field(sa_type=Text)
    units_offered: int
    max_units: int
    opens_at: datetime = Field(sa_column=moment())
    closes_at: datetime = Field(sa_column=moment())
    pay_from: datetime = Field(sa_column=moment())
    pay_until: datetime = Field(sa_column=moment())
    first_day: date
    last_day: date
    usable_at: str = Field(sa_type=Text)
    grace_days: int
    offer_days: int
    commitments: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    state: str = Field(sa_type=Text)
    quota: str | None = Field(sa_type=Text, default=None)
    first_time_only: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class ApplicationRow(SQLModel, table=True):
    """One version of an application. Only ever added to."""

    __tablename__: ClassVar[str] = "applications"
    __table_args__ = (
        PrimaryKeyConstraint("round_id", "person_id", "version", name="applications_one_per_person_and_version"),
        UniqueConstraint("receipt", "version", name="applications_receipt_is_unique"),
        CheckConstraint("version > 0 AND units > 0", name="applications_numbers_fit"),
        CheckConstraint("channel IN ('web', 'counter', 'paper')", name="applications_channel_is_known"),
        CheckConstraint(
            "is_withdrawn = (leaf IS NULL) AND is_withdrawn = (kid IS NULL) AND is_withdrawn = (signature IS NULL)",
            name="applications_are_signed",
        ),
        Index("applications_person", "person_id"),
        Index("applications_household", "household_id"),
        SCHEMA,
    )

    round_id: UUID = Field(sa_column=reference(ROUND, "applications_round_exists", primary_key=True))
    person_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    receipt: str = Field(sa_type=Text)
    units: int
    wallet_id: UUID
    household_id: UUID | None = None
    channel: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_column=moment())
    key: UUID | None = None
    is_withdrawn: bool
    leaf: bytes | None = None
    kid: str | None = Field(sa_type=Text, default=None)
    signature: bytes | None = None


class DrawRow(SQLModel, table=True):
    """How far a round's draw is; each step is written once."""

    __tablename__: ClassVar[str] = "draws"
    __table_args__ = (
        CheckConstraint("frozen_by <> second_person", name="draws_need_two_people"),
        CheckConstraint(
            "(frozen_at IS NULL) = (beacon_id IS NULL) AND (frozen_at IS NULL) = (beacon_round IS NULL) "
            "AND (frozen_at IS NULL) = (frozen_by IS NULL) AND (frozen_at IS NULL) = (second_person IS NULL) "
            "AND (drawn_at IS NULL OR frozen_at IS NOT NULL) AND (drawn_at IS NULL) = (signature IS NULL)",
            name="draws_steps_in_order",
        ),
        SCHEMA,
    )

    round_id: UUID = Field(sa_column=reference(ROUND, "draws_round_exists", primary_key=True))
    root: str = Field(sa_type=Text)
    rows: int
    received: int
    void: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))
    closed_at: datetime = Field(sa_column=moment())
    beacon_id: str | None = Field(sa_type=Text, default=None)
    beacon_round: int | None = Field(sa_type=BigInteger, default=None)
    frozen_by: UUID | None = None
    second_person: UUID | None = None
    frozen_at: datetime | None = Field(sa_column=moment(nullable=True))
    signature: str | None = Field(sa_type=Text, default=None)
    drawn_at: datetime | None = Field(sa_column=moment(nullable=True))
    published_at: datetime | None = Field(sa_column=moment(nullable=True))
    list_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class DrawFileRow(SQLModel, table=True):
    """A published file; what a newer one replaces stays published under another name."""

    __tablename__: ClassVar[str] = "draw_files"
    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="draw_files_digest_is_right"),
        SCHEMA,
    )

    round_id: UUID = Field(sa_column=reference(ROUND, "draw_files_round_exists", primary_key=True))
    name: str = Field(sa_type=Text, primary_key=True)
    content: bytes
    sha256: str = Field(sa_type=Text)
