"""Applications and their receipts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.lottery.receipts import SignedReceipt, new_receipt_number
from kernel.refusals import BooksBroken


class Channel(StrEnum):
    """How an application came in; `paper` is a form that somebody filled in and a clerk typed."""

    WEB = "web"
    COUNTER = "counter"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the city knows of whoever applies, as plain facts; None is not known, and what is demanded must be known.

    The base date is that of the campaign. `has_died` is about the moment of applying.
    """

    lived_here_on_base_date: bool | None = None
    age_on_base_date: int | None = None
    has_smartphone: bool | None = None
    has_died: bool | None = None


NOTHING_KNOWN = Eligibility()


@dataclass(frozen=True, slots=True)
class ClerkEntry:
    """Who typed something in for somebody, and from which paper form that came in on which day.

    Without a form the person stands at the counter. `reason` is the person's wish, as the clerk heard or read it.
    """

    clerk_id: UUID
    form_number: str | None = None
    received_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ApplicationRequest:
    """One person asks for units in a round. `key` tells a late repetition from a change of mind.

    `replaces` is the version that whoever asks has seen and wants to change. `entry` tells of the clerk who was asked
    at the counter or got a form.
    """

    round_id: UUID
    person_id: UUID
    wallet_id: UUID
    household_id: UUID | None
    units: int
    channel: Channel = Channel.WEB
    key: str | None = None
    eligibility: Eligibility = NOTHING_KNOWN
    replaces: int | None = None
    entry: ClerkEntry | None = None

    def __post_init__(self) -> None:
        _check_entry(self.channel, self.entry)


@dataclass(frozen=True, slots=True)
class WithdrawalRequest:
    """One person takes an application back; `entry` tells of the clerk who was asked to do it."""

    round_id: UUID
    person_id: UUID
    channel: Channel = Channel.WEB
    key: str | None = None
    entry: ClerkEntry | None = None

    def __post_init__(self) -> None:
        _check_entry(self.channel, self.entry)


def _check_entry(channel: Channel, entry: ClerkEntry | None) -> None:
    """The database demands the same of what is stored."""
    if (channel is Channel.WEB) != (entry is None):
        raise BooksBroken("what comes in at a desk tells who entered it, and nothing else does")


class Application(NamedTuple):
    """One stored version of an application. A withdrawal is a version without leaf and signature."""

    round_id: UUID
    person_id: UUID
    version: int
    receipt: str
    units: int
    wallet_id: UUID
    household_id: UUID | None
    channel: Channel
    received_at: datetime
    key: UUID | None
    is_withdrawn: bool
    leaf: bytes | None
    kid: str | None
    signature: bytes | None

    def signed_receipt(self, round_slug: str) -> SignedReceipt:
        """The receipt exactly as it was handed out; for versions that are not withdrawals."""
        return SignedReceipt(
            campaign=round_slug,
            receipt=self.receipt,
            version=self.version,
            units=self.units,
            received_at=self.received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            leaf=(self.leaf or b"").hex(),
            kid=self.kid or "",
            sig=(self.signature or b"").hex(),
        )


@dataclass(frozen=True, slots=True)
class ApplicationReceipt:
    """The answer to an application; `is_replay` tells that it was stored before this request."""

    round_id: UUID
    person_id: UUID
    receipt: SignedReceipt
    received_at: datetime
    is_replay: bool


@dataclass(frozen=True, slots=True)
class ReceiptSigner:
    """The city's key for receipts, which `kid` names, and where their numbers come from."""

    key: Ed25519PrivateKey
    kid: str
    new_number: Callable[[], str] = new_receipt_number

    @property
    def public_keys(self) -> Mapping[str, bytes]:
        """What receipts of this signer are checked with: raw keys by name."""
        return {self.kid: self.key.public_key().public_bytes_raw()}


class SignatureCheck(StrEnum):
    """What checking the city's own signature of a stored version came to."""

    VALID = "valid"
    INVALID = "invalid"
    KEY_UNKNOWN = "key_unknown"


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """One version of an application: who changed what, when and from where.

    `entry` is None for what the resident did. `units` is None for a withdrawal, which nothing is signed for, and
    `units_before` for the first version and after a withdrawal.
    """

    version: int
    at: datetime
    channel: Channel
    entry: ClerkEntry | None
    units_before: int | None
    units: int | None
    signature: SignatureCheck | None


@dataclass(frozen=True, slots=True)
class ApplicationHistory:
    """Everything that happened to an application, in that order; the newest version counts."""

    round_id: UUID
    round_slug: str
    person_id: UUID
    receipt: str
    versions: tuple[VersionHistory, ...]

    @property
    def is_withdrawn(self) -> bool:
        return self.versions[-1].units is None
