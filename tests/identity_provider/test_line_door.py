"""LINE as a door, over HTTP and against its double: tied to a person first, then a way in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from identity.doors.gateway.line_login import LineLogin, LineLoginSettings
from identity_provider.parts import LiffApp
from kashiman.demo.line_double.process import RunningLine, start_line_double
from tests.identity_provider.conftest import ISSUER, NOW, City, TestClient

CALLBACK = f"{ISSUER}/id/line/callback"


@pytest.fixture(scope="module")
def line() -> Iterator[RunningLine]:
    shift_s = (NOW - datetime.now(UTC)).total_seconds()
    with start_line_double([CALLBACK], clock_shift_s=shift_s) as running:
        yield running


@pytest.fixture
def door(app: FastAPI, city: City, line: RunningLine) -> Iterator[RunningLine]:
    """The door is open and leads to the double."""
    settings = LineLoginSettings(
        channel_id=line.channel_id,
        channel_secret=line.channel_secret,
        redirect_uri=CALLBACK,
        authorization_base=line.base,
        api_base=line.base,
    )
    login = LineLogin(settings, city.clock)
    mini_app = LiffApp(line.liff_id, line.liff_sdk)
    app.state.provider = replace(app.state.provider, line=login, liff=mini_app, leads_to=(line.base,))
    yield line
    login.close()


def test_line_lets_in_whom_it_was_tied_to(browser: TestClient, city: City, door: RunningLine) -> None:
    user_id = door.control.add_user("花子")
    browser.get("/id/sign-in")
    browser.post("/id/sign-in", data={"code": city.code})
    tied = come_back(browser, door.control.sign_in(sent_away(browser, "/id/account/line"), user_id))
    assert "つなぎました" in tied.text
    browser.cookies.clear()
    inside = come_back(browser, door.control.sign_in(sent_away(browser, "/id/line"), user_id))
    assert "鹿島 花子" in inside.text


def test_line_lets_in_nobody_whom_it_was_not_tied_to(browser: TestClient, door: RunningLine) -> None:
    user_id = door.control.add_user("知らない人")
    refused = come_back(browser, door.control.sign_in(sent_away(browser, "/id/line"), user_id))
    assert "登録のかくにん" not in refused.text
    assert browser.get("/id/account", follow_redirects=False).status_code == 303


def test_asvs_10_5_1_a_way_back_works_once_and_in_its_own_browser(browser: TestClient, door: RunningLine) -> None:
    user_id = door.control.add_user("二郎")
    back = door.control.sign_in(sent_away(browser, "/id/line"), user_id)
    browser.cookies.clear()
    assert come_back(browser, back).status_code == 400


def test_asvs_16_5_2_line_that_is_gone_is_said_and_other_doors_stay(browser: TestClient, door: RunningLine) -> None:
    user_id = door.control.add_user("三郎")
    back = door.control.sign_in(sent_away(browser, "/id/line"), user_id)
    door.control.fail_next(503)
    page = come_back(browser, back)
    assert page.status_code == 503
    assert "つながりません" in page.text
    assert 'name="code"' in page.text


def test_the_page_may_lead_to_line(browser: TestClient, door: RunningLine) -> None:
    assert door.base in browser.get("/id/sign-in").headers["content-security-policy"]


def sent_away(browser: TestClient, path: str, handle: str = "") -> str:
    answer = browser.post(path, data={"handle": handle}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def come_back(browser: TestClient, address: httpx.URL) -> httpx.Response:
    answer: httpx.Response = browser.get(str(address))
    return answer
