"""What is remembered while somebody is away, and what proves once."""

from datetime import timedelta

import pytest

from identity.provider.operations.keep_provider_sign_in import keep_provider_sign_in
from identity.provider.operations.sweep_what_is_over import sweep_what_is_over
from identity.provider.operations.take_provider_sign_in import take_provider_sign_in
from identity.provider.operations.use_proof_once import use_proof_once
from identity.provider.refusals import AuthorizationRequestOver
from identity.provider.rules.retention import USED_ONCE_KEPT
from kernel.db import Database
from tests.identity.provider.operations.world import TOWN, World


@pytest.fixture
def state(world: World) -> str:
    until = world.clock.now() + timedelta(minutes=10)
    record: dict[str, str | bool] = {"provider": "line", "with_basics": False}
    world.run(lambda session: keep_provider_sign_in(session, "state", "browser", record, expires_at=until))
    return "state"


def take(world: World, state: str, browser: str = "browser") -> dict[str, object]:
    return world.run(lambda session: take_provider_sign_in(session, state, browser, now=world.clock.now()))


def test_asvs_10_2_1_a_way_back_is_gone_once_and_in_the_same_browser(world: World, state: str) -> None:
    for wrong, browser in ((state, "thief"), ("other", "browser"), ("", ""), ("\x00", "browser")):
        with pytest.raises(AuthorizationRequestOver):
            take(world, wrong, browser)
    assert take(world, state) == {"provider": "line", "with_basics": False}
    with pytest.raises(AuthorizationRequestOver):
        take(world, state)


def test_a_way_back_is_over_after_its_time(world: World, state: str) -> None:
    world.clock.advance(timedelta(minutes=10))
    with pytest.raises(AuthorizationRequestOver):
        take(world, state)


def test_a_proof_is_used_once_of_its_kind(world: World) -> None:
    until = world.clock.now() + timedelta(minutes=1)

    def use(kind: str, digest: bytes) -> bool:
        return world.run(lambda session: use_proof_once(session, kind, digest, expires_at=until))

    assert [use("dpop", b"1"), use("dpop", b"1"), use("liff_token", b"1"), use("dpop", b"2")] == [
        True,
        False,
        True,
        True,
    ]


def test_only_what_is_over_is_swept_out(world: World, state: str, make_database: object) -> None:
    worker = make_database("kashiman_worker")  # type: ignore[operator]
    assert isinstance(worker, Database)
    old = world.push(TOWN)
    world.run(lambda session: use_proof_once(session, "dpop", b"old", expires_at=world.clock.now()))
    world.clock.advance(timedelta(seconds=61) + USED_ONCE_KEPT)
    new = world.push(TOWN)
    assert old != new
    worker.run(lambda session: sweep_what_is_over(session, now=world.clock.now()))
    left = {name: len(rows) for name, rows in world.dump().items() if rows}
    assert (left["authorization_requests"], left["provider_sign_ins"], left.get("used_proofs", 0)) == (1, 1, 0)
    assert take(world, state)
