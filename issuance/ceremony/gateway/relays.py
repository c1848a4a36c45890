"""Ask relays of the drand network for a round (https://docs.drand.love/dev-guide/API-Documentation/HTTP-API/)."""

from collections.abc import Sequence
from typing import NamedTuple

import httpx

from issuance.ceremony.model import GatheredBeacon, RelayAnswer
from issuance.ceremony.refusals import BeaconFileUnreadable, BeaconNotYetThere, BeaconOfOtherRound
from issuance.ceremony.rules.beacon_files import read_beacon_file
from issuance.lottery.beacon import QUICKNET, QUICKNET_CHAIN_HASH
from issuance.lottery.refusals import BeaconSignatureInvalid
from kernel.refusals import ProviderDown

ANSWER_WITHIN_S = 5.0
ANSWER_BYTES_MAX = 4_096
NOT_YET = frozenset({404, 425})


class _Asked(NamedTuple):
    """What a relay said, and the signature if it is the network's own."""

    answer: RelayAnswer
    signature_hex: str | None = None


def gather_beacon(relays: Sequence[str], round_number: int, *, timeout_s: float = ANSWER_WITHIN_S) -> GatheredBeacon:
    """Ask every relay for a round of drand quicknet and give the signature that verifies.

    There is only one such signature, so relays that say something else are named and cannot change it. Each relay has
    `timeout_s` for each step of its answer. Refuses BeaconSignatureInvalid when relays answered and none of them with
    the network's signature, BeaconNotYetThere when none of those that answered has the round. Raises ProviderDown when
    none answered.
    """
    with httpx.Client(timeout=timeout_s, follow_redirects=False, trust_env=False) as client:
        asked = [_asked(client, relay, round_number) for relay in relays]
    verified = [item.signature_hex for item in asked if item.signature_hex is not None]
    if verified:
        return GatheredBeacon(verified[0], tuple(item.answer for item in asked))
    said = {item.answer.outcome for item in asked}
    if "invalid" in said:
        raise BeaconSignatureInvalid(round_number=round_number)
    if "not_yet" in said:
        raise BeaconNotYetThere(round_number=round_number)
    raise ProviderDown("no relay of the beacon answers")


def _asked(client: httpx.Client, relay: str, round_number: int) -> _Asked:
    address = f"{relay.rstrip('/')}/{QUICKNET_CHAIN_HASH}/public/{round_number}"
    try:
        answer = client.get(address)
    except httpx.HTTPError:
        return _Asked(RelayAnswer(relay, "silent"))
    if answer.status_code in NOT_YET:
        return _Asked(RelayAnswer(relay, "not_yet"))
    if answer.status_code != httpx.codes.OK or len(answer.content) > ANSWER_BYTES_MAX:
        return _Asked(RelayAnswer(relay, "silent"))
    try:
        signature = read_beacon_file(answer.content, beacon_id=QUICKNET, beacon_round=round_number)
    except (BeaconFileUnreadable, BeaconOfOtherRound, BeaconSignatureInvalid):
        return _Asked(RelayAnswer(relay, "invalid"))
    return _Asked(RelayAnswer(relay, "verified"), signature.hex())
