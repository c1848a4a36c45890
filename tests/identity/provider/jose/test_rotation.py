"""Rotation: a next key waits, a retired key stays, and nothing changes when one is not ready."""

from dataclasses import replace
from datetime import timedelta

import pytest

from identity.provider.jose.refusals import KeyNotPublishedLongEnough, NextKeyMissing
from identity.provider.jose.rotation import KeyState, PublishedKey, rotate
from tests.identity.provider.jose.samples import NOW

ACTIVE = PublishedKey(kid="a", alg="ES256", state=KeyState.ACTIVE, published_at=NOW - timedelta(days=90))
NEXT = PublishedKey(kid="b", alg="ES256", state=KeyState.NEXT, published_at=NOW)
READY = NOW + timedelta(seconds=600)


def test_a_next_key_signs_once_it_was_published_for_twice_the_cache() -> None:
    assert rotate([ACTIVE, NEXT], READY).keys == (
        replace(ACTIVE, state=KeyState.RETIRED, retired_at=READY),
        replace(NEXT, state=KeyState.ACTIVE),
    )


def test_a_next_key_that_somebody_may_not_have_yet_is_refused() -> None:
    with pytest.raises(KeyNotPublishedLongEnough) as refused:
        rotate([ACTIVE, NEXT], READY - timedelta(microseconds=1))
    assert refused.value == KeyNotPublishedLongEnough("b", READY.isoformat())


def test_without_a_next_key_nothing_rotates() -> None:
    with pytest.raises(NextKeyMissing) as refused:
        rotate([ACTIVE, replace(NEXT, alg="RS256")], READY)
    assert refused.value == NextKeyMissing("ES256")


def test_one_algorithm_that_is_not_ready_holds_all() -> None:
    late = PublishedKey(kid="r", alg="RS256", state=KeyState.NEXT, published_at=READY)
    with pytest.raises(KeyNotPublishedLongEnough) as refused:
        rotate([ACTIVE, NEXT, late], READY)
    assert refused.value.kid == "r"


def test_a_retired_key_stays_for_the_longest_token_and_the_cache_and_is_then_forgotten() -> None:
    retired = replace(ACTIVE, kid="old", state=KeyState.RETIRED, retired_at=READY - timedelta(seconds=3_900))
    assert rotate([retired, ACTIVE, NEXT], READY).forgotten == ("old",)
    younger = replace(retired, retired_at=READY - timedelta(seconds=3_899))
    rotation = rotate([younger, ACTIVE, NEXT], READY)
    assert rotation.forgotten == ()
    assert rotation.keys[0] == younger


def test_the_cache_and_the_longest_token_can_be_set() -> None:
    retired = replace(ACTIVE, kid="old", state=KeyState.RETIRED, retired_at=NOW - timedelta(seconds=70))
    at = NOW + timedelta(seconds=20)
    assert rotate([retired, NEXT], at, jwks_max_age_s=10, token_lifetime_max_s=80).forgotten == ("old",)
    with pytest.raises(KeyNotPublishedLongEnough):
        rotate([retired, NEXT], at, jwks_max_age_s=11, token_lifetime_max_s=80)


def test_the_oldest_of_several_next_keys_rises_first() -> None:
    younger = replace(NEXT, kid="c", published_at=NOW + timedelta(seconds=1))
    states = {key.kid: key.state for key in rotate([younger, NEXT], READY + timedelta(hours=1)).keys}
    assert states == {"b": KeyState.ACTIVE, "c": KeyState.NEXT}


def test_no_keys_rotate_to_none() -> None:
    assert rotate([], NOW) == ((), ())
