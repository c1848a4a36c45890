"""An application may send somebody here by a form to sign out (OpenID Connect RP-Initiated Logout 1.0, section 2)."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.identity.provider.operations.world import TOWN
from tests.identity_provider.application import Application, Response, go, landed, submit
from tests.identity_provider.conftest import City, TestClient

BACK = TOWN.post_logout_redirect_uris[0]
THEIRS = "https://town.example"
ORIGINS = [THEIRS, "null", "https://evil.example"]


def send(browser: TestClient, origin: str | None, *, with_cookies: bool = True, **form: str) -> Response:
    """A form from another site; browsers keep cookies of ours from it, unless they are old or the site is near."""
    kept = browser.headers.pop("Origin", None)
    cookies = dict(browser.cookies)
    if not with_cookies:
        browser.cookies.clear()
    headers = {"Origin": origin} if origin is not None else {}
    answer: Response = browser.post("/id/logout", data=form, headers=headers, follow_redirects=False)
    if not with_cookies:
        for name, value in cookies.items():
            browser.cookies.set(name, value)
    if kept is not None:
        browser.headers["Origin"] = kept
    return answer


def is_signed_in(town: Application, browser: TestClient) -> bool:
    return "code" in landed(town.authorize(browser, prompt="none"), town.redirect_uri)


@pytest.mark.parametrize("with_cookies", [True, False])
@pytest.mark.parametrize("origin", [*ORIGINS, None])
def test_a_form_with_the_hint_of_this_sign_in_signs_out_and_goes_back_as_a_link_does(
    browser: TestClient, town: Application, city: City, origin: str | None, with_cookies: bool
) -> None:
    hint = town.tokens(browser, city.code)["id_token"]
    form = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "s 1&", "client_id": "town"}
    answer = go(browser, send(browser, origin, with_cookies=with_cookies, **form))
    assert landed(answer, BACK) == {"state": "s 1&"}
    assert not is_signed_in(town, browser)


@pytest.mark.parametrize("with_cookies", [True, False])
@pytest.mark.parametrize("hint", ["none", "forged", "of another sign-in", "of another application"])
def test_asvs_10_6_2_without_that_hint_nothing_ends_before_the_person_says_so(
    browser: TestClient, another_browser: TestClient, town: Application, city: City, hint: str, with_cookies: bool
) -> None:
    own = town.tokens(browser, city.code)["id_token"]
    hints = {
        "none": {},
        "forged": {"id_token_hint": "a.b.c"},
        "of another sign-in": {"id_token_hint": town.tokens(another_browser, city.code)["id_token"]},
        "of another application": {"id_token_hint": own, "client_id": "farm"},
    }
    form = {"client_id": "town", "post_logout_redirect_uri": BACK, "state": "s", **hints[hint]}
    page = go(browser, send(browser, THEIRS, with_cookies=with_cookies, **form))
    assert (page.status_code, "ログアウトしますか" in page.text) == (200, True)
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert is_signed_in(town, browser), "nothing has ended yet"
    assert 'action="/id/logout/confirm"' in page.text
    fields = dict(re.findall(r'name="(client_id|post_logout_redirect_uri|state)" value="([^"]*)"', page.text))
    answer = submit(browser, "/id/logout/confirm", **fields)
    assert not is_signed_in(town, browser)
    assert landed(answer, BACK) == {"state": "s"} if fields else answer.status_code == 200
    assert bool(fields) == (hint != "of another application"), "the farm registered no such address"


@pytest.mark.parametrize("origin", [*ORIGINS, None])
def test_asvs_3_5_1_what_the_person_says_is_not_said_by_another_site(
    browser: TestClient, town: Application, city: City, origin: str | None
) -> None:
    town.sign_in(browser, city.code)
    del browser.headers["Origin"]
    headers = {"Origin": origin} if origin is not None else {}
    answer = browser.post("/id/logout/confirm", data={"client_id": "town"}, headers=headers, follow_redirects=False)
    assert (answer.status_code, "origin_not_ours" in answer.text) == (403, True)
    assert is_signed_in(town, browser)


def test_asvs_10_4_1_a_form_leads_only_to_registered_addresses(
    browser: TestClient, town: Application, city: City
) -> None:
    for uri in ("https://evil.example/", "//evil.example", f"{BACK}/x"):
        hint = town.tokens(browser, city.code)["id_token"]
        answer = send(browser, THEIRS, id_token_hint=hint, post_logout_redirect_uri=uri, state="s")
        assert (answer.status_code, answer.headers["location"]) == (303, "/id/sign-in?reason=signed_out")


def test_a_browser_that_kept_its_cookie_is_sent_to_the_link_that_brings_it(
    browser: TestClient, town: Application, city: City
) -> None:
    hint = town.tokens(browser, city.code)["id_token"]
    form = {"id_token_hint": hint, "state": "s 1", "logout_hint": "hanako", "ui_locales": "ja"}
    answer = send(browser, THEIRS, with_cookies=False, **form)
    target = urlsplit(answer.headers["location"])
    assert (answer.status_code, target.netloc, target.path) == (303, "", "/id/logout")
    assert parse_qs(target.query) == {"id_token_hint": [hint], "state": ["s 1"]}, "what has no meaning here is left out"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert not answer.headers.get_list("set-cookie")


def test_nobody_who_is_signed_in_is_sent_back_all_the_same(browser: TestClient, town: Application, city: City) -> None:
    answer = go(browser, send(browser, THEIRS, client_id="town", post_logout_redirect_uri=BACK))
    assert landed(answer, BACK) == {}


@pytest.mark.parametrize(
    "body",
    [
        {"content": urlencode([("state", "a"), ("state", "b")])},
        {"content": urlencode([(f"x{number}", "") for number in range(41)])},
        {"files": {"state": b"a file"}},
    ],
    ids=["twice", "a flood", "a file"],
)
def test_asvs_2_2_1_a_form_that_is_none_is_refused_and_ends_nothing(
    browser: TestClient, town: Application, city: City, body: dict[str, Any]
) -> None:
    town.sign_in(browser, city.code)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if "content" in body else {}
    answer = browser.post("/id/logout", headers=headers, follow_redirects=False, **body)
    assert (answer.status_code, "authorization_request_invalid" in answer.text) == (400, True)
    assert is_signed_in(town, browser)
