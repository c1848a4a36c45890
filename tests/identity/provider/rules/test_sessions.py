"""How long somebody stays signed in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import FaceSession
from identity.provider.rules.sessions import AT_A_FACE, AT_THE_PROVIDER, is_face_open, is_open
from kernel.ids import derived_id
from tests.identity.provider.rules.samples import NOW, proof, signed_in

A_MOMENT = timedelta(microseconds=1)
KINDS = list(HolderKind)


@pytest.mark.parametrize("kind", KINDS)
def test_asvs_7_3_1_a_sign_in_that_nobody_uses_ends(kind: HolderKind) -> None:
    idle = {"resident": 30, "shop": 30, "staff": 15}[kind.value]
    session = signed_in(proof(seconds_ago=3_600), holder=Holder(kind, derived_id("holder", "one")))
    assert is_open(replace(session, seen_at=NOW - timedelta(minutes=idle) + A_MOMENT), NOW)
    assert not is_open(replace(session, seen_at=NOW - timedelta(minutes=idle)), NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_asvs_7_3_2_a_sign_in_ends_however_busy_it_is(kind: HolderKind) -> None:
    session = signed_in(proof(seconds_ago=12 * 3_600), holder=Holder(kind, derived_id("holder", "one")))
    assert AT_THE_PROVIDER[kind].absolute == timedelta(hours=12)
    assert is_open(replace(session, seen_at=NOW), NOW - A_MOMENT)
    assert not is_open(replace(session, seen_at=NOW), NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_asvs_7_3_1_a_face_follows_its_own_limits(kind: HolderKind) -> None:
    holder = Holder(kind, derived_id("holder", "one"))
    limits = AT_A_FACE[kind]

    def is_good(started_ago: timedelta, seen_ago: timedelta) -> bool:
        started, seen = NOW - started_ago, NOW - seen_ago
        session = FaceSession("face", derived_id("session", "one"), holder, Acr.POSTCARD, started, started, seen)
        return is_face_open(session, NOW)

    assert limits.absolute == timedelta(hours=12)
    assert limits.idle == (timedelta(minutes=15) if kind is HolderKind.STAFF else timedelta(hours=12))
    assert is_good(limits.absolute - A_MOMENT, timedelta(0))
    assert not is_good(limits.absolute, timedelta(0))
    assert is_good(limits.idle - A_MOMENT, limits.idle - A_MOMENT)
    assert not is_good(limits.idle, limits.idle)
