"""Receipts: what an applicant holds to prove that the application was accepted and must be in the list.

A receipt number is random and says nothing about a person. The city signs the digest of campaign, number,
version, units and time with Ed25519 (RFC 8032); the running leaf lets the holder find the row in the
published daily roots.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from issuance.lottery.hashing import leaf, merkle_root, receipt_digest
from issuance.lottery.refusals import ReceiptLeafDiffers, ReceiptNotWellFormed, ReceiptSignatureInvalid

CROCKFORD_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt as the applicant gets it; the field names are the JSON members.

    `received_at` is UTC as `YYYY-MM-DDTHH:MM:SSZ`; `leaf` and `sig` are lower-case hex; `kid` names the
    city's key.
    """

    campaign: str
    receipt: str
    version: int
    units: int
    received_at: str
    leaf: str
    kid: str
    sig: str

    def members(self) -> dict[str, str | int]:
        """The receipt as the members of a JSON object."""
        return asdict(self)

    def digest(self) -> bytes:
        """The 32 bytes that the city signs."""
        return receipt_digest(
            campaign=self.campaign,
            receipt=self.receipt,
            version=self.version,
            units=self.units,
            received_at=self.received_at,
        )


def new_receipt_number() -> str:
    """Make a receipt number: 80 random bits as 16 characters of Crockford base32, of those that begin with a
    letter.

    Beginning with a letter keeps a spreadsheet from reading it as a number; numbers that do not are thrown
    away.
    """
    while True:
        bits = secrets.randbits(5 * RECEIPT_CHARACTERS)
        places = range(5 * (RECEIPT_CHARACTERS - 1), -1, -5)
        number = "".join(CROCKFORD_BASE32[bits >> place & 31] for place in places)
        if number[0].isalpha():
            return number


def sign_receipt(
    key: Ed25519PrivateKey,
    kid: str,
    *,
    campaign: str,
    receipt: str,
    version: int,
    units: int,
    received_at: datetime,
) -> SignedReceipt:
    """Make the signed receipt of one version of an application; fractions of a second of `received_at` are
    cut off.
    """
    unsigned = SignedReceipt(
        campaign=campaign,
        receipt=receipt,
        version=version,
        units=units,
        received_at=_utc_text(received_at),
        leaf=running_leaf(receipt, units).hex(),
        kid=kid,
        sig="",
    )
    signature = key.sign(unsigned.digest())
    return replace(unsigned, sig=signature.hex())


def verify_receipt(receipt: SignedReceipt, public_key: Ed25519PublicKey) -> None:
    """Check a receipt against the city's key; refuses, in this order, ReceiptSignatureInvalid and
    ReceiptLeafDiffers.
    """
    try:
        public_key.verify(bytes.fromhex(receipt.sig), receipt.digest())
    except (InvalidSignature, ValueError) as failure:
        raise ReceiptSignatureInvalid(receipt=receipt.receipt) from failure
    if receipt.leaf != running_leaf(receipt.receipt, receipt.units).hex():
        raise ReceiptLeafDiffers(receipt=receipt.receipt)


def parse_receipt(members: Mapping[str, Any]) -> SignedReceipt:
    """Read a receipt from a JSON object's members; refuses ReceiptNotWellFormed (first member by name)."""
    for name in sorted(_RULES.keys() | members.keys()):
        if name not in _RULES or name not in members or not _RULES[name](members[name]):
            raise ReceiptNotWellFormed(member=name)
    return SignedReceipt(**members)


def running_leaf(receipt: str, units: int) -> bytes:
    """Hash an application before the freeze, when nothing is grouped yet. 32 bytes."""
    return leaf(receipt, units, receipt)


def running_root(applications: Iterable[tuple[str, int]]) -> bytes:
    """Hash all applications not withdrawn, as (receipt, units) in any order, into the root of the day. 32
    bytes.
    """
    return merkle_root(running_leaf(receipt, units) for receipt, units in applications)


def _utc_text(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be signed")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_text(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_positive(value: object) -> bool:
    return type(value) is int and value >= 1


_RULES: dict[str, Callable[[object], bool]] = {
    "campaign": _is_text(r"[a-z0-9][a-z0-9-]{0,63}"),
    "receipt": _is_text(r"[0-9A-Za-z_-]{1,64}"),
    "version": _is_positive,
    "units": _is_positive,
    "received_at": _is_text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
    "leaf": _is_text(r"[0-9a-f]{64}"),
    "kid": _is_text(r"[0-9A-Za-z_.-]{1,64}"),
    "sig": _is_text(r"[0-9a-f]{128}"),
}
