"""The vocabulary of the doors: what a provider said of someone, passkeys, links, counter codes and bound tills."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from identity.model import Acr


class Provider(StrEnum):
    """Who vouches for a linked subject: LINE, or マイナアプリ (the former デジタル認証アプリ)."""

    LINE = "line"
    DAS = "das"


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
    """Whom a provider proved: its subject within one of our clients there, how strongly, and when (aware UTC)."""

    provider: Provider
    client: str
    subject: str
    acr: Acr
    amr: tuple[str, ...]
    auth_time: datetime
    claims: VerifiedClaims | None = None
