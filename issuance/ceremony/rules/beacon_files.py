"""The value of a beacon as a relay or a person brings it."""

import json
import re
from typing import Any

from issuance.ceremony.refusals import BeaconFileUnreadable, BeaconOfOtherRound
from issuance.lottery.beacon import QUICKNET, QUICKNET_SIGNATURE_BYTES, verified_beacon

BEACON_FILE_BYTES_MAX = 4_096
_SIGNATURE = re.compile(rf"[0-9a-f]{{{2 * QUICKNET_SIGNATURE_BYTES}}}")


def read_beacon_file(content: bytes, *, beacon_id: str, beacon_round: int) -> bytes:
    """Read and verify the value of the named round: drand's JSON with `round` and `signature`, or the statement of any
    other beacon as ASCII text, with or without a line end.

    Gives the bytes of the signature or statement. Refuses, in this order: BeaconFileUnreadable, BeaconOfOtherRound,
    BeaconSignatureInvalid or FallbackStatementInvalid.
    """
    if len(content) > BEACON_FILE_BYTES_MAX:
        raise BeaconFileUnreadable
    is_quicknet = beacon_id == QUICKNET
    signature = _signature(content, beacon_round) if is_quicknet else content.rstrip(b"\r\n")
    verified_beacon(beacon_id=beacon_id, round_number=beacon_round, signature=signature)
    return signature


def _signature(content: bytes, beacon_round: int) -> bytes:
    try:
        members: Any = json.loads(content)
    except (ValueError, RecursionError) as failure:
        raise BeaconFileUnreadable from failure
    given, signature = (members.get("round"), members.get("signature")) if isinstance(members, dict) else (None, None)
    if type(given) is not int or not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        raise BeaconFileUnreadable
    if given != beacon_round:
        raise BeaconOfOtherRound(named_round=beacon_round, given_round=given)
    return bytes.fromhex(signature)
