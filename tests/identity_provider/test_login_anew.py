"""Where somebody has to log in anew, an old login at another provider is no answer, and is not asked for twice."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from identity.model import Acr
from kashiman.demo.agency_double.process import RunningAgency
from kashiman.demo.line_double.process import RunningLine
from tests.identity.provider.jose.samples import claims_of
from tests.identity.provider.operations.world import TOWN
from tests.identity_provider.application import Application, Response, go, handle_of, landed, submit
from tests.identity_provider.conftest import NOW, City, TestClient
from tests.identity_provider.test_agency_door import agency as agency
from tests.identity_provider.test_agency_door import door as agency_door
from tests.identity_provider.test_line_door import come_back, sent_away
from tests.identity_provider.test_line_door import door as line_door
from tests.identity_provider.test_line_door import line as line

__all__ = ["agency_door", "line_door"]  # fixtures of other doors


class Visit:
    """A browser that an application sends here to log in over LINE, as the resident whose account is tied there."""

    def __init__(self, browser: TestClient, town: Application, door: RunningLine, user_id: str) -> None:
        self.browser, self.town, self.door, self.user_id = browser, town, door, user_id

    def begin(self, **asked: str) -> str:
        return handle_of(self.town.authorize(self.browser, **asked))

    def leave(self, handle: str) -> str:
        return sent_away(self.browser, "/id/line", handle)

    def come_back(self, leads_to: str) -> Response:
        back = self.door.control.sign_in(leads_to, self.user_id)
        return go(self.browser, self.browser.get(str(back), follow_redirects=False))

    def auth_time(self, answer: Response) -> float:
        """When the application is told that they signed in, in seconds before now."""
        code = landed(answer, self.town.redirect_uri)["code"]
        told = claims_of(self.town.exchange(code).json()["id_token"])["auth_time"]
        return self.town.clock.now().timestamp() - float(told)


@pytest.fixture
def visit(browser: TestClient, city: City, town: Application, line_door: RunningLine) -> Iterator[Visit]:
    city.register(replace(TOWN, acr_min=Acr.LINE))
    user_id = line_door.control.add_user("花子")
    browser.get("/id/sign-in")
    browser.post("/id/sign-in", data={"code": city.code})
    come_back(browser, line_door.control.sign_in(sent_away(browser, "/id/account/line"), user_id))
    browser.cookies.clear()
    yield Visit(browser, town, line_door, user_id)
    line_door.control.logged_in()


def asked_of(leads_to: str, *names: str) -> list[str | None]:
    """Parameters with which a browser is sent to another provider."""
    query = parse_qs(urlsplit(leads_to).query)
    return [query[name][0] if name in query else None for name in names]


def is_refused(answer: Response) -> bool:
    assert (answer.status_code in (200, 303)) != (answer.status_code == 403)
    return answer.status_code == 403 and "provider_login_too_old" in answer.text


def test_who_need_not_log_in_anew_comes_in_by_an_old_login(visit: Visit) -> None:
    visit.door.control.logged_in(86_400, asks_again=False)
    leads_to = visit.leave(visit.begin())
    assert asked_of(leads_to, "max_age", "disable_auto_login") == [None, None]
    assert visit.auth_time(visit.come_back(leads_to)) < 60, "LINE does not say when, so it is when LINE spoke"


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}])
def test_line_is_asked_for_a_new_login_and_its_answer_counts(visit: Visit, asked: dict[str, str]) -> None:
    visit.door.control.logged_in(86_400)
    leads_to = visit.leave(visit.begin(**asked))
    assert asked_of(leads_to, "max_age", "disable_auto_login") == ["0", "true"]
    assert visit.auth_time(visit.come_back(leads_to)) <= 0


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "3600"}])
@pytest.mark.parametrize("told", [{"ago_s": 86_400, "asks_again": False}, {"is_told": False}], ids=["old", "not told"])
def test_an_old_login_is_refused_by_name_after_one_try_and_other_doors_stay(
    visit: Visit, city: City, asked: dict[str, str], told: dict[str, Any]
) -> None:
    visit.door.control.logged_in(**told)
    page = visit.come_back(visit.leave(visit.begin(**asked)))
    assert is_refused(page)
    assert "kashima_id" not in visit.browser.cookies
    assert city.rows("SELECT count(*) FROM identity.sessions WHERE ended_at IS NULL") == [(1,)], "that of the postcard"
    refused = city.recorded_rows(
        "SELECT kind, facts ->> 'refusal_code' FROM identity.audit_events WHERE outcome = 'refused'"
    )
    assert refused == [("sign_in.line", "provider_login_too_old")]
    elsewhere = re.search(r'href="(/id/continue\?handle=[^"]+)"', page.text)
    assert elsewhere, page.text
    choices = visit.browser.get(elsewhere[1])
    answer = submit(visit.browser, "/id/sign-in", handle=handle_of(choices), code=city.code)
    assert visit.auth_time(answer) == 0


@pytest.mark.parametrize("asks_again", [True, False])
def test_a_login_that_is_young_enough_is_taken_as_it_is(visit: Visit, asks_again: bool) -> None:
    visit.door.control.logged_in(1_200, asks_again=asks_again)
    leads_to = visit.leave(visit.begin(max_age="3600"))
    assert asked_of(leads_to, "max_age") == ["3600"]
    assert 1_100 < visit.auth_time(visit.come_back(leads_to)) <= 1_200


def test_line_is_told_how_old_a_login_may_be_when_somebody_took_their_time(visit: Visit, city: City) -> None:
    """Any login since the application asked is new, and an application's own age is counted from now."""
    handles = [visit.begin(prompt="login"), visit.begin(max_age="30")]
    city.clock.advance(timedelta(seconds=90))
    assert [asked_of(visit.leave(handle), "max_age") for handle in handles] == [["90"], ["90"]]


def test_a_clock_that_is_some_seconds_behind_is_forgiven(visit: Visit, city: City) -> None:
    handle = visit.begin(prompt="login")
    leads_to = visit.leave(handle)
    visit.door.control.logged_in(8, asks_again=False)
    assert visit.auth_time(visit.come_back(leads_to)) == 0


def test_a_request_that_is_over_meanwhile_is_answered_as_one(visit: Visit, city: City) -> None:
    leads_to = visit.leave(visit.begin(prompt="login"))
    city.clock.advance(timedelta(minutes=11))
    answer = visit.come_back(leads_to)
    assert (answer.status_code, "authorization_request_over" in answer.text) == (400, True)


@pytest.mark.parametrize("asks_again", [True, False])
def test_the_agency_is_asked_for_a_new_login_and_an_old_one_is_refused(
    browser: TestClient, town: Application, agency_door: RunningAgency, asks_again: bool
) -> None:
    agency_door.control.logged_in(86_400, asks_again=asks_again)
    try:
        leads_to = sent_away(browser, "/id/agency", handle_of(town.authorize(browser, prompt="login")))
        assert asked_of(leads_to, "max_age") == ["0"]
        back = agency_door.control.sign_in(leads_to, "hanako")
        answer = go(browser, browser.get(str(back), follow_redirects=False))
    finally:
        agency_door.control.logged_in()
    assert is_refused(answer) is not asks_again
    if asks_again:
        told = claims_of(town.exchange(landed(answer, town.redirect_uri)["code"]).json()["id_token"])
        assert told["auth_time"] >= NOW.timestamp()


def test_a_device_wants_a_login_of_the_last_minutes(
    browser: TestClient, kiosk: Application, agency_door: RunningAgency, city: City
) -> None:
    asked = kiosk.post("/id/device-authorization", scope="openid", application="住民票").json()
    agency_door.control.logged_in(86_400, asks_again=False)
    try:
        leads_to = sent_away(browser, "/id/agency", f"device.{asked['user_code']}")
        assert asked_of(leads_to, "max_age") == ["300"]
        back = agency_door.control.sign_in(leads_to, "hanako")
        page = browser.get(str(back))
    finally:
        agency_door.control.logged_in()
    assert is_refused(page)
    assert f'href="/id/device/confirm?user_code={asked["user_code"]}"' in page.text
