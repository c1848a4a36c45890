from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from issuance.lottery import beacon
from issuance.lottery.beacon import (
    beacon_value,
    current_round,
    fallback_statement,
    round_appears_at,
    round_for_draw,
    verified_beacon,
    verify_quicknet_signature,
)
from issuance.lottery.refusals import (
    BeaconSignatureInvalid,
    DrawTimeBetweenRounds,
    DrawTimeTooSoon,
    FallbackStatementInvalid,
)
from kernel.clock import city_time

SIGNATURE = bytes.fromhex(
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
)
NAMED_AT = datetime(2026, 2, 1, tzinfo=UTC)


def test_the_parameters_hash_to_the_chain_hash() -> None:
    chain = (
        beacon.QUICKNET_PERIOD_S.to_bytes(4, "big")
        + beacon.QUICKNET_GENESIS_UNIX_S.to_bytes(8, "big")
        + bytes.fromhex(beacon.QUICKNET_PUBLIC_KEY)
        + bytes.fromhex(beacon.QUICKNET_GROUP_HASH)
        + b"quicknet"
    )
    assert sha256(chain).hexdigest() == beacon.QUICKNET_CHAIN_HASH


def test_rounds_appear_when_published(vectors: dict[str, Any]) -> None:
    assert len(vectors["rounds"]) == 3
    for case in vectors["rounds"]:
        appears = datetime.fromtimestamp(case["unix_time"], UTC)
        assert round_appears_at(case["round"]) == appears
        assert appears.strftime("%Y-%m-%dT%H:%M:%SZ") == case["utc"]
        assert current_round(appears) == case["round"]
        assert current_round(appears + timedelta(seconds=2, microseconds=999_999)) == case["round"]
        assert current_round(appears + timedelta(seconds=3)) == case["round"] + 1


def test_a_draw_on_the_minute_names_its_round() -> None:
    assert round_for_draw(city_time(date(2026, 2, 10), 10), named_at=NAMED_AT) == 25960612


def test_a_time_between_rounds_names_none() -> None:
    with pytest.raises(DrawTimeBetweenRounds):
        round_for_draw(datetime(2026, 2, 10, 1, 0, 1, tzinfo=UTC), named_at=NAMED_AT)
    with pytest.raises(DrawTimeBetweenRounds):
        round_for_draw(datetime(2026, 2, 10, 1, 0, 0, 1, tzinfo=UTC), named_at=NAMED_AT)


def test_a_round_is_named_at_least_an_hour_ahead() -> None:
    draw_at = datetime(2026, 2, 10, 1, tzinfo=UTC)
    assert round_for_draw(draw_at, named_at=draw_at - timedelta(hours=1)) == 25960612
    with pytest.raises(DrawTimeTooSoon) as refused:
        round_for_draw(draw_at, named_at=draw_at - timedelta(minutes=59))
    assert refused.value.facts == {
        "draw_at": "2026-02-10T01:00:00+00:00",
        "earliest_at": "2026-02-10T01:01:00+00:00",
    }


def test_the_published_signature_belongs_to_its_round_alone() -> None:
    verify_quicknet_signature(657413, SIGNATURE)
    with pytest.raises(BeaconSignatureInvalid) as refused:
        verify_quicknet_signature(657414, SIGNATURE)
    assert refused.value.round_number == 657414


@pytest.mark.parametrize("signature", [b"", SIGNATURE[:-1], SIGNATURE + b"\0", bytes([0xC0]) + bytes(47), b"\xff" * 48])
def test_bytes_that_are_no_signature_are_refused(signature: bytes) -> None:
    with pytest.raises(BeaconSignatureInvalid):
        verify_quicknet_signature(657413, signature)


@pytest.mark.parametrize("round_number", [-1, 0, 2**53 - 1, 2**64])
def test_rounds_that_never_were_are_refused(round_number: int) -> None:
    with pytest.raises(BeaconSignatureInvalid):
        verify_quicknet_signature(round_number, SIGNATURE)


def test_beacons_are_as_published(vectors: dict[str, Any]) -> None:
    for draw in vectors["draws"]:
        signature = bytes.fromhex(draw["signature"])
        value = verified_beacon(beacon_id=draw["beacon_id"], round_number=draw["round"], signature=signature)
        assert value.hex() == draw["beacon"]
        assert beacon_value(signature) == value


def test_the_fallback_statement_is_read_for_comparison() -> None:
    statement = bytes.fromhex("6e756d62657273343a363738393a30343137")
    assert fallback_statement(beacon_id="numbers4", round_number=6789, signature=statement) == "numbers4:6789:0417"


@pytest.mark.parametrize(
    "statement",
    [
        b"numbers4:6788:0417",
        b"numbers3:6789:0417",
        b"numbers4:67890417",
        "numbers4:6789:０４１７".encode(),
        b"\xff",
    ],
)
def test_a_statement_about_anything_else_is_refused(statement: bytes) -> None:
    with pytest.raises(FallbackStatementInvalid):
        verified_beacon(beacon_id="numbers4", round_number=6789, signature=statement)
