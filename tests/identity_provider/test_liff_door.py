"""LINE's mini app as a door, over HTTP and against its double: a token of its own kind lets in, once, and no other."""

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from identity.model import Acr
from identity.provider.jose.base64url import from_base64url, to_base64url
from identity.provider.jose.pkce import challenge_of
from kashiman.demo.line_double.process import RunningLine
from tests.identity.provider.jose.samples import claims_of
from tests.identity.provider.operations.world import TOWN, VERIFIER
from tests.identity_provider.application import Application, Response, go, handle_of, landed
from tests.identity_provider.conftest import City, TestClient
from tests.identity_provider.test_line_door import CALLBACK, come_back, sent_away
from tests.identity_provider.test_line_door import door as door
from tests.identity_provider.test_line_door import line as line


@pytest.fixture
def hanako(browser: TestClient, city: City, door: RunningLine) -> str:
    """The LINE user whom the resident tied to herself; nobody is signed in in the browser any more."""
    user_id = door.control.add_user("花子")
    browser.get("/id/sign-in")
    browser.post("/id/sign-in", data={"code": city.code})
    come_back(browser, door.control.sign_in(sent_away(browser, "/id/account/line"), user_id))
    browser.cookies.clear()
    return user_id


def bring(browser: TestClient, token: str, handle: str = "") -> Response:
    answer: Response = browser.post("/id/liff", data={"id_token": token, "handle": handle}, follow_redirects=False)
    return answer


def is_signed_in(browser: TestClient) -> bool:
    return "登録のかくにん" in browser.get("/id/account").text


def test_a_token_of_the_mini_app_signs_in_whom_it_was_tied_to(
    browser: TestClient, city: City, door: RunningLine, hanako: str
) -> None:
    answer = bring(browser, door.control.open_liff(hanako))
    assert (answer.status_code, answer.headers["location"]) == (303, "/id/account")
    assert "鹿島 花子" in browser.get("/id/account").text
    proofs = city.rows("SELECT acr, amr FROM identity.authentications ORDER BY at DESC, acr LIMIT 1")
    assert proofs == [("urn:kashima:acr:line", ["linesso"])]


def test_asvs_10_5_1_a_token_is_good_once(browser: TestClient, door: RunningLine, hanako: str) -> None:
    token = door.control.open_liff(hanako)
    assert bring(browser, token).headers["location"] == "/id/account"
    browser.cookies.clear()
    assert "reason=provider_sign_in_state_wrong" in bring(browser, token).headers["location"]
    header, claims, signature = token.split(".")
    r, s = (int.from_bytes(half, "big") for half in (from_base64url(signature)[:32], from_base64url(signature)[32:]))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = to_base64url(r.to_bytes(32, "big") + (order - s).to_bytes(32, "big"))
    assert "reason=provider_sign_in_state_wrong" in bring(browser, f"{header}.{claims}.{other}").headers["location"]
    assert not is_signed_in(browser)


def test_asvs_9_1_2_the_token_of_a_web_login_opens_nothing_here(
    browser: TestClient, door: RunningLine, hanako: str
) -> None:
    """The double signs a web login as LINE does: HS256 and the channel secret, for the same channel and user."""
    token = web_token(door, hanako)
    assert json.loads(from_base64url(token.split(".")[0]))["alg"] == "HS256"
    assert "reason=provider_token_invalid" in bring(browser, token).headers["location"]
    assert not is_signed_in(browser)


def web_token(door: RunningLine, user_id: str) -> str:
    """The ID token that LINE gives at its token endpoint after a login in a browser."""
    asked = {
        "response_type": "code",
        "client_id": door.channel_id,
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "state": "s",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    back = door.control.sign_in(f"{door.base}/oauth2/v2.1/authorize?{urlencode(asked)}", user_id)
    form = {
        "grant_type": "authorization_code",
        "code": back.params["code"],
        "redirect_uri": CALLBACK,
        "client_id": door.channel_id,
        "client_secret": door.channel_secret,
        "code_verifier": VERIFIER,
    }
    answer = httpx.post(f"{door.base}/oauth2/v2.1/token", data=form, trust_env=False)
    return str(answer.raise_for_status().json()["id_token"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"age_s": 400}, "provider_token_invalid"),
        ({"channel_id": "1650000002"}, "provider_token_invalid"),
        (None, "provider_not_linked"),
    ],
    ids=["old", "of another channel", "of a stranger"],
)
def test_asvs_10_5_4_a_token_that_is_old_or_of_others_lets_in_nobody(
    browser: TestClient, city: City, door: RunningLine, hanako: str, change: dict[str, Any] | None, code: str
) -> None:
    user_id = hanako if change is not None else door.control.add_user("知らない人")
    answer = bring(browser, door.control.open_liff(user_id, **(change or {})))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/id/sign-in?reason={code}")
    assert not is_signed_in(browser)


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "x" * 20_000], ids=["none", "no token", "no ASCII", "long"])
def test_what_is_no_token_lets_in_nobody(browser: TestClient, door: RunningLine, token: str) -> None:
    assert bring(browser, token).headers["location"] == "/id/sign-in?reason=provider_token_invalid"


def test_asvs_3_5_1_no_other_site_signs_somebody_in(browser: TestClient, door: RunningLine, hanako: str) -> None:
    token = door.control.open_liff(hanako)
    answer = browser.post("/id/liff", data={"id_token": token}, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, "origin_not_ours" in answer.text) == (403, True)
    assert not is_signed_in(browser)


def test_with_the_handle_of_a_request_it_goes_on_to_the_application(
    browser: TestClient, city: City, town: Application, door: RunningLine, hanako: str
) -> None:
    city.register(replace(TOWN, acr_min=Acr.LINE))
    page = browser.get(f"/id/liff?handle={handle_of(town.authorize(browser))}")
    assert page.status_code == 200
    answer = go(browser, bring(browser, door.control.open_liff(hanako), handle_of(page)))
    claims = claims_of(town.exchange(landed(answer, town.redirect_uri)["code"]).json()["id_token"])
    assert (claims["acr"], claims["amr"]) == ("urn:kashima:acr:line", ["linesso"])


def test_an_application_that_wants_a_new_login_is_not_given_an_open_app_for_one(
    browser: TestClient, city: City, town: Application, door: RunningLine, hanako: str
) -> None:
    """LINE's app is open for as long as its telephone, and its token tells of no login."""
    city.register(replace(TOWN, acr_min=Acr.LINE))
    answer = bring(browser, door.control.open_liff(hanako), handle_of(town.authorize(browser, prompt="login")))
    assert (answer.status_code, "provider_login_too_old" in answer.text) == (403, True)
    assert not is_signed_in(browser)


def test_the_page_runs_a_script_of_line_and_of_nobody_else(browser: TestClient, door: RunningLine) -> None:
    page = browser.get("/id/liff?handle=<x>")
    scripts = re.findall(r'<script src="([^"]+)" defer></script>', page.text)
    assert scripts == [door.liff_sdk, "/static/id/liff.js"]
    assert f'data-liff="{door.liff_id}"' in page.text
    assert 'name="handle" value="&lt;x&gt;"' in page.text
    rules = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert rules["script-src"] == f"'self' {door.base} https://liffsdk.line-scdn.net"
    assert (rules["frame-ancestors"], rules["form-action"], rules["default-src"]) == ("'none'", "'self'", "'self'")
    assert "script-src" not in browser.get("/id/sign-in").headers["content-security-policy"]


def test_without_a_mini_app_there_is_no_page_of_it(browser: TestClient, app: FastAPI) -> None:
    assert app.state.provider.liff is None
    answer = browser.get("/id/liff", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/id/sign-in")
