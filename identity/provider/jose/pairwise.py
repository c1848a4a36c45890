"""Pairwise subjects: each purpose knows a person by another name (OpenID Connect Core 1.0, section 8.1)."""

import hashlib
import hmac
from uuid import UUID

from identity.provider.jose.base64url import to_base64url

_SEPARATOR = "\x1f"


def pairwise_subject(key: bytes, sector: str, holder_id: UUID) -> str:
    """The subject of a person in one sector: 43 characters of base64url.

    HMAC-SHA256 over the sector, the byte 0x1F and the id as text. Raises ValueError for a key of fewer than 32 bytes,
    and for a sector that is empty or holds the separator.
    """
    if len(key) < 32:
        raise ValueError("pairwise subjects need a key of at least 32 bytes")
    if not sector or _SEPARATOR in sector:
        raise ValueError("a sector has a name")
    digest = hmac.digest(key, f"{sector}{_SEPARATOR}{holder_id}".encode(), hashlib.sha256)
    return to_base64url(digest)
