"""Keys are made, published before they sign, turned, and forgotten, and nobody meets one they cannot find."""

from datetime import timedelta
from threading import Event, Thread

import pytest

from identity.provider.jose.access_token import AccessTokenVerifier
from identity.provider.jose.keys import keys_by_id
from identity.provider.jose.refusals import KeyNotPublishedLongEnough, SigningKeySealBroken
from identity.provider.jose.rotation import JWKS_MAX_AGE_S, KeyState
from identity.provider.keyring import READ_AGAIN_AFTER, UNKNOWN_READ_AGAIN_AFTER, KeyRing
from identity.provider.operations.make_first_keys import make_first_keys
from identity.provider.operations.rotate_signing_keys import rotate_signing_keys
from identity.provider.queries import stored_keys
from identity.provider.refusals import SigningKeysMissing
from identity.provider.store.keys import StoredKey
from identity.refusals import TokenInvalid
from kernel.clock import SetClock
from kernel.db import Database
from kernel.refusals import DatabaseUnreachable
from tests.identity.provider.operations.world import ISSUER, SEALING, TOWN, World, provider_key

CACHED = timedelta(seconds=JWKS_MAX_AGE_S)


def turn(world: World) -> None:
    world.staff.run(lambda session: rotate_signing_keys(session, secret=SEALING, now=world.clock.now()))


def states(world: World) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in world.run(stored_keys):
        found.setdefault(key.published.alg, []).append(key.published.state.value)
    return {alg: sorted(states) for alg, states in found.items()}


def test_the_first_keys_are_made_once(database: Database, staff_database: Database, clock: SetClock) -> None:
    for _ in range(2):
        staff_database.run(lambda session: make_first_keys(session, secret=SEALING, now=clock.now()))
    keys = database.run(stored_keys)
    assert sorted((key.published.alg, key.published.state.value) for key in keys) == [
        ("ES256", "active"),
        ("ES256", "next"),
        ("RS256", "active"),
        ("RS256", "next"),
    ]
    assert len({key.published.kid for key in keys}) == 4
    assert not any(b"PRIVATE KEY" in key.sealed or "d" in key.public_jwk for key in keys)


def test_asvs_11_1_1_a_key_signs_only_after_everybody_can_have_it(world: World) -> None:
    before = world.run(stored_keys)
    world.clock.advance(2 * CACHED - timedelta(seconds=1))
    with pytest.raises(KeyNotPublishedLongEnough):
        turn(world)
    assert world.run(stored_keys) == before
    world.clock.advance(timedelta(seconds=1))
    turn(world)
    assert states(world) == {"ES256": ["active", "next", "retired"], "RS256": ["active", "next", "retired"]}
    with pytest.raises(KeyNotPublishedLongEnough):
        turn(world)


def test_a_client_that_caches_keys_meets_no_token_that_it_cannot_read_while_they_turn(world: World) -> None:
    cached_at = world.clock.now()
    cached = keys_by_id(world.mint.keys.published())

    def reads(token: str) -> bool:
        """As an application does that keeps the published set for as long as it may."""
        nonlocal cached, cached_at
        if world.clock.now() - cached_at >= CACHED:
            cached, cached_at = keys_by_id(world.mint.keys.published()), world.clock.now()
        verifier = AccessTokenVerifier(cached.get, ISSUER)
        return verifier.verify(token, "town-api", world.clock.now()).client_id == "town"

    world.clock.advance(2 * CACHED)
    seen = set()
    for turned in range(3):
        old = world.tokens(TOWN).access_token
        turn(world)
        new = world.tokens(TOWN).access_token
        assert reads(old)
        assert reads(new), f"turn {turned}"
        seen |= {key.published.kid for key in world.run(stored_keys) if key.published.state is KeyState.ACTIVE}
        world.clock.advance(READ_AGAIN_AFTER)
        assert reads(world.tokens(TOWN).access_token)
        world.clock.advance(2 * CACHED)
    assert len(seen) == 6


def test_a_forgotten_key_ends_the_tokens_it_signed(world: World) -> None:
    token = world.tokens(TOWN).access_token
    for _ in range(3):
        world.clock.advance(timedelta(hours=2))
        turn(world)
    assert provider_key("ES256", 0).kid not in {key.published.kid for key in world.run(stored_keys)}
    with pytest.raises(TokenInvalid):
        world.verifier().verify(token, "town-api", world.clock.now())


def test_a_ring_asks_again_after_a_minute_and_for_unknown_keys_after_five_seconds(world: World) -> None:
    asked = 0

    def read() -> list[StoredKey]:
        nonlocal asked
        asked += 1
        return world.run(stored_keys)

    ring = KeyRing(read, SEALING, world.clock.now)
    kid = provider_key("ES256", 0).kid
    first = ring.public_key(kid)
    assert first is not None
    for _ in range(100):
        assert ring.public_key("invented") is None
    assert asked == 1
    world.clock.advance(UNKNOWN_READ_AGAIN_AFTER)
    assert ring.public_key("invented") is None
    assert asked == 2
    assert ring.public_key(kid) is first, "what verified before is the same object"
    world.clock.advance(READ_AGAIN_AFTER)
    ring.signing_key("RS256")
    assert asked == 3


def test_while_one_reads_the_others_go_on_with_the_keys_that_are_there(world: World) -> None:
    is_reading, may_end = Event(), Event()
    is_due = False

    def read() -> list[StoredKey]:
        if is_due:
            is_reading.set()
            assert may_end.wait(30)
        return world.run(stored_keys)

    ring = KeyRing(read, SEALING, world.clock.now)
    kid = ring.signing_key("ES256").kid
    is_due = True
    world.clock.advance(READ_AGAIN_AFTER)
    reader = Thread(target=ring.keep_fresh)
    reader.start()
    assert is_reading.wait(30)
    assert ring.signing_key("ES256").kid == kid, "nobody waits who may hold the connection that the reader needs"
    assert ring.public_key("invented") is None
    may_end.set()
    reader.join()


def test_keys_of_a_minute_ago_are_better_than_none(world: World) -> None:
    is_down = False

    def read() -> list[StoredKey]:
        if is_down:
            raise DatabaseUnreachable
        return world.run(stored_keys)

    ring = KeyRing(read, SEALING, world.clock.now)
    kid = ring.signing_key("ES256").kid
    is_down = True
    world.clock.advance(READ_AGAIN_AFTER)
    assert ring.signing_key("ES256").kid == kid
    with pytest.raises(DatabaseUnreachable):
        KeyRing(read, SEALING, world.clock.now).signing_key("ES256")


def test_without_keys_and_with_another_secret_nothing_is_signed(world: World) -> None:
    with pytest.raises(SigningKeysMissing):
        KeyRing(list, SEALING, world.clock.now).signing_key("ES256")
    with pytest.raises(SigningKeySealBroken):
        KeyRing(lambda: world.run(stored_keys), bytes(32), world.clock.now).signing_key("ES256")
