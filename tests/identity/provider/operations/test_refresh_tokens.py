"""A refresh token works once; the family of a stolen one ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.provider.model import TokenAnswer
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.revoke_token import revoke_token
from identity.provider.refusals import GrantNotValid, GrantUsedTwice, ScopeNotAllowed
from kernel.refusals import Refusal
from tests.identity.provider.operations.world import FARM, PHONE, TOWN, World, claims_of


def good(answer: TokenAnswer | Refusal) -> TokenAnswer:
    assert isinstance(answer, TokenAnswer), answer
    return answer


def test_asvs_10_4_5_every_use_gives_another_token(world: World) -> None:
    first = world.tokens(TOWN, nonce="n-1")
    second = good(world.refresh(TOWN, first.refresh_token))
    third = good(world.refresh(TOWN, second.refresh_token))
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert len({first.access_token, second.access_token, third.access_token}) == 3
    assert claims_of(first.id_token or "")["nonce"] == "n-1"
    now, then = claims_of(third.id_token or ""), claims_of(first.id_token or "")
    assert "nonce" not in now
    assert all(now[name] == then[name] for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid"))
    assert world.rows("SELECT sequence, used_at IS NULL FROM identity.refresh_tokens ORDER BY 1") == [
        (1, False),
        (2, False),
        (3, True),
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_asvs_10_4_5_a_token_that_comes_again_ends_the_whole_family(world: World, which: int) -> None:
    answers = [world.tokens(TOWN)]
    answers.append(good(world.refresh(TOWN, answers[0].refresh_token)))
    answers.append(good(world.refresh(TOWN, answers[1].refresh_token)))
    assert world.refresh(TOWN, answers[which].refresh_token) == GrantUsedTwice()
    assert world.refresh(TOWN, answers[2].refresh_token) == GrantNotValid()
    assert not any(world.stands(answer) for answer in answers)
    assert world.rows("SELECT revoked_because FROM identity.grants") == [("refresh_token_reused",)]


def test_asvs_10_4_5_the_family_of_another_sign_in_goes_on(world: World) -> None:
    mine, yours = world.tokens(TOWN), world.tokens(TOWN)
    world.refresh(TOWN, mine.refresh_token)
    assert world.refresh(TOWN, mine.refresh_token) == GrantUsedTwice()
    assert isinstance(world.refresh(TOWN, yours.refresh_token), TokenAnswer)


@pytest.mark.parametrize("changes", [{"thumbprint": None}, {"thumbprint": "O" * 43}])
def test_asvs_10_4_5_a_stolen_token_without_the_key_is_worth_nothing(world: World, changes: dict[str, Any]) -> None:
    first = world.tokens(PHONE)
    before = world.dump()
    assert world.refresh(PHONE, first.refresh_token, **changes) == GrantNotValid()
    assert world.dump() == before
    second = good(world.refresh(PHONE, first.refresh_token))
    assert world.refresh(PHONE, first.refresh_token, **changes) == GrantUsedTwice()
    assert world.refresh(PHONE, second.refresh_token) == GrantNotValid()


def test_another_applications_token_is_refused_and_stays_good(world: World) -> None:
    first = world.tokens(TOWN)
    before = world.dump()
    assert world.refresh(FARM, first.refresh_token) == GrantNotValid()
    assert world.dump() == before
    good(world.refresh(TOWN, first.refresh_token))
    assert world.refresh(FARM, first.refresh_token) == GrantNotValid(), "a used one of another ends nothing either"
    assert world.rows("SELECT revoked_at FROM identity.grants") == [(None,)]


def test_asvs_10_4_8_refreshing_does_not_move_the_end(world: World) -> None:
    answer = world.tokens(TOWN)
    for _ in range(3):
        world.clock.advance(timedelta(seconds=1_199))
        answer = good(world.refresh(TOWN, answer.refresh_token))
    world.clock.advance(timedelta(seconds=3))
    assert world.refresh(TOWN, answer.refresh_token) == GrantNotValid()


def test_scopes_may_be_narrowed_for_once_and_never_widened(world: World) -> None:
    answer = world.tokens(TOWN, scope="openid offline_access town.read")
    narrow = good(world.refresh(TOWN, answer.refresh_token, scopes=["town.read", "town.read"]))
    assert (narrow.scopes, narrow.id_token) == (("town.read",), None), "no ID token for who does not ask for openid"
    assert claims_of(narrow.access_token)["scope"] == "town.read"
    whole = good(world.refresh(TOWN, narrow.refresh_token))
    assert whole.scopes == ("openid", "offline_access", "town.read")
    assert whole.id_token is not None


@pytest.mark.parametrize("scopes", [["openid", "town.write"], ["town.read"], [""]])
def test_a_wider_scope_is_refused_and_uses_nothing_up(world: World, scopes: list[str]) -> None:
    answer = world.tokens(TOWN)
    before = world.dump()
    assert world.refresh(TOWN, answer.refresh_token, scopes=scopes) == ScopeNotAllowed()
    assert world.dump() == before
    good(world.refresh(TOWN, answer.refresh_token))


@pytest.mark.parametrize("token", ["", "x" * 43, "\x00"])
def test_a_token_that_nobody_made_is_refused(world: World, token: str) -> None:
    before = world.dump()
    assert world.refresh(TOWN, token) == GrantNotValid()
    assert world.dump() == before


def test_asvs_7_4_1_signing_out_ends_refresh_tokens_also_hours_after_the_sign_in_itself_was_over(world: World) -> None:
    answer = world.tokens(TOWN)
    elsewhere = world.tokens(TOWN, world.sign_in(secret="other"))
    long = world.register(replace(TOWN, refresh_lifetime_s=30 * 86_400))
    lasting = world.tokens(long, world.sign_in(secret="third"))
    world.clock.advance(timedelta(hours=13))
    assert world.refresh(TOWN, answer.refresh_token) == GrantNotValid()
    assert world.refresh(TOWN, elsewhere.refresh_token) == GrantNotValid()
    ended = world.run(lambda session: end_sessions(session, world.person, now=world.clock.now()))
    assert ended == 1, "the one whose refresh token still lived"
    assert world.refresh(TOWN, lasting.refresh_token) == GrantNotValid()


def test_revoking_a_refresh_token_ends_the_family_and_anothers_ends_nothing(world: World) -> None:
    answer = world.tokens(TOWN)
    before = world.dump()
    now = world.clock.now()
    token = answer.refresh_token or ""
    world.run(lambda session: revoke_token(session, FARM, token, claims=None, now=now))
    world.run(lambda session: revoke_token(session, TOWN, "nobody's", claims=None, now=now))
    assert world.dump() == before
    world.run(lambda session: revoke_token(session, TOWN, token, claims=None, now=now))
    assert not world.stands(answer)
    assert world.refresh(TOWN, token) == GrantNotValid()
    assert world.rows("SELECT revoked_because FROM identity.grants") == [("revoked_by_client",)]


def test_revoking_an_access_token_ends_that_one_alone(world: World) -> None:
    first = world.tokens(TOWN)
    second = good(world.refresh(TOWN, first.refresh_token))
    now = world.clock.now()
    claims = world.verifier().verify(first.access_token, "town-api", now)
    world.run(lambda session: revoke_token(session, FARM, first.access_token, claims=claims, now=now))
    assert world.stands(first)
    for _ in range(2):
        world.run(lambda session: revoke_token(session, TOWN, first.access_token, claims=claims, now=now))
    assert not world.stands(first)
    assert world.stands(second)
    good(world.refresh(TOWN, second.refresh_token))
