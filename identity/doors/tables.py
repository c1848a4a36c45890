"""The tables of the doors; the migration is the truth about triggers and grants."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

import identity.tables as identity_tables

SCHEMA = identity_tables.SCHEMA


def _instant(*, is_nullable: bool = False) -> Column[Any]:
    return Column(DateTime(timezone=True), nullable=is_nullable)


def _reference(target: str, name: str, *, is_nullable: bool = False, is_key: bool = False) -> Column[Any]:
    return Column(ForeignKey(target, name=name), nullable=is_nullable, primary_key=is_key)


class PasskeyUserHandleRow(SQLModel, table=True):
    """The random name under which a holder's passkeys know the holder."""

    __tablename__: ClassVar[str] = "passkey_user_handles"
    __table_args__ = (
        UniqueConstraint("user_handle", name="passkey_user_handles_belong_to_one"),
        CheckConstraint(
            "holder_kind IN ('resident', 'shop', 'staff')", name="passkey_user_handles_holder_kind_is_known"
        ),
        CheckConstraint("octet_length(user_handle) = 64", name="passkey_user_handles_are_64_bytes"),
        SCHEMA,
    )

    holder_kind: str = Field(sa_type=Text, primary_key=True)
    holder_id: UUID = Field(primary_key=True)
    user_handle: bytes


class PasskeyRow(SQLModel, table=True):
    """A passkey's public key, and what is known of its authenticator."""

    __tablename__: ClassVar[str] = "passkeys"
    __table_args__ = (
        UniqueConstraint("credential_id", "holder_id", name="passkeys_belong_to_one_holder"),
        ForeignKeyConstraint(
            ["holder_kind", "holder_id"],
            ["identity.passkey_user_handles.holder_kind", "identity.passkey_user_handles.holder_id"],
            name="passkeys_holder_has_a_handle",
        ),
        CheckConstraint("octet_length(credential_id) BETWEEN 1 AND 1023", name="passkeys_credential_id_has_a_length"),
        CheckConstraint("sign_count BETWEEN 0 AND 4294967295", name="passkeys_sign_count_is_32_bits"),
        CheckConstraint("device_type IN ('single_device', 'multi_device')", name="passkeys_device_type_is_known"),
        CheckConstraint("char_length(label) BETWEEN 1 AND 40", name="passkeys_label_is_short"),
        Index("passkeys_holder", "holder_kind", "holder_id"),
        SCHEMA,
    )

    credential_id: bytes = Field(primary_key=True)
    holder_kind: str = Field(sa_type=Text)
    holder_id: UUID
    public_key: bytes
    sign_count: int = Field(sa_type=BigInteger)
    aaguid: UUID
    transports: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    device_type: str = Field(sa_type=Text)
    backed_up: bool
    label: str = Field(sa_type=Text)
    needs_confirmation: bool
    created_at: datetime = Field(sa_column=_instant())
    last_used_at: datetime | None = Field(default=None, sa_column=_instant(is_nullable=True))
    sign_count_fell_at: datetime | None = Field(default=None, sa_column=_instant(is_nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=_instant(is_nullable=True))


class PasskeyConfirmationRow(SQLModel, table=True):
    """A second person stood behind a passkey of a member of staff."""

    __tablename__: ClassVar[str] = "passkey_confirmations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["credential_id", "staff_id"],
            ["identity.passkeys.credential_id", "identity.passkeys.holder_id"],
            name="passkey_confirmations_passkey_exists",
        ),
        CheckConstraint("confirmed_by <> staff_id", name="passkey_confirmations_need_a_second_person"),
        SCHEMA,
    )

    credential_id: bytes = Field(primary_key=True)
    staff_id: UUID
    confirmed_by: UUID = Field(sa_column=_reference("identity.staff.id", "passkey_confirmations_confirmer_exists"))
    confirmed_at: datetime = Field(sa_column=_instant())


class PasskeyChallengeRow(SQLModel, table=True):
    """A challenge that one browser session may answer once."""

    __tablename__: ClassVar[str] = "passkey_challenges"
    __table_args__ = (
        CheckConstraint("octet_length(browser_session) = 32", name="passkey_challenges_session_is_sha256"),
        CheckConstraint("purpose IN ('register', 'sign_in')", name="passkey_challenges_purpose_is_known"),
        CheckConstraint(
            "num_nonnulls(holder_kind, holder_id, signed_in_by) = CASE purpose WHEN 'register' THEN 3 ELSE 0 END",
            name="passkey_challenges_register_for_a_holder",
        ),
        Index("passkey_challenges_session", "browser_session"),
        Index("passkey_challenges_expiry", "expires_at"),
        SCHEMA,
    )

    challenge: bytes = Field(primary_key=True)
    browser_session: bytes
    purpose: str = Field(sa_type=Text)
    holder_kind: str | None = Field(default=None, sa_type=Text)
    holder_id: UUID | None = None
    signed_in_by: str | None = Field(default=None, sa_type=Text)
    expires_at: datetime = Field(sa_column=_instant())


class LinkRow(SQLModel, table=True):
    """Who a provider's subject is here; the key is provider, client and subject together (ASVS 5.0, 6.8.1)."""

    __tablename__: ClassVar[str] = "links"
    __table_args__ = (
        CheckConstraint("provider IN ('line', 'das')", name="links_provider_is_known"),
        CheckConstraint("char_length(provider_subject) BETWEEN 1 AND 255", name="links_subject_is_short"),
        Index(
            "links_one_live_per_subject",
            *("provider", "provider_client", "provider_subject"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "links_one_live_per_person",
            *("person_id", "provider", "provider_client"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    provider: str = Field(sa_type=Text)
    provider_client: str = Field(sa_type=Text)
    provider_subject: str = Field(sa_type=Text)
    person_id: UUID = Field(sa_column=_reference("identity.people.id", "links_person_exists"))
    acr: str = Field(sa_type=Text)
    linked_at: datetime = Field(sa_column=_instant())
    last_used_at: datetime | None = Field(default=None, sa_column=_instant(is_nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=_instant(is_nullable=True))


class LineFriendshipRow(SQLModel, table=True):
    """Whether LINE lets the city write to one of its users."""

    __tablename__: ClassVar[str] = "line_friendships"
    __table_args__ = (
        CheckConstraint("provider_subject ~ '^U[0-9a-f]{32}$'", name="line_friendships_subject_is_of_line"),
        SCHEMA,
    )

    provider_subject: str = Field(sa_type=Text, primary_key=True)
    is_friend: bool
    changed_at: datetime = Field(sa_column=_instant())


class LineEventRow(SQLModel, table=True):
    """A notice of LINE that came, without whom it is about and what it says."""

    __tablename__: ClassVar[str] = "line_events"
    __table_args__ = (Index("line_events_age", "received_at"), SCHEMA)

    event_id: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text)
    happened_at: datetime = Field(sa_column=_instant())
    received_at: datetime = Field(sa_column=_instant())
    is_redelivery: bool


class CounterConfirmationRow(SQLModel, table=True):
    """A clerk saw somebody with a document; of the document only the kind is kept."""

    __tablename__: ClassVar[str] = "counter_confirmations"
    __table_args__ = (
        CheckConstraint(
            "document_kind IN ('my_number_card', 'driving_licence', 'passport', 'residence_card',"
            " 'disability_handbook', 'two_documents')",
            name="counter_confirmations_document_kind_is_known",
        ),
        Index("counter_confirmations_person", "person_id", "confirmed_at"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(sa_column=_reference("identity.people.id", "counter_confirmations_person_exists"))
    clerk_id: UUID = Field(sa_column=_reference("identity.staff.id", "counter_confirmations_clerk_exists"))
    document_kind: str = Field(sa_type=Text)
    confirmed_at: datetime = Field(sa_column=_instant())


class CounterCodeRow(SQLModel, table=True):
    """A live code of the counter; it is gone when it was used, missed too often or replaced."""

    __tablename__: ClassVar[str] = "counter_codes"
    __table_args__ = (
        UniqueConstraint("person_id", name="counter_codes_one_per_person"),
        CheckConstraint("selector ~ '^[0-9]{3}$'", name="counter_codes_selector_is_three_digits"),
        CheckConstraint("octet_length(secret_digest) = 32", name="counter_codes_digest_is_sha256"),
        CheckConstraint("failures >= 0", name="counter_codes_failures_are_counted_up"),
        SCHEMA,
    )

    selector: str = Field(sa_type=Text, primary_key=True)
    secret_digest: bytes
    person_id: UUID = Field(sa_column=_reference("identity.people.id", "counter_codes_person_exists"))
    confirmation_id: UUID = Field(
        sa_column=_reference("identity.counter_confirmations.id", "counter_codes_confirmation_exists")
    )
    expires_at: datetime = Field(sa_column=_instant())
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SignInMissRow(SQLModel, table=True):
    """A code that was typed wrongly from one part of the network, known by a keyed digest only."""

    __tablename__: ClassVar[str] = "sign_in_misses"
    __table_args__ = (
        CheckConstraint("octet_length(address_digest) = 32", name="sign_in_misses_digest_is_sha256"),
        Index("sign_in_misses_address", "address_digest", "missed_at"),
        Index("sign_in_misses_age", "missed_at"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    address_digest: bytes
    missed_at: datetime = Field(sa_column=_instant())


class TillDeviceRow(SQLModel, table=True):
    """A device that an owner bound to a store; of its secret only the digest is kept."""

    __tablename__: ClassVar[str] = "till_devices"
    __table_args__ = (
        UniqueConstraint("secret_digest", name="till_devices_secret_is_one_devices"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="till_devices_end_once_by_someone"),
        CheckConstraint("octet_length(secret_digest) = 32", name="till_devices_digest_is_sha256"),
        CheckConstraint("char_length(label) BETWEEN 1 AND 40", name="till_devices_label_is_short"),
        Index("till_devices_merchant", "merchant_id"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    merchant_id: UUID
    store_id: UUID
    label: str = Field(sa_type=Text)
    secret_digest: bytes
    bound_by: UUID = Field(sa_column=_reference("identity.shop_users.id", "till_devices_binder_exists"))
    bound_at: datetime = Field(sa_column=_instant())
    ended_by: UUID | None = Field(
        default=None, sa_column=_reference("identity.shop_users.id", "till_devices_ender_exists", is_nullable=True)
    )
    ended_at: datetime | None = Field(default=None, sa_column=_instant(is_nullable=True))


class MailAddressRow(SQLModel, table=True):
    """The address for e-mail that a resident proved, and the one that waits for its code."""

    __tablename__: ClassVar[str] = "mail_addresses"
    __table_args__ = (
        CheckConstraint("(address IS NULL) = (confirmed_at IS NULL)", name="mail_addresses_are_confirmed"),
        CheckConstraint(
            "num_nonnulls(pending_address, code_digest, code_expires_at) IN (0, 3)",
            name="mail_addresses_wait_with_their_code",
        ),
        SCHEMA,
    )

    person_id: UUID = Field(sa_column=_reference("identity.people.id", "mail_addresses_person_exists", is_key=True))
    address: str | None = Field(sa_type=Text)
    confirmed_at: datetime | None = Field(sa_column=_instant(is_nullable=True))
    pending_address: str | None = Field(sa_type=Text)
    code_digest: bytes | None
    code_expires_at: datetime | None = Field(sa_column=_instant(is_nullable=True))
    failures: int
    codes_sent: int
    counted_since: datetime = Field(sa_column=_instant())
