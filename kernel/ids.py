"""Identifiers: UUIDv7 (RFC 9562, section 5.7), so that new rows land beside each other in an index."""

import hashlib
import os
import time
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def new_id() -> UUID:
    """Make a UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Make `count` UUIDv7 with one reading of the clock and of the random source; they ascend in the order given."""
    milliseconds = time.time_ns() // 1_000_000
    start = int.from_bytes(os.urandom(10), "big") & ((1 << 73) - 1)
    head = (milliseconds << 80) | _VERSION_7 | _VARIANT
    ids = []
    for offset in range(count):
        noise = start + (offset << 32)
        ids.append(UUID(int=head | ((noise >> 62) & 0xFFF) << 64 | (noise & ((1 << 62) - 1))))
    return ids


def derived_id(*parts: str) -> UUID:
    """Make the one UUIDv8 that belongs to these texts: 122 bits of SHA-256 over them, each length-prefixed."""
    encoded = [part.encode() for part in parts]
    framed = b"".join([len(part).to_bytes(8, "big") + part for part in encoded])
    number = int.from_bytes(hashlib.sha256(framed).digest()[:16], "big")
    number &= ~(0xF << 76) & ~(0b11 << 62)
    return UUID(int=number | (0x8 << 76) | _VARIANT)
