"""The vocabulary of the doors: what a provider said of someone, passkeys, links, counter codes and bound tills."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from identity.model import Acr, Holder, ShopRole


class Door(StrEnum):
    """A way to sign in that somebody has: はがき, 窓口, パスキー, LINE, マイナアプリ."""

    POSTCARD = "postcard"
    COUNTER = "counter"
    PASSKEY = "passkey"
    LINE = "line"
    DAS = "das"


class Provider(StrEnum):
    """Who vouches for a linked subject: LINE, or マイナアプリ (the former デジタル認証アプリ)."""

    LINE = "line"
    DAS = "das"


class LineFriendship(NamedTuple):
    """Whether a LINE user, by LINE's own subject, can be written to by the city's account, and since when (UTC)."""

    subject: str
    is_friend: bool
    changed_at: datetime


class Gender(StrEnum):
    """Sex as the resident register writes it, with unknown."""

    MALE = "M"
    FEMALE = "F"
    OTHER = "X"
    UNKNOWN = "U"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedClaims:
    """The four basics as a provider verified them; None is what it did not say. Held for the moment, never stored."""

    name: str | None = None
    address: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderIdentity:
    """Whom a provider proved: its subject within one of our clients there, how strongly, and when (aware UTC).

    Where `tells_login` is false the provider does not say when they signed in there, and `auth_time` is when it spoke.
    """

    provider: Provider
    client: str
    subject: str
    acr: Acr
    amr: tuple[str, ...]
    auth_time: datetime
    tells_login: bool = True
    claims: VerifiedClaims | None = None


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks for passkeys: `id` is the domain they are bound to, `origins` the pages that may ask (exact)."""

    id: str
    name: str
    origins: tuple[str, ...]


class ChallengePurpose(StrEnum):
    """What a challenge may be answered for."""

    REGISTER = "register"
    SIGN_IN = "sign_in"


class Registration(NamedTuple):
    """For whom a passkey is being registered, and how that holder had signed in."""

    holder: Holder
    signed_in_by: Acr


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A passkey as its authenticator presented it at registration."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: UUID
    transports: tuple[str, ...]
    device_type: str
    backed_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A registered passkey; `is_confirmed` is false while one of staff waits for a second person."""

    credential_id: bytes
    holder: Holder
    public_key: bytes
    sign_count: int
    aaguid: UUID
    transports: tuple[str, ...]
    device_type: str
    backed_up: bool
    label: str
    created_at: datetime
    last_used_at: datetime | None
    sign_count_fell_at: datetime | None
    is_confirmed: bool

    @property
    def is_usable(self) -> bool:
        """Whether it opens the door now."""
        return self.is_confirmed and self.sign_count_fell_at is None


class PasskeyUse(NamedTuple):
    """What a verified answer of a passkey said about its authenticator."""

    sign_count: int
    backed_up: bool


class Link(NamedTuple):
    """A living link from a provider's subject to a person."""

    link_id: UUID
    provider: Provider
    client: str
    subject: str
    person_id: UUID
    acr: Acr
    linked_at: datetime
    last_used_at: datetime | None


class DocumentKind(StrEnum):
    """What somebody showed at the counter; of a document nothing but its kind is kept."""

    MY_NUMBER_CARD = "my_number_card"
    DRIVING_LICENCE = "driving_licence"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    DISABILITY_HANDBOOK = "disability_handbook"
    TWO_DOCUMENTS = "two_documents"


class CounterCode(NamedTuple):
    """A code of the counter as the clerk hands it over; its text exists nowhere else."""

    text: str
    expires_at: datetime


class CounterCodeState(NamedTuple):
    """A code of the counter as it is stored."""

    selector: str
    secret_digest: bytes
    person_id: UUID
    expires_at: datetime
    failures: int


class ShopRights(NamedTuple):
    """For which merchant and store a shop user acts, and as what; without a store, for all of the merchant's."""

    merchant_id: UUID
    store_id: UUID | None
    role: ShopRole


class TillDevice(NamedTuple):
    """A device that is bound to a store."""

    device_id: UUID
    merchant_id: UUID
    store_id: UUID
    label: str
    bound_by: UUID
    bound_at: datetime


class BoundDevice(NamedTuple):
    """A device just bound, with the secret for its cookie; the secret exists nowhere else."""

    device_id: UUID
    secret: str


class OpenDoor(NamedTuple):
    """One way to sign in that a holder has, for a page of settings.

    `reference` names it for removing: the credential id in base64url, or the link's id; the postcard has none.
    """

    door: Door
    reference: str | None
    label: str | None
    added_at: datetime
    last_used_at: datetime | None
    is_usable: bool


@dataclass(frozen=True, slots=True)
class MailAddressState:
    """What is known of a person's address: the one that was proved, the one that waits, and codes counted since."""

    address: str | None = field(repr=False)
    confirmed_at: datetime | None
    pending_address: str | None = field(repr=False)
    code_digest: bytes | None = field(repr=False)
    code_expires_at: datetime | None
    failures: int
    codes_sent: int
    counted_since: datetime


@dataclass(frozen=True, slots=True)
class MailCode:
    """A code that has to be mailed to the address it proves."""

    address: str = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OwnMailAddress:
    """A person's own address as the person sees it, and the one whose code may still be typed."""

    address: str | None = field(repr=False)
    waiting_address: str | None = field(repr=False)
