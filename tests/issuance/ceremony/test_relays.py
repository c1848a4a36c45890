"""Relays are asked over HTTP, and only a signature that verifies is believed."""

import pytest

from issuance.ceremony.gateway import gather_beacon
from issuance.ceremony.model import RelayAnswer
from issuance.ceremony.refusals import BeaconNotYetThere
from issuance.lottery.refusals import BeaconSignatureInvalid
from kernel.refusals import ProviderDown
from tests.issuance.ceremony.relay import beacon_json, relay
from tests.issuance.market import BEACON_ROUND, SIGNATURE

NOBODY = "http://127.0.0.1:9"
FALSE = SIGNATURE[:-2] + "00"


def outcomes(*relays: str) -> list[str]:
    return [answer.outcome for answer in gather_beacon(relays, BEACON_ROUND, timeout_s=0.5).answers]


def test_one_honest_relay_among_false_and_silent_ones_is_enough_and_each_is_named() -> None:
    with (
        relay(beacon_json(signature=FALSE)) as lying,
        relay(beacon_json(BEACON_ROUND + 1)) as of_other_round,
        relay(b"<html>") as broken,
        relay(beacon_json(), status=500) as failing,
        relay(is_silent=True) as silent,
        relay(status=425) as early,
        relay(b" " * 5_000) as endless,
        relay(beacon_json()) as honest,
    ):
        relays = [NOBODY, lying, of_other_round, broken, failing, silent, early, endless, f"{honest}/"]
        found = gather_beacon(relays, BEACON_ROUND, timeout_s=0.5)
    assert found.signature_hex == SIGNATURE
    assert found.answers[-1] == RelayAnswer(f"{honest}/", "verified")
    assert [answer.outcome for answer in found.answers[:-1]] == [
        *("silent", "invalid", "invalid", "invalid", "silent", "silent", "not_yet", "silent")
    ]


def test_relays_that_agree_are_all_verified() -> None:
    with relay(beacon_json()) as one, relay(beacon_json()) as other:
        assert outcomes(one, other) == ["verified", "verified"]


@pytest.mark.parametrize(
    "content", [beacon_json(signature=FALSE), beacon_json(BEACON_ROUND + 1), b"{}", b"[]", b"\xff", b'{"round":true}']
)
def test_a_signature_that_does_not_verify_for_the_named_round_is_refused_by_name(content: bytes) -> None:
    with relay(content) as lying, pytest.raises(BeaconSignatureInvalid) as no:
        gather_beacon([lying, NOBODY], BEACON_ROUND, timeout_s=0.5)
    assert no.value == BeaconSignatureInvalid(round_number=BEACON_ROUND)


def test_a_round_that_no_relay_has_is_not_yet_there() -> None:
    with relay(beacon_json()) as honest, pytest.raises(BeaconNotYetThere) as no:
        gather_beacon([honest, NOBODY], BEACON_ROUND + 1, timeout_s=0.5)
    assert no.value == BeaconNotYetThere(round_number=BEACON_ROUND + 1)


def test_when_no_relay_answers_nothing_is_known() -> None:
    with pytest.raises(ProviderDown):
        gather_beacon([NOBODY], BEACON_ROUND, timeout_s=0.5)
    with pytest.raises(ProviderDown):
        gather_beacon([], BEACON_ROUND)
