"""The public random value: drand quicknet, its rounds and signatures, and the fallback statement.

Parameters: https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/info The
scheme is BLS on G1 with the hash-to-curve suite of RFC 9380; the chain hash is SHA-256 over period, genesis
time, public key, group hash and name, so a typing error in any of them shows.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from drand_verify.drand_verify import verify_quicknet

from issuance.lottery.refusals import (
    BeaconSignatureInvalid,
    DrawTimeBetweenRounds,
    DrawTimeTooSoon,
    FallbackStatementInvalid,
)

QUICKNET = "drand-quicknet"
QUICKNET_CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
QUICKNET_SCHEME = "bls-unchained-g1-rfc9380"
QUICKNET_PERIOD_S = 3
QUICKNET_GENESIS_UNIX_S = 1_692_803_367
QUICKNET_PUBLIC_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
QUICKNET_GROUP_HASH = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"
QUICKNET_SIGNATURE_BYTES = 48
NAMED_AHEAD_MIN = timedelta(hours=1)


def beacon_value(signature: bytes) -> bytes:
    """Turn a signature, or a fallback statement, into the beacon: its SHA-256. 32 bytes."""
    return sha256(signature).digest()


def verified_beacon(*, beacon_id: str, round_number: int, signature: bytes) -> bytes:
    """Check the signature of the named round and give its beacon, 32 bytes.

    Refuses BeaconSignatureInvalid for drand quicknet, FallbackStatementInvalid for any other beacon id.
    """
    if beacon_id == QUICKNET:
        verify_quicknet_signature(round_number, signature)
    else:
        fallback_statement(beacon_id=beacon_id, round_number=round_number, signature=signature)
    return beacon_value(signature)


def verify_quicknet_signature(round_number: int, signature: bytes) -> None:
    """Check that `signature` (48 bytes) is quicknet's for this round; refuses BeaconSignatureInvalid."""
    try:
        verify_quicknet(round_number, signature.hex(), QUICKNET_PUBLIC_KEY)
    except (ValueError, OverflowError) as failure:
        raise BeaconSignatureInvalid(round_number=round_number) from failure


def fallback_statement(*, beacon_id: str, round_number: int, signature: bytes) -> str:
    """Read the fallback's statement, `<beacon_id>:<round>:<result>` in ASCII, to be compared with the
    published result.

    Refuses FallbackStatementInvalid if it is not ASCII, or names another source or draw.
    """
    try:
        statement = signature.decode("ascii")
    except UnicodeDecodeError as failure:
        raise FallbackStatementInvalid(beacon_id=beacon_id, round_number=round_number) from failure
    if not statement.startswith(f"{beacon_id}:{round_number}:"):
        raise FallbackStatementInvalid(beacon_id=beacon_id, round_number=round_number)
    return statement


def round_appears_at(round_number: int) -> datetime:
    """Tell when a quicknet round appears, in UTC; rounds count from 1."""
    since_genesis_s = QUICKNET_PERIOD_S * (round_number - 1)
    return datetime.fromtimestamp(QUICKNET_GENESIS_UNIX_S, UTC) + timedelta(seconds=since_genesis_s)


def current_round(at: datetime) -> int:
    """Tell which quicknet round is the latest one at an instant after its genesis."""
    return (int(at.timestamp()) - QUICKNET_GENESIS_UNIX_S) // QUICKNET_PERIOD_S + 1


def round_for_draw(draw_at: datetime, *, named_at: datetime) -> int:
    """Name the quicknet round that appears exactly at the announced time of the draw.

    Refuses, in this order: DrawTimeBetweenRounds, DrawTimeTooSoon (less than an hour after `named_at`).
    """
    round_number = current_round(draw_at)
    if round_appears_at(round_number) != draw_at:
        raise DrawTimeBetweenRounds(draw_at=draw_at.isoformat())
    earliest_at = named_at + NAMED_AHEAD_MIN
    if draw_at < earliest_at:
        raise DrawTimeTooSoon(draw_at=draw_at.isoformat(), earliest_at=earliest_at.isoformat())
    return round_number
