"""Requests on their way: pushed ahead, brought by one browser, answered once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import Answer, Browser, Client, NextPage, Step
from identity.provider.operations.begin_authorization import begin_authorization
from identity.provider.refusals import (
    AuthorizationRequestInvalid,
    AuthorizationRequestOver,
    PushedRequestNeeded,
    RedirectUriNotRegistered,
    RequestUriNotSupported,
)
from kernel.refusals import Refusal
from tests.identity.provider.operations.world import (
    FARM,
    PHONE,
    TOWN,
    World,
    claims_of,
    parameters_of,
)


def bring(world: World, client: Client, hint: str | None = None, /, **sent: list[str]) -> str:
    """A browser brings parameters."""
    return world.run(
        lambda session: begin_authorization(
            session, client, sent, browser="browser", subject_hint=hint, now=world.clock.now()
        )
    )


def refused(world: World, client: Client, hint: str | None = None, /, **sent: list[str]) -> Refusal:
    before = world.dump()
    with pytest.raises(Refusal) as caught:
        bring(world, client, hint, **sent)
    assert world.dump() == before
    return caught.value


def test_asvs_10_4_13_a_confidential_application_pushes_its_request(world: World) -> None:
    assert refused(world, TOWN, **parameters_of(TOWN)) == PushedRequestNeeded()
    evil = parameters_of(TOWN, redirect_uri="https://evil.example/")
    assert refused(world, TOWN, **evil) == RedirectUriNotRegistered()


def test_a_pushed_request_is_used_once(world: World) -> None:
    uri = world.push(TOWN)
    assert uri.startswith("urn:ietf:params:oauth:request_uri:")
    bring(world, TOWN, request_uri=[uri])
    assert refused(world, TOWN, request_uri=[uri]) == AuthorizationRequestOver()


@pytest.mark.parametrize(("age_s", "is_good"), [(59, True), (60, False)])
def test_a_pushed_request_waits_a_minute(world: World, age_s: int, is_good: bool) -> None:
    uri = world.push(TOWN)
    world.clock.advance(timedelta(seconds=age_s))
    if is_good:
        bring(world, TOWN, request_uri=[uri])
    else:
        assert refused(world, TOWN, request_uri=[uri]) == AuthorizationRequestOver()


def test_another_applications_pushed_request_is_refused_and_stays_good(world: World) -> None:
    uri = world.push(TOWN)
    assert refused(world, FARM, request_uri=[uri]) == AuthorizationRequestOver()
    bring(world, TOWN, request_uri=[uri])


@pytest.mark.parametrize(
    "uri",
    [
        "urn:ietf:params:oauth:request_uri:",
        "urn:ietf:params:oauth:request_uri:x",
        "urn:ietf:params:oauth:request_uri:\x00",
    ],
)
def test_a_request_uri_that_nobody_was_given_is_refused(world: World, uri: str) -> None:
    assert refused(world, TOWN, request_uri=[uri]) == AuthorizationRequestOver()


def test_the_handle_of_a_request_is_no_request_uri(world: World) -> None:
    handle = world.begin(TOWN, Browser("browser", None))
    uri = f"urn:ietf:params:oauth:request_uri:{handle}"
    assert refused(world, TOWN, request_uri=[uri]) == AuthorizationRequestOver()
    pushed = world.push(TOWN).rpartition(":")[2]
    with pytest.raises(AuthorizationRequestOver):
        world.go_on(pushed, Browser("browser", None))


def test_a_request_uri_of_somebody_else_is_not_read(world: World) -> None:
    sent = {**parameters_of(PHONE), "request_uri": ["https://phone.example/request.jwt"]}
    assert refused(world, PHONE, **sent) == RequestUriNotSupported()
    before = world.dump()
    with pytest.raises(RequestUriNotSupported):
        world.push(TOWN, request_uri="urn:ietf:params:oauth:request_uri:x")
    assert world.dump() == before


def test_what_a_browser_adds_to_a_pushed_request_changes_nothing(world: World) -> None:
    uri = world.push(TOWN, state="pushed")
    sent = {"state": ["brought"], "redirect_uri": ["https://evil.example/"], "prompt": ["none"], "scope": ["other"]}
    handle = bring(world, TOWN, "another-subject", request_uri=[uri], **sent)
    outcome = world.go_on(handle, world.sign_in())
    assert isinstance(outcome, Answer)
    assert (outcome.request.state, outcome.request.redirect_uri) == ("pushed", TOWN.redirect_uris[0])
    assert "code" in outcome.parameters


def test_a_request_is_answered_once(world: World) -> None:
    browser = world.sign_in()
    handle = world.begin(TOWN, browser)
    first = world.go_on(handle, browser)
    assert isinstance(first, Answer)
    assert (first.holder, list(first.parameters)) == (world.person, ["code"])
    before = world.dump()
    with pytest.raises(AuthorizationRequestOver):
        world.go_on(handle, browser)
    assert world.dump() == before


@pytest.mark.parametrize(("age_s", "is_good"), [(599, True), (600, False)])
def test_a_request_waits_ten_minutes_for_a_sign_in(world: World, age_s: int, is_good: bool) -> None:
    handle = world.begin(TOWN, Browser("browser", None))
    assert isinstance(world.go_on(handle, Browser("browser", None)), NextPage)
    world.clock.advance(timedelta(seconds=age_s))
    browser = world.sign_in()
    if is_good:
        assert isinstance(world.go_on(handle, browser), Answer)
    else:
        with pytest.raises(AuthorizationRequestOver):
            world.go_on(handle, browser)


@pytest.mark.parametrize("agrees", [True, False])
def test_asvs_10_2_1_another_browser_cannot_go_on_with_a_request(world: World, agrees: bool) -> None:
    mine = world.sign_in()
    handle = world.begin(FARM, mine)
    thief = world.sign_in(secret="thief")
    before = world.dump()
    with pytest.raises(AuthorizationRequestOver):
        world.go_on(handle, thief)
    with pytest.raises(AuthorizationRequestOver):
        world.consent(handle, thief, agrees=agrees)
    with pytest.raises(AuthorizationRequestOver):
        world.go_on(handle, Browser("thief", mine.cookie))
    assert world.dump() == before
    assert isinstance(world.consent(handle, mine), Answer)


@pytest.mark.parametrize("handle", ["", "x" * 43, "\x00", "\ud800"])
def test_a_handle_that_nobody_was_given_is_refused(world: World, handle: str) -> None:
    with pytest.raises(AuthorizationRequestOver):
        world.go_on(handle, world.sign_in())


def test_prompt_none_answers_at_once(world: World) -> None:
    nobody = Browser("browser", None)
    outcome = world.go_on(world.begin(TOWN, nobody, prompt="none"), nobody)
    assert isinstance(outcome, Answer)
    assert outcome.parameters == {"error": "login_required", "error_description": "login_required"}
    browser = world.sign_in()
    outcome = world.go_on(world.begin(FARM, browser, prompt="none"), browser)
    assert isinstance(outcome, Answer)
    assert (outcome.parameters["error"], outcome.holder) == ("consent_required", world.person)
    again = world.go_on(world.begin(TOWN, browser, prompt="none"), browser)
    assert isinstance(again, Answer)
    assert "code" in again.parameters


def test_a_level_out_of_reach_is_said_in_the_standards_words(world: World) -> None:
    browser = world.sign_in()
    outcome = world.go_on(world.begin(TOWN, browser, acr_values=Acr.STAFF.value), browser)
    assert isinstance(outcome, Answer)
    assert outcome.parameters["error"] == "unmet_authentication_requirements"


def test_asvs_7_5_3_step_up_asks_for_the_stronger_proof_and_then_answers(world: World) -> None:
    browser = world.sign_in()
    world.clock.advance(timedelta(seconds=10))
    handle = world.begin(TOWN, browser, acr_values=Acr.PASSKEY.value, max_age="300")
    page = world.go_on(handle, browser)
    assert isinstance(page, NextPage)
    assert (page.decision.step, page.decision.wanted) == (Step.SIGN_IN, (Acr.PASSKEY,))
    stronger = world.sign_in(acr=Acr.PASSKEY, cookie=browser.cookie)
    outcome = world.go_on(handle, stronger)
    assert isinstance(outcome, Answer)
    answer = world.exchange(TOWN, outcome.parameters["code"])
    assert claims_of(answer.access_token)["acr"] == Acr.PASSKEY.value  # type: ignore[union-attr]
    world.clock.advance(timedelta(seconds=301))
    assert isinstance(
        world.go_on(world.begin(TOWN, stronger, acr_values=Acr.PASSKEY.value, max_age="300"), stronger), NextPage
    ), "the session goes on, the proof is too old"


def test_a_sign_in_that_nobody_used_for_half_an_hour_is_over(world: World) -> None:
    browser = world.sign_in()
    world.clock.advance(timedelta(minutes=30))
    assert isinstance(world.go_on(world.begin(TOWN, browser), browser), NextPage)


def subject_of(world: World, holder: Holder, secret: str) -> str:
    tokens = world.tokens(PHONE, world.sign_in(holder, secret=secret))
    return str(claims_of(tokens.access_token)["sub"])


@pytest.mark.parametrize("client", [TOWN, PHONE])
def test_an_application_that_means_one_person_gets_no_other(world: World, other_person: Holder, client: Client) -> None:
    mine, yours = subject_of(world, world.person, "a"), subject_of(world, other_person, "b")
    browser = world.sign_in()
    world.clock.advance(timedelta(seconds=10))
    claims = '{"id_token": {"sub": {"value": "%s"}}}'
    outcome = world.go_on(world.begin(client, browser, prompt="none", claims=claims % mine), browser)
    assert isinstance(outcome, Answer)
    assert "code" in outcome.parameters
    outcome = world.go_on(world.begin(client, browser, prompt="none", claims=claims % yours), browser)
    assert isinstance(outcome, Answer)
    assert outcome.parameters["error"] == "login_required"
    handle = world.begin(client, browser, claims=claims % yours)
    assert isinstance(world.go_on(handle, browser), NextPage)
    again = world.sign_in(cookie=browser.cookie)
    refusal = world.go_on(handle, again)
    assert isinstance(refusal, Answer)
    assert refusal.parameters["error"] == "login_required", "the wrong person has signed in for it"


def test_the_hint_of_a_public_application_means_one_person_too(world: World, other_person: Holder) -> None:
    yours = subject_of(world, other_person, "b")
    browser = world.sign_in()
    sent = parameters_of(PHONE, prompt="none")
    outcome = world.go_on(bring(world, PHONE, yours, **sent), browser)
    assert isinstance(outcome, Answer)
    assert outcome.parameters["error"] == "login_required"
    both = parameters_of(PHONE, claims='{"id_token": {"sub": {"value": "other"}}}')
    assert refused(world, PHONE, yours, **both) == AuthorizationRequestInvalid("id_token_hint")


def test_who_is_not_served_may_sign_in_as_who_is(world: World) -> None:
    office = world.register(replace(TOWN, id="office", serves=HolderKind.STAFF, sector="office", acr_min=Acr.POSTCARD))
    resident = world.sign_in()
    world.clock.advance(timedelta(seconds=10))
    handle = world.begin(office, resident)
    assert isinstance(world.go_on(handle, resident), NextPage)
    still = world.sign_in(cookie=resident.cookie)
    refusal = world.go_on(handle, still)
    assert isinstance(refusal, Answer)
    assert refusal.parameters == {"error": "access_denied", "error_description": "application_serves_others"}


WRONG: list[dict[str, Any]] = [
    {"scope": "other"},
    {"code_challenge": "x"},
    {"state": "a\nb"},
    {"response_type": "token"},
]


@pytest.mark.parametrize("changes", WRONG)
def test_a_request_that_is_refused_leaves_nothing(world: World, changes: dict[str, Any]) -> None:
    before = world.dump()
    with pytest.raises(Refusal):
        world.push(TOWN, **changes)
    with pytest.raises(Refusal):
        bring(world, PHONE, **parameters_of(PHONE, **changes))
    assert world.dump() == before


def test_no_secret_is_stored_that_lets_somebody_in(world: World) -> None:
    browser = world.sign_in(secret="the browser's own secret")
    uri = world.push(TOWN)
    handle = world.begin(TOWN, browser, scope="openid offline_access")
    outcome = world.go_on(handle, browser)
    assert isinstance(outcome, Answer)
    code = outcome.parameters["code"]
    answer = world.exchange(TOWN, code)
    secrets = [browser.secret, browser.cookie, uri, uri.rpartition(":")[2], handle, code]
    secrets += [answer.refresh_token, answer.access_token, answer.id_token]  # type: ignore[union-attr]
    stored = str(world.dump())
    assert not [secret for secret in secrets if secret is None or secret in stored]
