"""Signing in through the provider: there, back, and out again."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from identity.model import Acr, Holder, HolderKind, ProvenSignIn
from identity.provider.jose.client_assertion import verify_client_assertion
from identity.provider.jose.keys import jwks, new_signing_key
from identity.provider.jose.pkce import challenge_of
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.start_session import start_session
from kernel.db import Database
from tests.sign_ins import CLIENT_KEY
from tests.wallet_api.answering_provider import REQUEST_URI, AnsweringProvider
from tests.wallet_api.conftest import HOST, ISSUER
from tests.wallet_api.forms import leads_to
from tests.wallet_api.world import NOW, World
from wallet_api.parts import WalletParts

SCREENS = ["/wallet/", "/wallet/pay", "/wallet/code", "/wallet/buy", "/wallet/history"]
NOT_FINISHED = "/wallet/sign-in?reason=sign_in_not_finished"
BEGIN, CALLBACK = "/wallet/sign-in/begin", "/wallet/sign-in/callback"
COOKIE, PENDING = "__Host-kashiman_wallet", "__Host-kashiman_wallet_pending"


@pytest.fixture
def holder(world: World) -> Holder:
    return Holder(HolderKind.RESIDENT, world.person_id)


@pytest.fixture
def provider(app: FastAPI, parts: WalletParts, holder: Holder) -> AnsweringProvider:
    """A provider at which the resident has signed in, and which the wallet can reach."""
    proven = ProvenSignIn(holder, Acr.POSTCARD, ("otp",), NOW)
    started = parts.database.run(
        lambda session: start_session(session, proven, cookie=None, browser="Chrome (Android)", now=NOW)
    )
    answering = AnsweringProvider(ISSUER, started.session_id, NOW)
    app.state.wallet = replace(parts, sign_in=answering.client())
    return answering


def come_back(browser: TestClient, provider: AnsweringProvider, **changes: str | None) -> Response:
    """Begin, and come back as the provider sends a browser back, with changes."""
    browser.get(BEGIN)
    answer: Response = browser.get(CALLBACK, params=provider.way_back(**changes))
    return answer


def cookies_set(answer: Response) -> dict[str, str]:
    return {header.split("=")[0]: header for header in answer.headers.get_list("set-cookie")}


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_asvs_8_2_1(stranger: TestClient) -> None:
    for path in SCREENS:
        assert leads_to(stranger.get(path)) == "/wallet/sign-in?reason=not_signed_in"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("signed_out", "ログアウトしました"),
        ("not_signed_in", "時間がたつと自動でログアウトします"),
        ("sign_in_not_finished", "ログインが終わっていません"),
        ("provider_down", "かしまIDにつながりませんでした"),
    ],
)
def test_the_sign_in_page_says_why_somebody_is_there(stranger: TestClient, reason: str, said: str) -> None:
    page = stranger.get("/wallet/sign-in", params={"reason": reason})
    assert page.status_code == 200
    assert said in page.text
    assert re.findall(r'<a class="button button-first" href="([^"]+)"', page.text) == [BEGIN]


def test_a_reason_that_nobody_gave_says_nothing_asvs_1_2_1(stranger: TestClient) -> None:
    plain = stranger.get("/wallet/sign-in")
    assert 'role="status"' not in plain.text
    asked = stranger.get("/wallet/sign-in", params={"reason": "<b>"}).text
    assert asked.replace("?reason=%3Cb%3E", "") == plain.text


def test_a_provider_that_does_not_answer_moved_no_money(stranger: TestClient) -> None:
    answer = stranger.get(BEGIN)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "かしまIDにつながりませんでした" in answer.text
    assert "お金は動いていません" in answer.text
    assert "set-cookie" not in answer.headers


def test_signing_in_leads_to_the_provider_and_then_home(stranger: TestClient, provider: AnsweringProvider) -> None:
    address = urlsplit(leads_to(stranger.get(BEGIN)))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ISSUER}/id/authorize"
    assert parse_qs(address.query) == {"client_id": ["wallet"], "request_uri": [REQUEST_URI]}
    assert leads_to(stranger.get(CALLBACK, params=provider.way_back())) == "/wallet/"
    assert "8,000円" in stranger.get("/wallet/").text


def test_what_is_asked_goes_to_the_provider_itself_asvs_10_2_1(
    stranger: TestClient, provider: AnsweringProvider
) -> None:
    assert leads_to(come_back(stranger, provider)) == "/wallet/"
    pushed, (exchanged,) = provider.pushed, provider.exchanged
    assert (pushed["response_type"], pushed["scope"]) == ("code", "openid")
    assert pushed["redirect_uri"] == exchanged["redirect_uri"] == f"{ISSUER}{CALLBACK}"
    assert pushed["code_challenge_method"] == "S256"
    assert pushed["code_challenge"] == challenge_of(exchanged["code_verifier"])


def test_the_wallet_proves_itself_with_its_key_anew_each_time_asvs_10_4_16(
    stranger: TestClient, provider: AnsweringProvider
) -> None:
    come_back(stranger, provider)
    proofs = [
        verify_client_assertion(
            form["client_assertion"], client_id="wallet", client_jwks=jwks([CLIENT_KEY]), audiences=[ISSUER], now=NOW
        )
        for form in (provider.pushed, *provider.exchanged)
    ]
    assert len({proof.jti for proof in proofs}) == 2


def test_each_sign_in_has_secrets_of_its_own_asvs_10_1_2(stranger: TestClient, provider: AnsweringProvider) -> None:
    seen: list[str] = []
    for _ in range(3):
        stranger.get(BEGIN)
        seen += [provider.pushed[name] for name in ("state", "nonce", "code_challenge")]
    assert len(set(seen)) == 9
    assert min(map(len, seen)) >= 32


def test_the_browser_gets_cookies_and_never_a_token_asvs_10_1_1(
    stranger: TestClient, provider: AnsweringProvider
) -> None:
    begun = stranger.get(BEGIN)
    back = stranger.get(CALLBACK, params=provider.way_back())
    assert cookies_set(begun).keys() == {PENDING}
    assert cookies_set(back).keys() == {COOKIE, PENDING}
    assert "the-access-token" not in f"{back.headers}{back.text}"
    secret = stranger.cookies[COOKIE]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
    assert PENDING not in stranger.cookies


def test_the_cookies_are_secure_and_hidden_and_of_this_host_alone_asvs_3_3_1(
    stranger: TestClient, provider: AnsweringProvider
) -> None:
    pending = cookies_set(stranger.get(BEGIN))[PENDING]
    session = cookies_set(stranger.get(CALLBACK, params=provider.way_back()))[COOKIE]
    flags = ["Path=/", "SameSite=lax", "Secure"]
    assert pending.split("; ")[1:] == ["HttpOnly", "Max-Age=600", *flags]
    assert session.split("; ")[1:] == ["HttpOnly", "Max-Age=43200", *flags]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": None},
        {"state": "a-state-of-somebody-else"},
        {"state": "ｓｔａｔｅ"},
        {"iss": None},
        {"iss": "https://elsewhere.example"},
        {"iss": f"{ISSUER}/"},
        {"code": None},
        {"code": None, "error": "access_denied"},
        {"error": "server_error"},
    ],
)
def test_a_way_back_that_does_not_fit_the_way_there_signs_nobody_in_asvs_10_2_1_and_10_2_2(
    stranger: TestClient, provider: AnsweringProvider, changes: dict[str, str | None]
) -> None:
    answer = come_back(stranger, provider, **changes)
    assert leads_to(answer) == NOT_FINISHED
    assert COOKIE not in cookies_set(answer)
    assert provider.exchanged == []


@pytest.mark.parametrize("pending", [None, "", "one.two", "one..three", "a.b.c", "a.b.c.d"])
def test_a_browser_that_did_not_begin_is_not_signed_in_asvs_10_1_2(
    stranger: TestClient, provider: AnsweringProvider, pending: str | None
) -> None:
    stranger.get(BEGIN)
    stranger.cookies.clear()
    if pending is not None:
        stranger.cookies.set(PENDING, pending, domain=HOST)
    answer = stranger.get(CALLBACK, params=provider.way_back())
    assert leads_to(answer) == NOT_FINISHED
    assert provider.exchanged == []


def test_a_code_that_the_provider_does_not_accept_signs_nobody_in(
    stranger: TestClient, provider: AnsweringProvider
) -> None:
    answer = come_back(stranger, provider, code="another-code")
    assert leads_to(answer) == NOT_FINISHED
    assert COOKIE not in cookies_set(answer)


def test_a_way_back_that_was_gone_is_not_gone_again(stranger: TestClient, provider: AnsweringProvider) -> None:
    come_back(stranger, provider)
    assert leads_to(stranger.get(CALLBACK, params=provider.way_back())) == NOT_FINISHED
    assert len(provider.exchanged) == 1


@pytest.mark.parametrize(
    "flaws",
    [
        {"issuer": "https://elsewhere.example"},
        {"audience": "shop"},
        {"azp": "shop"},
        {"nonce": "a-nonce-of-an-earlier-sign-in"},
        {"nonce": None},
        {"expires_at": NOW},
        {"issued_at": NOW + timedelta(minutes=2)},
        {"access_token": "another-access-token"},
    ],
    ids="_".join,
)
def test_an_id_token_that_is_not_for_us_now_signs_nobody_in_asvs_10_5_1_and_10_5_4(
    stranger: TestClient, provider: AnsweringProvider, flaws: dict[str, Any]
) -> None:
    provider.flaws = flaws
    answer = come_back(stranger, provider)
    assert leads_to(answer) == NOT_FINISHED
    assert COOKIE not in cookies_set(answer)


def test_an_id_token_that_somebody_else_signed_signs_nobody_in_asvs_9_1_1_and_9_1_3(
    stranger: TestClient, provider: AnsweringProvider
) -> None:
    for key in (new_signing_key("ES256"), replace(new_signing_key("ES256"), kid=provider.key.kid)):
        provider.signs_with = key
        assert leads_to(come_back(stranger, provider)) == NOT_FINISHED


def test_a_sign_in_that_ended_on_the_way_opens_nothing_asvs_7_4_1(
    stranger: TestClient, provider: AnsweringProvider, parts: WalletParts, holder: Holder
) -> None:
    parts.database.run(lambda session: end_sessions(session, holder, now=NOW))
    answer = come_back(stranger, provider)
    assert leads_to(answer) == "/wallet/sign-in?reason=not_signed_in"
    assert COOKIE not in cookies_set(answer)


def test_a_provider_that_is_lost_on_the_way_is_said_and_moved_no_money(
    stranger: TestClient, provider: AnsweringProvider
) -> None:
    stranger.get(BEGIN)
    provider.is_down = True
    answer = stranger.get(CALLBACK, params=provider.way_back())
    assert answer.status_code == 503
    assert "お金は動いていません" in answer.text
    assert COOKIE not in cookies_set(answer)


def test_signing_in_again_gives_another_cookie_and_ends_the_one_before_asvs_7_2_4(
    browser: TestClient, provider: AnsweringProvider
) -> None:
    before = browser.cookies[COOKIE]
    assert leads_to(come_back(browser, provider)) == "/wallet/"
    assert browser.cookies[COOKIE] != before
    assert browser.get("/wallet/").status_code == 200
    browser.cookies.set(COOKIE, before, domain=HOST)
    assert leads_to(browser.get("/wallet/")) == "/wallet/sign-in?reason=not_signed_in"


def test_signing_out_ends_the_sign_in_for_whoever_kept_the_cookie_asvs_7_4_1(browser: TestClient) -> None:
    kept = browser.cookies[COOKIE]
    assert browser.get("/wallet/").status_code == 200
    answer = browser.post("/wallet/sign-out")
    assert leads_to(answer) == "/wallet/sign-in?reason=signed_out"
    assert cookies_set(answer)[COOKIE].startswith(f'{COOKIE}=""; ')
    assert COOKIE not in browser.cookies
    browser.cookies.set(COOKIE, kept, domain=HOST)
    assert leads_to(browser.get("/wallet/")) == "/wallet/sign-in?reason=not_signed_in"


def test_signing_out_ends_the_sign_in_at_the_provider_as_well_asvs_7_6_1(
    browser: TestClient, world: World, make_database: Callable[[str], Database]
) -> None:
    browser.post("/wallet/sign-out")
    with make_database("kashiman_pay").engine.connect() as connection:
        ended = connection.exec_driver_sql(
            "SELECT ended_by FROM identity.sessions WHERE holder_id = %s", (world.person_id,)
        )
        assert [row[0] for row in ended] == ["face"]


def test_whoever_is_signed_out_already_may_sign_out(stranger: TestClient) -> None:
    assert leads_to(stranger.post("/wallet/sign-out")) == "/wallet/sign-in?reason=signed_out"
    stranger.cookies.set(COOKIE, "a-secret-that-nobody-has", domain=HOST)
    assert leads_to(stranger.post("/wallet/sign-out")) == "/wallet/sign-in?reason=signed_out"
