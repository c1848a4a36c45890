"""What must happen before an application gets its answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import (
    Authentication,
    Client,
    ConsentRule,
    ConsentView,
    Decision,
    ProviderSession,
    Step,
)
from identity.provider.refusals import ApplicationServesOthers, ConsentRequired, LevelNotReachable, LoginRequired
from identity.provider.rules.authorization_request import read_authorization_request
from identity.provider.rules.next_step import decide_next_step
from tests.identity.provider.rules.samples import (
    CLERK,
    NOW,
    TARO,
    TOWN,
    agreement,
    parameters,
    proof,
    signed_in,
)

TRUSTED = replace(TOWN, consent=ConsentRule.SKIP)
OFFICE = replace(TRUSTED, serves=HolderKind.STAFF, acr_min=Acr.STAFF)
SHOPKEEPER = Holder(HolderKind.SHOP, TARO.id)


def decide(
    session: ProviderSession | None,
    client: Client = TRUSTED,
    consents: Sequence[ConsentView] = (),
    asked_seconds_ago: float = 0,
    **changes: Any,
) -> Decision:
    request = read_authorization_request(parameters(**changes), client)
    asked_at = NOW - timedelta(seconds=asked_seconds_ago)
    return decide_next_step(request, client, session, consents, asked_at=asked_at, now=NOW)


def test_nobody_is_asked_to_sign_in() -> None:
    assert decide(None) == Decision(Step.SIGN_IN, wanted=(Acr.POSTCARD,))


def test_who_is_signed_in_is_answered_on_that_proof() -> None:
    old = proof(seconds_ago=3_000)
    assert decide(signed_in(old)) == Decision(Step.ANSWER, old)


def test_the_latest_proof_that_is_enough_counts() -> None:
    proofs = [proof(Acr.PASSKEY, 900), proof(Acr.POSTCARD, 500), proof(Acr.LINE, 10)]
    assert decide(signed_in(*proofs)).authentication == proofs[1]
    assert decide(signed_in(*proofs), acr_values=Acr.PASSKEY.value).authentication == proofs[0]


@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
def test_prompt_login_wants_a_proof_that_was_given_for_this_request(prompt: str) -> None:
    client = replace(TRUSTED, consent=ConsentRule.SKIP)
    before, after = proof(seconds_ago=61), proof(seconds_ago=59)
    assert decide(signed_in(before), client, asked_seconds_ago=60, prompt=prompt).step is Step.SIGN_IN
    both = decide(
        signed_in(before, after),
        client,
        [agreement("openid", seconds_ago=1)],
        asked_seconds_ago=60,
        prompt=prompt,
    )
    assert (both.step, both.authentication) == (Step.ANSWER, after)


def test_prompt_none_shows_no_page() -> None:
    with pytest.raises(LoginRequired):
        decide(None, prompt="none")
    with pytest.raises(LoginRequired):
        decide(signed_in(proof(seconds_ago=100)), asked_seconds_ago=10, prompt="none", max_age="99")
    with pytest.raises(LoginRequired):
        decide(signed_in(proof(seconds_ago=100)), asked_seconds_ago=10, prompt="none", acr_values=Acr.PASSKEY.value)
    with pytest.raises(ConsentRequired):
        decide(signed_in(proof()), TOWN, prompt="none")
    assert decide(signed_in(proof()), prompt="none").step is Step.ANSWER
    assert decide(signed_in(proof()), TOWN, [agreement("openid")], prompt="none").step is Step.ANSWER


@pytest.mark.parametrize(("age_s", "step"), [("100", Step.ANSWER), ("99", Step.SIGN_IN), ("0", Step.SIGN_IN)])
def test_a_proof_may_be_as_old_as_asked(age_s: str, step: Step) -> None:
    assert decide(signed_in(proof(seconds_ago=100)), asked_seconds_ago=10, max_age=age_s).step is step


def test_a_proof_for_this_request_is_new_enough_however_long_the_pages_took() -> None:
    assert decide(signed_in(proof(seconds_ago=9)), asked_seconds_ago=10, max_age="0").step is Step.ANSWER


def test_the_stricter_of_two_ages_counts() -> None:
    client = replace(TRUSTED, max_age_s=50)
    session = signed_in(proof(seconds_ago=100))
    assert decide(session, client, asked_seconds_ago=10).step is Step.SIGN_IN
    assert decide(session, client, asked_seconds_ago=10, max_age="200").step is Step.SIGN_IN
    assert decide(session, replace(client, max_age_s=200), asked_seconds_ago=10, max_age="50").step is Step.SIGN_IN
    assert decide(session, replace(client, max_age_s=100), asked_seconds_ago=10, max_age="100").step is Step.ANSWER


def test_asvs_7_5_3_a_strong_proof_that_is_old_does_not_lend_its_strength_to_a_new_weak_one() -> None:
    session = signed_in(proof(Acr.PASSKEY, 1_000), proof(Acr.POSTCARD, 5))
    decision = decide(session, asked_seconds_ago=10, acr_values=Acr.PASSKEY.value, max_age="300")
    assert decision == Decision(Step.SIGN_IN, wanted=(Acr.PASSKEY,))


def test_a_weaker_level_is_asked_to_step_up() -> None:
    strict = replace(TRUSTED, acr_min=Acr.PASSKEY)
    assert decide(signed_in(proof(Acr.POSTCARD)), strict) == Decision(Step.SIGN_IN, wanted=(Acr.PASSKEY,))
    assert decide(signed_in(proof(Acr.PASSKEY)), strict).step is Step.ANSWER


def test_the_level_is_said_in_the_words_that_were_asked() -> None:
    session = signed_in(proof(Acr.JPKI_AUTH))
    asked = f"{Acr.PASSKEY.value} {Acr.POSTCARD.value}"
    decision = decide(session, acr_values=asked)
    assert decision.authentication == proof(Acr.JPKI_AUTH)._replace(acr=Acr.PASSKEY)
    assert decide(session).authentication == proof(Acr.JPKI_AUTH)


def test_what_is_wanted_is_never_weaker_than_the_application_always_wants() -> None:
    strict = replace(TRUSTED, acr_min=Acr.PASSKEY)
    asked = f"{Acr.LINE.value} {Acr.POSTCARD.value} {Acr.JPKI_SIGN.value}"
    assert decide(None, strict, acr_values=asked).wanted == (Acr.PASSKEY, Acr.JPKI_SIGN)


@pytest.mark.parametrize(
    ("client", "asked"),
    [
        (TRUSTED, Acr.STAFF),
        (OFFICE, Acr.JPKI_AUTH),
        (replace(TRUSTED, serves=HolderKind.SHOP), Acr.JPKI_SIGN),
        (replace(TRUSTED, acr_min=Acr.STAFF), Acr.LINE),
    ],
)
@pytest.mark.parametrize("prompt", [None, "none", "login"])
def test_a_level_that_no_door_proves_is_said_to_be_out_of_reach(client: Client, asked: Acr, prompt: str | None) -> None:
    with pytest.raises(LevelNotReachable):
        decide(None, client, acr_values=asked.value, prompt=prompt)


def test_one_level_in_reach_is_enough() -> None:
    asked = f"{Acr.STAFF.value} {Acr.PASSKEY.value}"
    assert decide(signed_in(proof(Acr.PASSKEY)), acr_values=asked).step is Step.ANSWER


@pytest.mark.parametrize("wanted", [Acr.STAFF, Acr.PASSKEY, Acr.POSTCARD])
def test_a_member_of_staff_with_a_passkey_is_enough_for_every_office(wanted: Acr) -> None:
    office = replace(OFFICE, acr_min=wanted)
    decision = decide(signed_in(proof(Acr.STAFF), holder=CLERK), office)
    assert decision == Decision(Step.ANSWER, proof(Acr.STAFF))


@pytest.mark.parametrize("wanted", [Acr.STAFF, Acr.PASSKEY])
def test_an_enrolment_code_is_not_enough_for_an_office_that_wants_a_passkey(wanted: Acr) -> None:
    office = replace(OFFICE, acr_min=wanted)
    decision = decide(signed_in(proof(Acr.POSTCARD), holder=CLERK), office, asked_seconds_ago=10)
    assert decision == Decision(Step.SIGN_IN, wanted=(wanted,))


@pytest.mark.parametrize("holder", [CLERK, SHOPKEEPER])
def test_somebody_else_who_was_signed_in_already_may_sign_in_as_who_is_served(holder: Holder) -> None:
    session = signed_in(proof(seconds_ago=20), holder=holder)
    assert decide(session, asked_seconds_ago=10).step is Step.SIGN_IN
    with pytest.raises(LoginRequired):
        decide(session, asked_seconds_ago=10, prompt="none")


@pytest.mark.parametrize("holder", [CLERK, SHOPKEEPER])
def test_somebody_who_signs_in_for_the_request_and_is_not_served_is_refused(holder: Holder) -> None:
    with pytest.raises(ApplicationServesOthers):
        decide(signed_in(proof(Acr.STAFF, 9), holder=holder), asked_seconds_ago=10)


@pytest.mark.parametrize(
    ("rule", "prompt", "consents", "step"),
    [
        (ConsentRule.SKIP, None, [], Step.ANSWER),
        (ConsentRule.SKIP, "consent", [], Step.CONSENT),
        (ConsentRule.SKIP, "consent", [agreement("openid", seconds_ago=11)], Step.CONSENT),
        (ConsentRule.SKIP, "consent", [agreement("openid", seconds_ago=9)], Step.ANSWER),
        (ConsentRule.ONCE, None, [], Step.CONSENT),
        (ConsentRule.ONCE, None, [agreement("openid")], Step.ANSWER),
        (ConsentRule.ONCE, None, [agreement("openid", "town.read")], Step.ANSWER),
        (ConsentRule.ONCE, None, [agreement("town.read")], Step.CONSENT),
        (ConsentRule.ONCE, None, [agreement("openid", text_version=2)], Step.CONSENT),
        (ConsentRule.ONCE, "consent", [agreement("openid", seconds_ago=11)], Step.CONSENT),
        (ConsentRule.ONCE, "consent", [agreement("openid", seconds_ago=9)], Step.ANSWER),
        (ConsentRule.ALWAYS, None, [agreement("openid", seconds_ago=11)], Step.CONSENT),
        (ConsentRule.ALWAYS, None, [agreement("openid", seconds_ago=10)], Step.ANSWER),
        (ConsentRule.ALWAYS, None, [agreement("openid", seconds_ago=9, text_version=0)], Step.CONSENT),
    ],
)
def test_asvs_10_7_1_agreement_is_asked_for_as_often_as_the_application_is_registered(
    rule: ConsentRule, prompt: str | None, consents: list[ConsentView], step: Step
) -> None:
    client = replace(TOWN, consent=rule)
    assert decide(signed_in(proof()), client, consents, asked_seconds_ago=10, prompt=prompt).step is step


def test_a_wider_request_is_agreed_to_again() -> None:
    session, consents = signed_in(proof()), [agreement("openid")]
    assert decide(session, TOWN, consents, scope="openid town.write").step is Step.CONSENT
    assert decide(session, TOWN, [agreement("openid"), agreement("town.write")], scope="openid town.write").step is (
        Step.CONSENT
    )


def test_a_consent_page_comes_only_after_a_sign_in_that_is_enough() -> None:
    weak = signed_in(Authentication(Acr.LINE, (), NOW))
    assert decide(weak, TOWN).step is Step.SIGN_IN
