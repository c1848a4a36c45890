"""The provider's pages under attack: guessed codes, planted cookies, foreign forms and frames, and logging out."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from identity_provider.router import pages
from tests.identity.provider.operations.world import TOWN
from tests.identity_provider.application import ISSUER, Application, handle_of, landed, submit
from tests.identity_provider.conftest import City, TestClient

POSTS = sorted({route.path or "" for route in iter_route_contexts(pages.routes) if "POST" in (route.methods or ())})
ID = "00000000-0000-7000-8000-000000000000"


def sign_in(browser: TestClient, code: str, **form: str) -> Any:
    return browser.post("/id/sign-in", data={"code": code, **form}, follow_redirects=False)


def wrong_secret(code: str) -> str:
    """The same code with another secret."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_there_are_posts_to_guard() -> None:
    assert {"/sign-in", "/consent", "/logout/confirm", "/device", "/device/decide", "/passkey/sign-in"} <= set(POSTS)
    assert len(POSTS) >= 18


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ISSUER}.evil.example", None])
def test_asvs_3_5_1_a_form_from_elsewhere_is_refused_before_anything_else(
    browser: TestClient, city: City, origin: str | None
) -> None:
    sign_in(browser, city.code)
    del browser.headers["Origin"]
    headers = {"Origin": origin} if origin is not None else {}
    data = {"code": city.code, "decision": "allow", "user_code": "BBBB-BBBB", "handle": "x" * 43}
    for path in POSTS:
        address = "/id" + re.sub(r"\{[^}]+\}", ID, path)
        answer = browser.post(address, data=data, headers=headers, follow_redirects=False)
        assert (answer.status_code, "origin_not_ours" in answer.text) == (403, True), path
        assert "set-cookie" not in answer.headers, path
    assert city.rows("SELECT count(*) FROM identity.sessions WHERE ended_at IS NULL") == [(1,)]


def test_asvs_6_3_1_a_code_is_locked_after_five_misses_even_for_its_holder(browser: TestClient, city: City) -> None:
    for _ in range(5):
        assert sign_in(browser, wrong_secret(city.code)).status_code == 401
    locked = sign_in(browser, city.code)
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "Fri, 20 Nov 2026 01:15:00 GMT")
    assert "kashima_id" not in browser.cookies
    city.clock.advance(timedelta(minutes=15))
    assert sign_in(browser, city.code).status_code == 303


def test_asvs_6_3_1_an_address_that_guesses_is_not_heard_any_more_and_others_are(
    browser: TestClient, another_browser: TestClient, town: Application, city: City
) -> None:
    for number in range(20):
        assert sign_in(browser, f"ZZZ{number % 10}-ZZZZ-ZZZZ-ZZ").status_code == 401
    city.clock.advance(timedelta(seconds=10))
    for handle in ("", handle_of(town.authorize(browser))):
        answer = sign_in(browser, city.code, handle=handle)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "590"), "no code is looked at from there"
    assert sign_in(another_browser, city.code).status_code == 303
    city.clock.advance(timedelta(minutes=10))
    assert sign_in(browser, city.code).status_code == 303


def test_asvs_6_3_8_a_wrong_and_an_unknown_code_are_told_alike(browser: TestClient, city: City) -> None:
    answers = [sign_in(browser, code) for code in (wrong_secret(city.code), "ZZZZ-ZZZZ-ZZZZ-ZZ")]
    assert {answer.status_code for answer in answers} == {401}
    texts = {re.sub(r"\s+", " ", answer.text) for answer in answers}
    assert len(texts) == 1


def test_asvs_7_2_4_the_cookie_changes_with_every_proof_and_the_old_one_is_worthless(
    browser: TestClient, app: FastAPI, city: City
) -> None:
    sign_in(browser, city.code)
    first = browser.cookies["kashima_id"]
    city.clock.advance(timedelta(seconds=1))
    sign_in(browser, city.code)
    second = browser.cookies["kashima_id"]
    assert first != second
    thief = TestClient(app, base_url=ISSUER, cookies={"kashima_id": first})
    assert str(thief.get("/id/account").url).endswith("/id/sign-in?reason=not_signed_in")
    assert "登録のかくにん" in browser.get("/id/account").text


@pytest.mark.parametrize("is_somebodys", [True, False])
def test_asvs_7_2_4_a_cookie_planted_before_the_sign_in_is_worthless_afterwards(
    browser: TestClient, another_browser: TestClient, city: City, is_somebodys: bool
) -> None:
    planted = "p" * 43
    if is_somebodys:
        sign_in(another_browser, city.new_resident_code())
        planted = another_browser.cookies["kashima_id"]
    browser.cookies.set("kashima_id", planted, domain="localhost.local", path="/")
    sign_in(browser, city.code)
    assert planted not in [cookie.value for cookie in browser.cookies.jar if cookie.name == "kashima_id"]
    another_browser.cookies.set("kashima_id", planted)
    assert str(another_browser.get("/id/account").url).endswith("/id/sign-in?reason=not_signed_in")


def test_asvs_3_3_1_cookies_are_for_this_host_alone_and_no_script_reads_them(app: FastAPI, city: City) -> None:
    secure = TestClient(app, base_url="https://localhost:8720", headers={"Origin": "https://localhost:8720"})
    page = secure.get("/id/sign-in")
    answer = secure.post("/id/sign-in", data={"code": city.code}, follow_redirects=False)
    kept = [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert [cookie.partition("=")[0] for cookie in kept] == ["__Host-kashima_browser", "__Host-kashima_id"]
    for cookie in kept:
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize("path", ["/id/sign-in", "/id/account", "/id/device", "/id/logout", "/id/continue?handle=x"])
def test_asvs_3_4_6_no_page_is_framed_or_kept(browser: TestClient, city: City, path: str) -> None:
    sign_in(browser, city.code)
    answer = browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert not re.search(r"<script(?![^>]* src=)|<style| on[a-z]+=|style=", answer.text)


def test_asvs_10_4_1_logging_out_leads_only_to_registered_addresses(
    browser: TestClient, town: Application, city: City
) -> None:
    hint = town.tokens(browser, city.code)["id_token"]
    for uri in ("https://evil.example/", "//evil.example", f"{TOWN.post_logout_redirect_uris[0]}/x"):
        query = urlencode({"id_token_hint": hint, "post_logout_redirect_uri": uri, "state": "s"})
        answer = browser.get(f"/id/logout?{query}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/id/sign-in?reason=signed_out")
    for client_id in ("farm", "nobody", "\x00"):
        query = urlencode({"client_id": client_id, "post_logout_redirect_uri": TOWN.post_logout_redirect_uris[0]})
        assert browser.get(f"/id/logout?{query}", follow_redirects=False).headers["location"].startswith("/id/")


def test_logging_out_with_the_hint_of_this_sign_in_asks_nothing_and_goes_back(
    browser: TestClient, town: Application, city: City
) -> None:
    hint = town.tokens(browser, city.code)["id_token"]
    back = TOWN.post_logout_redirect_uris[0]
    query = urlencode({"id_token_hint": hint, "post_logout_redirect_uri": back, "state": "s 1"})
    answer = browser.get(f"/id/logout?{query}", follow_redirects=False)
    assert landed(answer, back) == {"state": "s 1"}
    assert "error" in landed(town.authorize(browser, prompt="none"), town.redirect_uri)


@pytest.mark.parametrize("hint", ["none", "forged", "of another sign-in"])
def test_asvs_10_6_2_without_the_hint_of_this_sign_in_the_person_is_asked_and_then_goes_back(
    browser: TestClient, another_browser: TestClient, town: Application, city: City, hint: str
) -> None:
    town.sign_in(browser, city.code)
    hints = {"none": "", "forged": "a.b.c", "of another sign-in": town.tokens(another_browser, city.code)["id_token"]}
    back = TOWN.post_logout_redirect_uris[0]
    query = {"client_id": "town", "post_logout_redirect_uri": back, "state": "s&1", "id_token_hint": hints[hint]}
    page = browser.get(f"/id/logout?{urlencode(query)}", follow_redirects=False)
    assert (page.status_code, "ログアウトしますか" in page.text) == (200, True)
    assert "form-action 'self' https://town.example;" in page.headers["content-security-policy"]
    assert "code" in landed(town.authorize(browser, prompt="none"), town.redirect_uri), "nothing has ended yet"
    fields = dict(re.findall(r'name="(client_id|post_logout_redirect_uri|state)" value="([^"]*)"', page.text))
    assert fields == {"client_id": "town", "post_logout_redirect_uri": back, "state": "s&amp;1"}
    answer = submit(browser, "/id/logout/confirm", **{**fields, "state": "s&1"})
    assert landed(answer, back) == {"state": "s&1"}
    assert "error" in landed(town.authorize(browser, prompt="none"), town.redirect_uri)


def test_asvs_7_4_1_ending_all_sign_ins_ends_the_other_browser_too(
    browser: TestClient, another_browser: TestClient, town: Application, city: City
) -> None:
    tokens = town.tokens(another_browser, city.code)
    sign_in(browser, city.code)
    assert submit(browser, "/id/account/sessions/end-all").status_code == 200
    for one in (browser, another_browser):
        assert str(one.get("/id/account").url).endswith("/id/sign-in?reason=not_signed_in")
    assert town.refresh(tokens["refresh_token"]).status_code == 400


def test_asvs_8_2_2_nobody_ends_or_withdraws_what_is_somebody_elses(
    browser: TestClient, another_browser: TestClient, farm: Application, city: City
) -> None:
    tokens = farm.tokens(another_browser, city.new_resident_code())
    sign_in(browser, city.code)
    session_id = city.rows("SELECT id FROM identity.sessions ORDER BY started_at, id")
    theirs = city.rows("SELECT session_id FROM identity.grants")[0][0]
    consent = city.rows("SELECT id FROM identity.consents")[0][0]
    assert len(session_id) == 2
    for path in (f"/id/account/sessions/{theirs}/end", f"/id/account/consents/{consent}/withdraw"):
        assert browser.post(path, follow_redirects=False).status_code == 404
    assert farm.refresh(tokens["refresh_token"]).status_code == 200


def test_a_person_withdraws_an_agreement_on_their_own_page(browser: TestClient, farm: Application, city: City) -> None:
    tokens = farm.tokens(browser, city.code)
    account = browser.get("/id/account")
    path = re.search(r'action="(/id/account/consents/[^"]+/withdraw)"', account.text)
    assert path
    page = browser.post(path[1])
    assert "つながりをやめました" in page.text
    assert farm.refresh(tokens["refresh_token"]).status_code == 400
    assert "/id/consent" in submit(browser, "/id/sign-in", handle=_handle(farm, browser), code=city.code).text


def _handle(application: Application, browser: TestClient) -> str:
    return handle_of(application.authorize(browser, prompt="login"))


@pytest.mark.parametrize("decision", ["", "yes", "ALLOW", "deny"])
def test_asvs_10_7_1_anything_but_an_outspoken_yes_is_a_no(
    browser: TestClient, farm: Application, city: City, decision: str
) -> None:
    consent = submit(browser, "/id/sign-in", handle=handle_of(farm.authorize(browser)), code=city.code)
    back = landed(submit(browser, "/id/consent", handle=handle_of(consent), decision=decision), farm.redirect_uri)
    assert (back["error"], back["iss"]) == ("access_denied", ISSUER)
    assert city.rows("SELECT count(*) FROM identity.consents") == [(0,)]
