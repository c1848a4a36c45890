"""The bytes of the draw: every hash, group, seed and ticket of `kashiman-lottery-v1`.

A number enters a hash in decimal ASCII, text in UTF-8, and a root, a beacon or a secret as its raw bytes.
Inside a hash each part is preceded by its length (8 bytes, big-endian), so no two lists of parts look alike;
messages of an HMAC have no lengths.
"""

import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256

DOMAIN = b"kashiman-lottery-v1"
GROUP_TAG = b"|group|"
RANK_TAG = b"|rank|"


def hash_parts(*parts: bytes) -> bytes:
    """Hash a list of parts: SHA-256 over each part preceded by its length. 32 bytes; no parts at all is
    SHA-256 of nothing.
    """
    return sha256(b"".join([_framed(part) for part in parts])).digest()


def leaf(receipt: str, units: int, group: str) -> bytes:
    """Hash one row of the application list. 32 bytes."""
    framed_receipt = _framed(receipt.encode())
    # Most rows are a group of their own, and few numbers of units occur.
    framed_group = framed_receipt if group == receipt else _framed(group.encode())
    return sha256(_LEAF_HEAD + framed_receipt + _framed_decimal(units) + framed_group).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Hash a list of leaves into one root that does not depend on their order. 32 bytes.

    Only the leaves are sorted. A last hash without a neighbour moves up unchanged, so one leaf is its own
    root.
    """
    return merkle_levels(leaves)[-1][0]


def merkle_levels(leaves: Iterable[bytes]) -> list[list[bytes]]:
    """List the levels of the tree from the sorted leaves up to the level that holds only the root."""
    level = sorted(leaves) or [hash_parts(DOMAIN, b"empty")]
    levels = [level]
    while len(level) > 1:
        level = _level_above(level)
        levels.append(level)
    return levels


def commitment(secret: bytes) -> bytes:
    """Hash a holder's secret (32 random bytes) for publication before applications open. 32 bytes."""
    return hash_parts(DOMAIN, b"commit", secret)


def group_id(campaign_key: bytes, household_id: str) -> str:
    """Name a household so that only the holder of the campaign key can tell which it is. 64 hex digits."""
    return hmac.digest(campaign_key, DOMAIN + GROUP_TAG + household_id.encode(), "sha256").hex()


def receipt_digest(*, campaign: str, receipt: str, version: int, units: int, received_at: str) -> bytes:
    """Hash what a receipt promises; this is what the city signs. `received_at` is UTC as
    `YYYY-MM-DDTHH:MM:SSZ`. 32 bytes.
    """
    promised = (campaign.encode(), receipt.encode(), _decimal(version), _decimal(units), received_at.encode())
    return hash_parts(DOMAIN, b"receipt", *promised)


def seed(
    *, campaign: str, root: bytes, beacon_id: str, round_number: int, beacon: bytes, secrets: Sequence[bytes]
) -> bytes:
    """Mix list, beacon and secrets into the one random value of the draw. 32 bytes.

    `root`, `beacon` and each secret are raw 32 bytes; a secret that was not revealed is empty and keeps its
    place.
    """
    drawn = (root, beacon_id.encode(), _decimal(round_number), beacon)
    return hash_parts(DOMAIN, b"seed", campaign.encode(), *drawn, *secrets)


def tickets(seed_value: bytes, groups: Iterable[str]) -> list[bytes]:
    """Compute the tickets of rows from their group texts, in the order given; the smallest ranks first. 32 bytes
    each.

    HMAC-SHA256 written out (RFC 2104, section 2), because the key is padded once and not for every row.
    """
    key = seed_value.ljust(64, b"\0")
    inner_head = bytes(byte ^ 0x36 for byte in key) + _RANK_HEAD
    outer_head = bytes(byte ^ 0x5C for byte in key)
    return [sha256(outer_head + sha256(inner_head + group.encode()).digest()).digest() for group in groups]


def _level_above(level: list[bytes]) -> list[bytes]:
    pairs = zip(level[0::2], level[1::2], strict=False)
    nodes = [sha256(_NODE_HEAD + left + _LENGTH_OF_HASH + right).digest() for left, right in pairs]
    return nodes + level[-1:] if len(level) % 2 else nodes


def _framed(part: bytes) -> bytes:
    length = len(part)
    return (_SHORT_LENGTHS[length] if length < len(_SHORT_LENGTHS) else length.to_bytes(8, "big")) + part


@lru_cache(maxsize=1_024)
def _framed_decimal(number: int) -> bytes:
    return _framed(_decimal(number))


def _decimal(number: int) -> bytes:
    if number < 0:
        raise ValueError("the protocol has no negative numbers")
    return b"%d" % number


_SHORT_LENGTHS = [length.to_bytes(8, "big") for length in range(128)]
_LENGTH_OF_HASH = _SHORT_LENGTHS[32]
_RANK_HEAD = DOMAIN + RANK_TAG
_LEAF_HEAD = _framed(DOMAIN) + _framed(b"leaf")
_NODE_HEAD = _framed(DOMAIN) + _framed(b"node") + _LENGTH_OF_HASH
