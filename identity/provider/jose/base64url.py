"""Bytes and SHA-256 digests as base64url without padding, written in one way only (RFC 4648, sections 3.5 and 5)."""

import base64
import hashlib
import re

_DIGEST = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")


def to_base64url(content: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Read bytes. Raises ValueError for any other writing of the same bytes."""
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(content) != text:
        raise ValueError("not base64url in its canonical form")
    return content


def digest_of(text: str) -> str:
    """The SHA-256 of a text as 43 characters of base64url."""
    return to_base64url(hashlib.sha256(text.encode()).digest())


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in base64url, in its one canonical writing."""
    return _DIGEST.fullmatch(text) is not None
