"""A code becomes tokens once, for whom it was made, within a minute."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.model import Acr, Holder
from identity.provider.model import GrantType, TokenAnswer
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.exchange_code import exchange_code
from identity.provider.refusals import DpopProofNeeded, GrantNotValid, GrantTypeNotAllowed, GrantUsedTwice
from kernel.refusals import Refusal
from tests.identity.provider.operations.world import FARM, ISSUER, KIOSK, PHONE, TOWN, World, claims_of


def test_a_code_becomes_tokens_that_say_who_how_and_when(world: World) -> None:
    browser = world.sign_in(acr=Acr.PASSKEY)
    signed_in_at = world.clock.now()
    world.clock.advance(timedelta(seconds=30))
    answer = world.exchange(TOWN, world.code(TOWN, browser, nonce="n-1", scope="openid town.read"))
    assert isinstance(answer, TokenAnswer)
    assert (answer.token_type, answer.expires_in_s, answer.scopes) == ("Bearer", 600, ("openid", "town.read"))
    assert answer.refresh_token is None, "nobody asked for one"
    access, identity = claims_of(answer.access_token), claims_of(answer.id_token or "")
    assert (access["iss"], access["aud"], access["client_id"]) == (ISSUER, "town-api", "town")
    assert (access["scope"], access["acr"]) == ("openid town.read", Acr.PASSKEY.value)
    assert (identity["iss"], identity["aud"], identity["nonce"]) == (ISSUER, "town", "n-1")
    assert identity["sub"] == access["sub"] != str(world.person.id)
    assert identity["auth_time"] == access["auth_time"] == int(signed_in_at.timestamp())
    assert identity["sid"] == str(world.session_of(browser).id)
    assert access["exp"] - access["iat"] == 600
    assert "cnf" not in access
    assert world.stands(answer)


def test_a_public_application_gets_tokens_bound_to_its_key(world: World) -> None:
    answer = world.exchange(PHONE, world.code(PHONE, world.sign_in()), thumbprint="K" * 43)
    assert isinstance(answer, TokenAnswer)
    assert (answer.token_type, claims_of(answer.access_token)["cnf"]) == ("DPoP", {"jkt": "K" * 43})


def test_asvs_10_4_2_a_second_use_ends_all_that_came_of_the_first(world: World) -> None:
    code = world.code(TOWN, world.sign_in(), scope="openid offline_access")
    first = world.exchange(TOWN, code)
    assert isinstance(first, TokenAnswer)
    second = world.refresh(TOWN, first.refresh_token)
    assert isinstance(second, TokenAnswer)
    assert world.exchange(TOWN, code) == GrantUsedTwice()
    assert not world.stands(first)
    assert not world.stands(second)
    assert world.refresh(TOWN, second.refresh_token) == GrantNotValid()
    assert world.rows("SELECT revoked_because FROM identity.grants") == [("code_reused",)]
    assert world.exchange(TOWN, code) == GrantUsedTwice()


@pytest.mark.parametrize("wait_s", [59, 61, 86_400])
def test_asvs_10_4_2_also_a_late_second_use_ends_it(world: World, wait_s: int) -> None:
    code = world.code(TOWN, world.sign_in())
    first = world.exchange(TOWN, code)
    assert isinstance(first, TokenAnswer)
    world.clock.advance(timedelta(seconds=wait_s))
    assert world.exchange(TOWN, code) == GrantUsedTwice()
    assert not world.stands(first)


def test_asvs_10_4_2_nobody_without_the_verifier_ends_what_came_of_a_code(world: World) -> None:
    code = world.code(TOWN, world.sign_in())
    first = world.exchange(TOWN, code)
    assert isinstance(first, TokenAnswer)
    assert world.exchange(TOWN, code, verifier="w" * 43) == GrantNotValid()
    assert world.exchange(FARM, code) == GrantNotValid()
    assert world.stands(first)


@pytest.mark.parametrize(("age_s", "is_good"), [(59, True), (60, False), (61, False)])
def test_asvs_10_4_3_a_code_lives_a_minute(world: World, age_s: int, is_good: bool) -> None:
    code = world.code(TOWN, world.sign_in())
    world.clock.advance(timedelta(seconds=age_s))
    assert isinstance(world.exchange(TOWN, code), TokenAnswer if is_good else GrantNotValid)


WRONG: list[tuple[dict[str, Any], Refusal]] = [
    ({"verifier": "w" * 43}, GrantNotValid()),
    ({"verifier": "v" * 42}, GrantNotValid()),
    ({"verifier": ""}, GrantNotValid()),
    ({"redirect_uri": None}, GrantNotValid()),
    ({"redirect_uri": "https://phone.example/callback/"}, GrantNotValid()),
    ({"thumbprint": "O" * 43}, GrantNotValid()),
    ({"thumbprint": None}, DpopProofNeeded()),
]


@pytest.mark.parametrize(("changes", "refusal"), WRONG)
def test_asvs_10_4_6_what_does_not_fit_the_code_is_refused_and_changes_nothing(
    world: World, changes: dict[str, Any], refusal: Refusal
) -> None:
    code = world.code(PHONE, world.sign_in(), dpop_jkt="T" * 43)
    before = world.dump()
    assert world.exchange(PHONE, code, **changes) == refusal
    assert world.dump() == before
    assert isinstance(world.exchange(PHONE, code), TokenAnswer), "an attempt that does not fit uses nothing up"


@pytest.mark.parametrize("code", ["", "x" * 43, "\x00", "\ud800"])
def test_a_code_that_nobody_made_is_refused(world: World, code: str) -> None:
    before = world.dump()
    assert world.exchange(TOWN, code) == GrantNotValid()
    assert world.dump() == before


def test_asvs_10_4_2_another_applications_code_is_refused_and_stays_good(world: World) -> None:
    code = world.code(TOWN, world.sign_in())
    before = world.dump()
    assert world.exchange(FARM, code) == GrantNotValid()
    assert world.exchange(FARM, code, redirect_uri=TOWN.redirect_uris[0]) == GrantNotValid()
    assert world.dump() == before
    assert isinstance(world.exchange(TOWN, code), TokenAnswer)


def test_an_application_without_the_grant_is_refused(world: World) -> None:
    assert world.exchange(KIOSK, "x") == GrantTypeNotAllowed()
    assert world.refresh(KIOSK, "x") == GrantTypeNotAllowed()
    without = replace(TOWN, grant_types=frozenset({GrantType.DEVICE}))
    assert world.exchange(without, world.code(TOWN, world.sign_in())) == GrantTypeNotAllowed()


def test_a_code_ends_with_its_sign_in(world: World) -> None:
    browser = world.sign_in()
    code = world.code(TOWN, browser)
    world.run(lambda session: end_sessions(session, world.person, now=world.clock.now()))
    assert world.exchange(TOWN, code) == GrantNotValid()


def test_subjects_differ_by_purpose_and_not_by_application(world: World, other_person: Holder) -> None:
    subjects = {client.id: claims_of(world.tokens(client).access_token)["sub"] for client in (TOWN, FARM, PHONE)}
    assert subjects["town"] == subjects["phone"] != subjects["farm"]
    other = world.tokens(TOWN, world.sign_in(other_person, secret="other"))
    assert claims_of(other.access_token)["sub"] not in subjects.values()


def test_a_subject_stays_when_the_secret_that_it_was_made_of_changes(world: World, other_person: Holder) -> None:
    before = claims_of(world.tokens(TOWN).access_token)["sub"]
    world.mint = replace(world.mint, subject_key=b"another key of 32 bytes at least!")
    assert claims_of(world.tokens(TOWN).access_token)["sub"] == before
    later = claims_of(world.tokens(TOWN, world.sign_in(other_person, secret="other")).access_token)["sub"]
    assert later != before
    assert world.rows("SELECT count(*) FROM identity.pairwise_subjects") == [(2,)]


def test_a_refusal_of_the_exchange_is_returned_so_that_the_caller_commits(world: World) -> None:
    code = world.code(TOWN, world.sign_in())
    with world.database.transaction() as session:
        refusal = exchange_code(
            session,
            TOWN,
            code=code,
            redirect_uri=None,
            verifier="",
            thumbprint=None,
            mint=world.mint,
            now=world.clock.now(),
        )
    assert refusal == GrantNotValid()
