"""Agreements: asked for, kept with the text they were given to, seen, and taken back."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from identity.model import Holder
from identity.provider.model import Answer, Browser, ConsentView, NextPage, Step
from identity.provider.operations.withdraw_consent import withdraw_consent
from identity.provider.queries import consents_of
from identity.provider.refusals import AuthorizationRequestOver, ConsentNotYours, GrantNotValid
from tests.identity.provider.operations.world import FARM, TOWN, World


def consents(world: World, holder: Holder | None = None) -> list[ConsentView]:
    return world.run(lambda session: consents_of(session, holder or world.person))


def asks(world: World, browser: Browser, **changes: str) -> bool:
    """Whether the farm's application asks for an agreement now."""
    outcome = world.go_on(world.begin(FARM, browser, **changes), browser)
    return isinstance(outcome, NextPage) and outcome.decision.step is Step.CONSENT


def test_asvs_10_7_1_an_agreement_is_asked_for_once(world: World) -> None:
    browser = world.sign_in()
    handle = world.begin(FARM, browser)
    page = world.go_on(handle, browser)
    assert isinstance(page, NextPage)
    assert page.decision.step is Step.CONSENT
    outcome = world.consent(handle, browser)
    assert isinstance(outcome, Answer)
    assert "code" in outcome.parameters
    assert not asks(world, browser)
    given = consents(world)
    assert [(one.client_id, one.scopes, one.text_version) for one in given] == [("farm", ("openid",), 1)]


def test_a_no_is_told_to_the_application_and_nothing_is_kept(world: World) -> None:
    browser = world.sign_in()
    handle = world.begin(FARM, browser)
    outcome = world.consent(handle, browser, agrees=False)
    assert isinstance(outcome, Answer)
    assert outcome.parameters == {"error": "access_denied", "error_description": "consent_denied"}
    assert outcome.holder == world.person
    assert consents(world) == []
    with pytest.raises(AuthorizationRequestOver):
        world.consent(handle, browser)


def test_a_yes_before_a_sign_in_agrees_to_nothing(world: World) -> None:
    nobody = Browser("browser", None)
    handle = world.begin(FARM, nobody)
    page = world.consent(handle, nobody)
    assert isinstance(page, NextPage)
    assert page.decision.step is Step.SIGN_IN
    assert world.rows("SELECT count(*) FROM identity.consents") == [(0,)]


def test_what_was_agreed_to_before_goes_on_with_a_wider_agreement(world: World) -> None:
    browser = world.sign_in()
    world.code(FARM, browser, scope="openid town.read")
    assert asks(world, browser, scope="openid offline_access")
    world.code(FARM, browser, scope="openid offline_access")
    assert [one.scopes for one in consents(world)] == [("openid", "offline_access", "town.read")]
    assert not asks(world, browser, scope="openid town.read")
    kept = world.rows("SELECT count(*), count(withdrawn_at) FROM identity.consents")
    assert kept == [(2, 1)], "the first one is kept as history"


def test_asvs_10_7_2_another_text_is_agreed_to_again_and_the_old_agreement_can_still_be_seen(world: World) -> None:
    browser = world.sign_in()
    world.code(FARM, browser, scope="openid town.read")
    world.register(replace(FARM, consent_version=2))
    assert [one.text_version for one in consents(world)] == [1], "it can be seen and withdrawn"
    assert asks(world, browser)
    world.code(replace(FARM, consent_version=2), browser)
    assert [(one.text_version, one.scopes) for one in consents(world)] == [(2, ("openid",))]


def test_asvs_10_7_3_withdrawing_ends_every_grant_of_that_application_alone(world: World) -> None:
    farm, again = world.tokens(FARM), world.tokens(FARM, world.sign_in(secret="other"))
    town = world.tokens(TOWN)
    consent = consents(world)[0]
    world.run(lambda session: withdraw_consent(session, world.person, consent.id, now=world.clock.now()))
    assert not world.stands(farm)
    assert not world.stands(again)
    assert world.refresh(FARM, farm.refresh_token) == GrantNotValid()
    assert world.stands(town)
    assert consents(world) == []
    assert asks(world, world.sign_in())
    reasons = world.rows("SELECT DISTINCT client_id, revoked_because FROM identity.grants ORDER BY 1")
    assert reasons == [("farm", "consent_withdrawn"), ("town", None)]


def test_asvs_10_7_3_a_code_that_was_not_exchanged_yet_ends_with_the_agreement(world: World) -> None:
    code = world.code(FARM, world.sign_in())
    consent = consents(world)[0]
    world.run(lambda session: withdraw_consent(session, world.person, consent.id, now=world.clock.now()))
    assert world.exchange(FARM, code) == GrantNotValid()


def test_somebody_elses_and_old_agreements_cannot_be_withdrawn(world: World, other_person: Holder) -> None:
    world.tokens(FARM)
    consent = consents(world)[0]
    before = world.dump()
    for holder, consent_id in ((other_person, consent.id), (world.person, uuid4())):
        with pytest.raises(ConsentNotYours):
            world.run(lambda session, h=holder, c=consent_id: withdraw_consent(session, h, c, now=world.clock.now()))  # type: ignore[misc]
    assert world.dump() == before
    world.run(lambda session: withdraw_consent(session, world.person, consent.id, now=world.clock.now()))
    after = world.dump()
    with pytest.raises(ConsentNotYours):
        world.run(lambda session: withdraw_consent(session, world.person, consent.id, now=world.clock.now()))
    assert world.dump() == after


def test_an_agreement_of_a_long_time_ago_still_counts(world: World) -> None:
    world.code(FARM, world.sign_in())
    world.clock.advance(timedelta(days=400))
    assert not asks(world, world.sign_in())
