"""The authorization endpoint under attack: nobody is sent where they should not go, and nobody else goes on."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.identity.provider.operations.world import PHONE, TOWN, parameters_of
from tests.identity_provider.application import ISSUER, Application, handle_of, landed, submit
from tests.identity_provider.conftest import City, TestClient

EVIL = "https://evil.example/"


def brought(browser: TestClient, method: str = "GET", /, **changes: Any) -> Any:
    """A browser brings a public application's request with changes."""
    sent = [(name, value) for name, values in parameters_of(PHONE, **changes).items() for value in values]
    if method == "GET":
        return browser.get(f"/id/authorize?{urlencode(sent)}", follow_redirects=False)
    return browser.post("/id/authorize", data=dict(sent), follow_redirects=False)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": EVIL},
        {"redirect_uri": f"{PHONE.redirect_uris[0]}.evil.example"},
        {"redirect_uri": f"{PHONE.redirect_uris[0]}#@evil.example"},
        {"redirect_uri": "//evil.example"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": "\x00"},
        {"client_id": None},
        {"redirect_uri": EVIL, "response_type": "token", "prompt": "none"},
        {"redirect_uri": EVIL, "request_uri": "https://evil.example/r"},
        {"redirect_uri": EVIL, "id_token_hint": "x"},
        {"request_uri": "urn:ietf:params:oauth:request_uri:unknown"},
        {"client_id": "town"},
    ],
)
def test_asvs_10_4_1_before_an_address_is_trusted_an_error_is_a_page_and_no_redirect(
    browser: TestClient, changes: dict[str, Any], method: str
) -> None:
    answer = brought(browser, method, **changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_asvs_10_4_1_a_parameter_that_comes_twice_leads_nowhere(browser: TestClient) -> None:
    for name, value in (("client_id", "town"), ("redirect_uri", EVIL)):
        query = urlencode([*((n, v[0]) for n, v in parameters_of(PHONE).items()), (name, value)])
        answer = browser.get(f"/id/authorize?{query}", follow_redirects=False)
        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize("count", [41, 400])
def test_a_flood_of_parameters_is_a_page(browser: TestClient, count: int) -> None:
    many = {f"p{number}": "x" for number in range(count)}
    for answer in (browser.get(f"/id/authorize?{urlencode(many)}"), browser.post("/id/authorize", data=many)):
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/html")


def test_a_file_among_the_parameters_is_a_page(browser: TestClient) -> None:
    answer = browser.post("/id/authorize", files={"client_id": ("x.txt", b"phone")})
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")


WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": None}, "unsupported_response_type"),
    ({"scope": "admin"}, "invalid_scope"),
    ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
    ({"request_uri": "https://evil.example/r.jwt"}, "request_uri_not_supported"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ({"prompt": "none"}, "login_required"),
    ({"id_token_hint": "forged"}, "invalid_request"),
    ({"acr_values": "urn:kashima:acr:staff"}, "unmet_authentication_requirements"),
]


@pytest.mark.parametrize(("changes", "error"), WRONG)
def test_asvs_10_4_6_later_errors_go_to_the_application_with_its_state_and_our_name(
    browser: TestClient, changes: dict[str, str | None], error: str
) -> None:
    back = landed(brought(browser, state="state-1", **changes), PHONE.redirect_uris[0])
    assert (back["error"], back["state"], back["iss"]) == (error, "state-1", ISSUER)
    assert set(back) == {"error", "error_description", "state", "iss"}


def test_asvs_10_4_13_a_confidential_application_cannot_bring_its_request_by_the_browser(browser: TestClient) -> None:
    query = urlencode({name: values[0] for name, values in parameters_of(TOWN).items()})
    back = landed(browser.get(f"/id/authorize?{query}", follow_redirects=False), TOWN.redirect_uris[0])
    assert (back["error"], back["error_description"]) == ("invalid_request", "pushed_request_needed")


def test_asvs_10_2_2_every_answer_names_who_answers(browser: TestClient, town: Application, city: City) -> None:
    back = town.sign_in(browser, city.code, state="s-1")
    assert (back["iss"], back["state"], set(back)) == (ISSUER, "s-1", {"code", "state", "iss"})


def test_asvs_10_2_1_another_browser_cannot_go_on_with_a_request(
    browser: TestClient, another_browser: TestClient, phone: Application, city: City
) -> None:
    handle = handle_of(phone.authorize(browser))
    phone.sign_in(another_browser, city.code)
    stolen = another_browser.get(f"/id/continue?handle={handle}", follow_redirects=False)
    assert stolen.status_code == 400
    assert "location" not in stolen.headers
    answer = another_browser.post("/id/consent", data={"handle": handle, "decision": "allow"}, follow_redirects=False)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "code" in landed(submit(browser, "/id/sign-in", handle=handle, code=city.code), phone.redirect_uri)


def test_asvs_10_2_1_a_request_is_answered_once(browser: TestClient, phone: Application, city: City) -> None:
    handle = handle_of(phone.authorize(browser))
    assert "code" in landed(submit(browser, "/id/sign-in", handle=handle, code=city.code), phone.redirect_uri)
    again = browser.get(f"/id/continue?handle={handle}", follow_redirects=False)
    assert (again.status_code, "location" in again.headers) == (400, False)


@pytest.mark.parametrize(
    "handle",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "x&redirect=https://evil.example",
        "link",
        "device.https://evil.example",
        "あ" * 43,
    ],
)
def test_asvs_3_7_2_what_is_no_handle_leads_to_ones_own_page(browser: TestClient, city: City, handle: str) -> None:
    answer = browser.post("/id/sign-in", data={"handle": handle, "code": city.code}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/id/account")


def test_the_page_lets_its_form_end_at_the_application_and_nowhere_else(
    browser: TestClient, farm: Application, phone: Application, city: City
) -> None:
    pages = [phone.authorize(browser)]
    pages.append(browser.post("/id/sign-in", data={"handle": handle_of(pages[0]), "code": "AAAA-BBBB-CCCC-DD"}))
    consent = submit(browser, "/id/sign-in", handle=handle_of(farm.authorize(browser)), code=city.code)
    assert "/id/consent" in consent.text
    allowed = {"https://phone.example": pages, "https://farm.example": [consent]}
    for origin, shown in allowed.items():
        for page in shown:
            policy = page.headers["content-security-policy"]
            assert f"form-action 'self' {origin};" in policy
            assert "frame-ancestors 'none'" in policy
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
    account = browser.get("/id/account").headers["content-security-policy"]
    assert "form-action 'self';" in account


def test_a_mistyped_code_is_asked_for_again_for_the_same_application(
    browser: TestClient, phone: Application, city: City
) -> None:
    page = phone.authorize(browser)
    again = browser.post("/id/sign-in", data={"handle": handle_of(page), "code": "AAAA-BBBB-CCCC-DD"})
    assert again.status_code == 401
    assert PHONE.name_ja in again.text
    assert "AAAA-BBBB-CCCC-DD" not in again.text
    back = landed(submit(browser, "/id/sign-in", handle=handle_of(again), code=city.code), phone.redirect_uri)
    assert "code" in back


def test_an_answer_by_form_post_is_escaped_and_goes_to_the_application_alone(
    browser: TestClient, phone: Application, city: City
) -> None:
    nasty = '"><script>alert(1)</script>'
    page = phone.authorize(browser, response_mode="form_post", state=nasty)
    answer = submit(browser, "/id/sign-in", handle=handle_of(page), code=city.code)
    assert answer.status_code == 200
    assert f'action="{phone.redirect_uri}"' in answer.text
    assert "<script>alert" not in answer.text
    assert re.search(r'name="code" value="[\w-]{43}"', answer.text)
    assert f'name="iss" value="{ISSUER}"' in answer.text
    assert "form-action 'self' https://phone.example;" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    refused = phone.authorize(browser, response_mode="form_post", scope="admin")
    assert 'name="error" value="invalid_scope"' in refused.text


def test_an_id_token_hint_means_one_person_pushed_or_brought(
    browser: TestClient, another_browser: TestClient, town: Application, phone: Application, city: City
) -> None:
    for application in (town, phone):
        mine = application.tokens(browser, city.code)["id_token"]
        same = landed(application.authorize(browser, prompt="none", id_token_hint=mine), application.redirect_uri)
        assert "code" in same
    other = city.new_resident_code()
    yours = town.tokens(another_browser, other)["id_token"]
    refused = landed(town.authorize(browser, prompt="none", id_token_hint=yours), town.redirect_uri)
    assert refused["error"] == "login_required"
    of_town = landed(phone.authorize(browser, prompt="none", id_token_hint=yours), phone.redirect_uri)
    assert of_town["error"] == "invalid_request", "a hint of another application is none"


def test_a_subject_asked_for_by_claims_is_the_only_one_answered(
    browser: TestClient, phone: Application, city: City
) -> None:
    phone.sign_in(browser, city.code)
    wanted = json.dumps({"id_token": {"sub": {"value": "somebody-else"}}})
    back = landed(phone.authorize(browser, prompt="none", claims=wanted), phone.redirect_uri)
    assert back["error"] == "login_required"


def test_two_kinds_of_people_share_a_browser(browser: TestClient, city: City) -> None:
    page = browser.get("/wallet/sign-in/begin")
    browser.post("/id/sign-in", data={"handle": handle_of(page), "code": city.code})
    city.clock.advance(timedelta(seconds=1))
    office = browser.get("/staff/sign-in/begin")
    assert "/id/authorize" in str(office.url)
    answer = browser.post("/id/sign-in", data={"handle": handle_of(office), "code": city.staff_code})
    assert str(answer.url).endswith("/staff/")
