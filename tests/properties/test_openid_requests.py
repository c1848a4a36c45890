"""Requests of applications, whatever they hold: where an answer goes, and on what proof it rests."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from identity.model import Acr, Holder, HolderKind
from identity.provider.model import (
    Authentication,
    AuthorizationRequest,
    Client,
    CodeState,
    ConsentRule,
    ConsentView,
    Decision,
    ProviderSession,
    RefreshState,
    Step,
)
from identity.provider.refusals import (
    ConsentRequired,
    LevelNotReachable,
    LoginRequired,
    RedirectUriNotRegistered,
)
from identity.provider.rules.authorization_request import (
    RESPONSE_MODES,
    TEXT_LENGTH_MAX,
    read_authorization_request,
    read_return_address,
)
from identity.provider.rules.granting import Verdict, judge_code, judge_refresh
from identity.provider.rules.next_step import REACHABLE, decide_next_step
from identity.provider.rules.secrets import new_user_code, read_user_code
from identity.rules.levels import is_enough
from kernel.ids import derived_id
from kernel.refusals import Refusal
from tests.identity.provider.rules.samples import CHALLENGE, NOW, PLAIN, REDIRECT, TOWN, agreement, grant

Result = TypeVar("Result")
NAMES = [
    *PLAIN,
    *("state", "nonce", "response_mode", "prompt", "max_age", "acr_values", "claims", "dpop_jkt", "ui_locales"),
    *("request", "request_uri", "id_token_hint", "login_hint", "display", "unknown"),
]
LIKELY = [
    *("code", "S256", "openid", "openid town.read", "openid profile", "query", "form_post", "none", "login consent"),
    *(REDIRECT, REDIRECT + "/", "https://evil.example/", CHALLENGE, "0", "300", "-1", "town", *Acr),
    *('{"id_token":{"acr":{"essential":true,"values":["urn:kashima:acr:passkey"]}}}', "[]"),
]
values = st.sampled_from(LIKELY) | st.text(max_size=60)
levels = st.sampled_from(list(Acr))
seconds = st.integers(0, 2_000)
parameters = st.dictionaries(st.sampled_from(NAMES), st.lists(values, max_size=2), max_size=8).map(
    lambda changes: {**PLAIN, **changes}
)
proofs = st.builds(lambda acr, ago: Authentication(acr, (), NOW - timedelta(seconds=ago)), levels, seconds)


def answer_or_refusal(work: Callable[[], Result]) -> Result | Refusal:
    """What a decision answers, or its refusal."""
    try:
        return work()
    except Refusal as refusal:
        return refusal


@settings(deadline=None, max_examples=200)
@given(parameters)
def test_a_request_is_read_or_refused_and_only_a_registered_address_is_ever_answered(
    sent: Mapping[str, list[str]],
) -> None:
    address = answer_or_refusal(lambda: read_return_address(sent, TOWN))
    request = answer_or_refusal(lambda: read_authorization_request(sent, TOWN))
    if isinstance(request, Refusal):
        assert isinstance(request, RedirectUriNotRegistered) == isinstance(address, Refusal)
    else:
        assert not isinstance(address, Refusal)
        assert (address.redirect_uri, address.state) == (request.redirect_uri, request.state)
        assert request.redirect_uri in TOWN.redirect_uris
        assert set(request.scopes) <= TOWN.scopes
        assert "openid" in request.scopes
        assert request.code_challenge == sent["code_challenge"][0]
        assert request.response_mode in RESPONSE_MODES
        assert "none" not in request.prompts or len(request.prompts) == 1
        assert all(len(given) <= 1 for given in sent.values())
        for text in (request.state, request.nonce, request.ui_locale):
            assert text is None or (len(text) <= TEXT_LENGTH_MAX and text.isascii() and text.isprintable())


clients = st.builds(
    lambda acr, age, consent, serves: replace(TOWN, acr_min=acr, max_age_s=age, consent=consent, serves=serves),
    levels,
    st.none() | seconds,
    st.sampled_from(ConsentRule),
    st.sampled_from(HolderKind),
)
requests = st.builds(
    lambda prompts, age, acrs, scopes: AuthorizationRequest(
        client_id="town",
        redirect_uri=REDIRECT,
        scopes=("openid", *scopes),
        code_challenge=CHALLENGE,
        prompts=prompts,
        max_age_s=age,
        acr_values=tuple(acrs),
    ),
    st.sampled_from([frozenset({"none"})]) | st.frozensets(st.sampled_from(["login", "consent", "select_account"])),
    st.none() | seconds,
    st.lists(levels, max_size=3, unique=True),
    st.sets(st.sampled_from(["town.read", "town.write"])),
)
sessions = st.none() | st.builds(
    lambda given, kind: ProviderSession(
        derived_id("session", "one"),
        Holder(kind, derived_id("holder", kind.value)),
        "Chrome",
        NOW - timedelta(hours=1),
        NOW,
        NOW + timedelta(hours=11),
        tuple(given),
    ),
    st.lists(proofs, min_size=1, max_size=4),
    st.sampled_from(HolderKind),
)
consents = st.lists(
    st.builds(
        lambda scopes, ago, version: agreement("openid", *scopes, seconds_ago=ago, text_version=version),
        st.sets(st.sampled_from(["town.read", "town.write"])),
        seconds,
        st.integers(1, 2),
    ),
    max_size=2,
)


def enough(have: Acr, wanted: Acr) -> bool:
    """A member of staff has shown a passkey."""
    return is_enough(have, wanted) or (have is Acr.STAFF and is_enough(Acr.PASSKEY, wanted))


@settings(deadline=None, max_examples=200)
@given(requests, clients, sessions, consents, seconds)
def test_an_answer_never_rests_on_a_proof_that_is_too_old_too_weak_or_somebody_elses(
    request: AuthorizationRequest,
    client: Client,
    session: ProviderSession | None,
    given: list[ConsentView],
    asked_ago_s: int,
) -> None:
    asked_at = NOW - timedelta(seconds=asked_ago_s)
    decision = answer_or_refusal(lambda: decide_next_step(request, client, session, given, asked_at=asked_at, now=NOW))
    if isinstance(decision, Refusal):
        assert "none" in request.prompts or not isinstance(decision, LoginRequired | ConsentRequired)
        return
    if decision.step is not Step.ANSWER:
        assert "none" not in request.prompts
        assert decision.wanted or decision.step is Step.CONSENT
        return
    assert session is not None
    assert session.holder.kind is client.serves
    _check_proof(decision, request, client, session, asked_ago_s)
    _check_agreement(request, client, given, asked_ago_s)


def _check_proof(
    decision: Decision, request: AuthorizationRequest, client: Client, session: ProviderSession, asked_ago_s: int
) -> None:
    proof = decision.authentication
    assert proof is not None
    given = [one for one in session.authentications if (one.at, one.amr) == (proof.at, proof.amr)]
    strong = [one for one in given if enough(one.acr, client.acr_min) and enough(one.acr, proof.acr)]
    assert strong, "the level that is told is one that was proved"
    assert not request.acr_values or proof.acr in request.acr_values
    age_s = (NOW - proof.at).total_seconds()
    if age_s > asked_ago_s:
        assert not request.prompts & {"login", "select_account"}
        assert all(age_s <= limit for limit in (request.max_age_s, client.max_age_s) if limit is not None)


def _check_agreement(request: AuthorizationRequest, client: Client, given: list[ConsentView], asked_ago_s: int) -> None:
    if client.consent is ConsentRule.SKIP and "consent" not in request.prompts:
        return
    asks_now = client.consent is ConsentRule.ALWAYS or "consent" in request.prompts
    newest_ago_s = asked_ago_s if asks_now else 10**6
    assert any(
        set(request.scopes) <= set(one.scopes)
        and one.text_version == client.consent_version
        and NOW - one.given_at <= timedelta(seconds=newest_ago_s)
        for one in given
    )


@settings(deadline=None, max_examples=200)
@given(requests, clients)
def test_whoever_signs_in_at_one_of_the_levels_that_are_wanted_needs_no_other_sign_in(
    request: AuthorizationRequest, client: Client
) -> None:
    asked = replace(request, prompts=request.prompts - {"none"})
    try:
        wanted = decide_next_step(asked, client, None, [], asked_at=NOW, now=NOW).wanted
    except LevelNotReachable:
        return
    ways = [acr for acr in REACHABLE[client.serves] if any(enough(acr, one) for one in wanted)]
    assert ways
    holder = Holder(client.serves, derived_id("holder", "one"))
    for acr in ways:
        made = ProviderSession(
            derived_id("session", "one"), holder, "", NOW, NOW, NOW + timedelta(1), (Authentication(acr, (), NOW),)
        )
        assert decide_next_step(asked, client, made, [], asked_at=NOW, now=NOW).step is not Step.SIGN_IN


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["town", "farm"]),
    st.sampled_from([REDIRECT, "https://farm.example/", None]),
    st.sampled_from([None, "one", "two"]),
    st.sampled_from([None, "one", "two"]),
    st.booleans(),
    st.booleans(),
    st.integers(-100, 100),
)
def test_nothing_that_was_used_ended_or_is_another_applications_opens_anything(
    client_id: str,
    redirect_uri: str | None,
    bound_to: str | None,
    thumbprint: str | None,
    is_used: bool,
    is_revoked: bool,
    left_s: int,
) -> None:
    end = NOW + timedelta(seconds=left_s)
    made = grant(expires_at=end, revoked_at=NOW if is_revoked else None)
    used_at = NOW if is_used else None
    code = CodeState(made, REDIRECT, CHALLENGE, bound_to, end, used_at)
    judged = judge_code(code, client_id=client_id, redirect_uri=redirect_uri, thumbprint=thumbprint, now=NOW)
    stands = client_id == "town" and not is_used and not is_revoked and left_s > 0
    assert (judged is Verdict.GOOD) == (stands and redirect_uri == REDIRECT and bound_to in (None, thumbprint))
    refresh = judge_refresh(
        RefreshState(made, 1, bound_to, used_at), client_id=client_id, thumbprint=thumbprint, now=NOW
    )
    assert (refresh is Verdict.GOOD) == (stands and bound_to == thumbprint)
    if client_id != "town":
        assert {judged, refresh} == {Verdict.REFUSED}, "nobody ends what is another application's"


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40))
def test_any_typed_code_is_read_and_a_shown_one_as_itself(typed: str) -> None:
    read = read_user_code(typed)
    with contextlib.suppress(IndexError):
        assert read_user_code(read) == read
    shown = new_user_code()
    assert read_user_code(f" {shown.lower()} ") == shown
