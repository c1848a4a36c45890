"""The vocabulary of identity: who may hold a sign-in code, what a sign-in proves, and the views that pages get."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from kernel.ids import new_id


class HolderKind(StrEnum):
    """Who holds a sign-in code or a token."""

    RESIDENT = "resident"
    SHOP = "shop"
    STAFF = "staff"


class Acr(StrEnum):
    """How a sign-in was proved (OpenID Connect Core 1.0, section 2, `acr`); `rules.levels` says what each is worth."""

    LINE = "urn:kashima:acr:line"
    POSTCARD = "urn:kashima:acr:postcard"
    COUNTER = "urn:kashima:acr:counter"
    PASSKEY = "urn:kashima:acr:passkey"
    JPKI_AUTH = "urn:kashima:acr:jpki-auth"
    JPKI_SIGN = "urn:kashima:acr:jpki-sign"
    STAFF = "urn:kashima:acr:staff"


class StaffRole(StrEnum):
    """What a member of staff may do: 商工, 会計, 窓口, 監査, 管理."""

    COMMERCE = "commerce"
    FINANCE = "finance"
    HELP = "help"
    AUDIT = "audit"
    ADMIN = "admin"


class ShopRole(StrEnum):
    """What a shop user may do: an owner everything of the merchant, a cashier take payments and void them."""

    OWNER = "owner"
    CASHIER = "cashier"


class Holder(NamedTuple):
    """The person, shop user or member of staff for whom a code is issued."""

    kind: HolderKind
    id: UUID


class ProvenSignIn(NamedTuple):
    """What a door proved: who came, how, by which methods (RFC 8176 names), and when."""

    holder: Holder
    acr: Acr
    amr: tuple[str, ...]
    at: datetime


class IssuedCode(NamedTuple):
    """A new sign-in code as it is printed; its text exists nowhere else."""

    holder: Holder
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResident:
    """A resident to be imported: readings in full-width katakana, postal code like `849-1311`."""

    household_id: UUID
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    birth_date: date
    district: str
    address: str
    postal_code: str
    has_smartphone: bool
    person_id: UUID = field(default_factory=new_id)


class ImportedResident(NamedTuple):
    """A resident as imported, with the wallet that was made."""

    person_id: UUID
    wallet_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in succeeded: who it is, and the facts of that kind of holder; the others are None or empty.

    A resident's name is not among them: every request asks who somebody is, and hardly any needs to know the name.
    """

    kind: HolderKind
    subject: UUID
    display_name: str = ""
    wallet_id: UUID | None = None
    merchant_id: UUID | None = None
    store_id: UUID | None = None
    role: ShopRole | None = None
    roles: frozenset[StaffRole] = frozenset()


@dataclass(frozen=True, slots=True)
class ResidentProfile:
    """What the city knows of a resident."""

    person_id: UUID
    household_id: UUID
    wallet_id: UUID
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    birth_date: date
    district: str
    address: str
    postal_code: str
    has_smartphone: bool

    @property
    def display_name(self) -> str:
        return f"{self.family_name} {self.given_name}"


@dataclass(frozen=True, slots=True)
class ShopUser:
    """Someone who signs in for a merchant; without a store, for all of its stores."""

    shop_user_id: UUID
    merchant_id: UUID
    store_id: UUID | None
    display_name: str
    role: ShopRole
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who works at city hall, with the roles given."""

    staff_id: UUID
    display_name: str
    roles: frozenset[StaffRole]
