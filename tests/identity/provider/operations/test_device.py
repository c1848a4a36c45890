"""A device without a browser asks somebody with one: pending, too often, denied, over, and one token for one thing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import Browser, Client, TokenAnswer
from identity.provider.operations.begin_device_authorization import DeviceCodes, begin_device_authorization
from identity.provider.operations.decide_device import decide_device
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.exchange_device_code import exchange_device_code
from identity.provider.queries import waiting_device
from identity.provider.refusals import (
    ApplicationServesOthers,
    AuthorizationRequestInvalid,
    DeviceAsksTooOften,
    DeviceCodeUnknown,
    DeviceDecisionPending,
    DeviceDenied,
    DeviceRequestOver,
    DpopProofNeeded,
    GrantNotValid,
    GrantTypeNotAllowed,
    LevelNotReachable,
    ScopeNotAllowed,
)
from kernel.refusals import Refusal
from tests.identity.provider.operations.world import KIOSK, PHONE, TOWN, World, claims_of

FIVE_SECONDS = timedelta(seconds=5)


def begin(world: World, client: Client = KIOSK, **changes: Any) -> DeviceCodes:
    asked: dict[str, Any] = {"scopes": ["openid"], "application": "証明書 2026-0001", **changes}
    return world.run(lambda session: begin_device_authorization(session, client, now=world.clock.now(), **asked))


def ask(world: World, codes: DeviceCodes, client: Client = KIOSK) -> TokenAnswer | Refusal:
    return world.run(
        lambda session: exchange_device_code(
            session, client, device_code=codes.device_code, thumbprint=None, mint=world.mint, now=world.clock.now()
        )
    )


def decide(
    world: World, codes: DeviceCodes, browser: Browser, *, agrees: bool = True, wanted: Acr = Acr.PASSKEY
) -> None:
    person = world.session_of(browser)
    world.run(
        lambda session: decide_device(
            session, codes.user_code, person, agrees=agrees, wanted=wanted, now=world.clock.now()
        )
    )


def test_a_device_gets_its_one_token_when_somebody_agreed(world: World) -> None:
    codes = begin(world)
    assert (codes.expires_in_s, codes.interval_s) == (180, 5)
    assert ask(world, codes) == DeviceDecisionPending()
    decide(world, codes, world.sign_in(acr=Acr.PASSKEY))
    world.clock.advance(FIVE_SECONDS)
    answer = ask(world, codes)
    assert isinstance(answer, TokenAnswer)
    assert (answer.token_type, answer.scopes, answer.refresh_token) == ("Bearer", ("openid",), None)
    assert claims_of(answer.access_token)["acr"] == Acr.PASSKEY.value
    assert world.stands(answer)
    world.clock.advance(FIVE_SECONDS)
    assert ask(world, codes) == GrantNotValid()
    world.clock.advance(timedelta(minutes=5))
    assert ask(world, codes) == GrantNotValid()


def test_a_device_that_asks_too_often_is_told_to_wait_longer_each_time(world: World) -> None:
    codes = begin(world)
    assert ask(world, codes) == DeviceDecisionPending(), "the first question is never too early"
    world.clock.advance(timedelta(seconds=4.9))
    assert ask(world, codes) == DeviceAsksTooOften()
    world.clock.advance(timedelta(seconds=9.9))
    assert ask(world, codes) == DeviceAsksTooOften()
    world.clock.advance(timedelta(seconds=15))
    assert ask(world, codes) == DeviceDecisionPending()
    assert world.rows("SELECT interval_s FROM identity.device_requests") == [(15,)]


def test_asking_too_often_gets_no_token_even_when_somebody_agreed(world: World) -> None:
    codes = begin(world)
    ask(world, codes)
    decide(world, codes, world.sign_in(acr=Acr.PASSKEY))
    assert ask(world, codes) == DeviceAsksTooOften()
    world.clock.advance(timedelta(seconds=10))
    assert isinstance(ask(world, codes), TokenAnswer)


def test_a_device_that_was_denied_stays_denied(world: World) -> None:
    codes = begin(world)
    browser = world.sign_in(acr=Acr.POSTCARD)
    decide(world, codes, browser, agrees=False)
    assert ask(world, codes) == DeviceDenied()
    with pytest.raises(DeviceCodeUnknown):
        decide(world, codes, world.sign_in(acr=Acr.PASSKEY))
    world.clock.advance(FIVE_SECONDS)
    assert ask(world, codes) == DeviceDenied()
    assert world.rows("SELECT count(*) FROM identity.grants") == [(0,)]


@pytest.mark.parametrize("is_decided", [True, False])
def test_three_minutes_and_no_longer(world: World, is_decided: bool) -> None:
    codes = begin(world)
    world.clock.advance(timedelta(seconds=179))
    browser = world.sign_in(acr=Acr.PASSKEY)
    if is_decided:
        decide(world, codes, browser)
    world.clock.advance(timedelta(seconds=1))
    assert ask(world, codes) == DeviceRequestOver()
    with pytest.raises(DeviceCodeUnknown):
        decide(world, codes, browser)
    assert world.run(lambda session: waiting_device(session, codes.user_code, world.clock.now())) is None


def test_what_waits_is_shown_as_it_was_asked(world: World) -> None:
    codes = begin(world)
    waiting = world.run(lambda session: waiting_device(session, codes.user_code.lower(), world.clock.now()))
    assert waiting is not None
    assert (waiting.client_id, waiting.application, waiting.scopes) == ("kiosk", "証明書 2026-0001", ("openid",))
    assert world.run(lambda session: waiting_device(session, "BBBB-BBBB", world.clock.now())) is None
    decide(world, codes, world.sign_in(acr=Acr.PASSKEY))
    assert world.run(lambda session: waiting_device(session, codes.user_code, world.clock.now())) is None


@pytest.mark.parametrize(
    ("acr", "seconds_ago", "is_enough"),
    [
        (Acr.PASSKEY, 300, True),
        (Acr.PASSKEY, 301, False),
        (Acr.JPKI_AUTH, 10, True),
        (Acr.POSTCARD, 0, False),
        (Acr.LINE, 0, False),
    ],
)
def test_asvs_7_5_3_the_person_proves_it_freshly_and_strongly(
    world: World, acr: Acr, seconds_ago: int, is_enough: bool
) -> None:
    browser = world.sign_in(acr=acr)
    world.clock.advance(timedelta(seconds=seconds_ago))
    codes = begin(world)
    if is_enough:
        decide(world, codes, browser)
        assert isinstance(ask(world, codes), TokenAnswer)
        return
    before = world.dump()
    with pytest.raises(LevelNotReachable):
        decide(world, codes, browser)
    assert world.dump() == before
    stronger = world.sign_in(acr=Acr.PASSKEY, cookie=browser.cookie)
    decide(world, codes, stronger)
    assert isinstance(ask(world, codes), TokenAnswer)


def test_the_token_rests_on_the_latest_proof_that_is_enough(world: World) -> None:
    browser = world.sign_in(acr=Acr.PASSKEY)
    world.clock.advance(timedelta(seconds=60))
    browser = world.sign_in(acr=Acr.PASSKEY, cookie=browser.cookie)
    later = int(world.clock.now().timestamp())
    codes = begin(world)
    decide(world, codes, browser)
    answer = ask(world, codes)
    assert isinstance(answer, TokenAnswer)
    assert claims_of(answer.access_token)["auth_time"] == later


@pytest.mark.parametrize("agrees", [True, False])
def test_only_whom_the_device_serves_decides(world: World, agrees: bool) -> None:
    codes = begin(world)
    clerk = world.sign_in(Holder(HolderKind.STAFF, world.person.id), Acr.STAFF)
    before = world.dump()
    with pytest.raises(ApplicationServesOthers):
        decide(world, codes, clerk, agrees=agrees)
    assert world.dump() == before


def test_another_application_cannot_fetch_the_token(world: World) -> None:
    kiosk_2 = world.register(replace(KIOSK, id="kiosk-2"))
    codes = begin(world)
    decide(world, codes, world.sign_in(acr=Acr.PASSKEY))
    before = world.dump()
    assert ask(world, codes, kiosk_2) == GrantNotValid()
    assert ask(world, codes, TOWN) == GrantTypeNotAllowed()
    assert world.dump() == before
    assert isinstance(ask(world, codes), TokenAnswer)


def test_a_public_device_must_show_its_key(world: World) -> None:
    public = world.register(replace(KIOSK, id="kiosk-3", jwks=None))
    codes = begin(world, public)
    decide(world, codes, world.sign_in(acr=Acr.PASSKEY))
    assert ask(world, codes, public) == DpopProofNeeded()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"client": PHONE}, GrantTypeNotAllowed()),
        ({"scopes": ["openid", "town.write"]}, ScopeNotAllowed()),
        ({"application": ""}, AuthorizationRequestInvalid("application")),
        ({"application": "a" * 65}, AuthorizationRequestInvalid("application")),
        ({"application": "1\n2"}, AuthorizationRequestInvalid("application")),
        ({"application": "1\x00"}, AuthorizationRequestInvalid("application")),
        ({"client": PHONE, "scopes": ["x"], "application": ""}, GrantTypeNotAllowed()),
        ({"scopes": ["x"], "application": ""}, ScopeNotAllowed()),
    ],
)
def test_what_a_device_may_not_ask(world: World, changes: dict[str, Any], refusal: Refusal) -> None:
    before = world.dump()
    with pytest.raises(Refusal) as caught:
        begin(world, **changes)
    assert caught.value == refusal
    assert world.dump() == before


def test_without_openid_there_is_no_id_token(world: World) -> None:
    codes = begin(world, scopes=["town.read"])
    decide(world, codes, world.sign_in(acr=Acr.PASSKEY))
    answer = ask(world, codes)
    assert isinstance(answer, TokenAnswer)
    assert answer.id_token is None


def test_asvs_7_4_1_an_agreement_in_the_moment_in_which_the_sign_in_ends_gives_nothing(world: World) -> None:
    codes = begin(world)
    person = world.session_of(world.sign_in(acr=Acr.PASSKEY))
    world.run(lambda session: end_sessions(session, world.person, now=world.clock.now()))
    world.run(
        lambda session: decide_device(
            session, codes.user_code, person, agrees=True, wanted=Acr.PASSKEY, now=world.clock.now()
        )
    )
    assert ask(world, codes) == DeviceDenied()


def test_a_device_code_that_nobody_made_is_refused(world: World) -> None:
    before = world.dump()
    assert ask(world, DeviceCodes("x" * 43, "", 0, 0)) == GrantNotValid()
    with pytest.raises(DeviceCodeUnknown):
        decide(world, DeviceCodes("", "\x00", 0, 0), world.sign_in())
    assert world.dump()["device_requests"] == before["device_requests"]
