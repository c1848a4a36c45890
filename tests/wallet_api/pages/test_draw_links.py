"""Wherever a resident sees a receipt or a result, one tap leads to where anybody can check the draw."""

from fastapi.testclient import TestClient

from issuance.notices.operations.make_notices import make_notices
from tests.conftest import MakeDatabase
from tests.wallet_api.forms import form_key
from tests.wallet_api.world import NOW, World

SPRING = 'href="/draws/spring-2027-1"'


def test_every_page_leads_to_the_list_of_draws(browser: TestClient, stranger: TestClient) -> None:
    for address in ("/wallet/", "/wallet/buy", "/wallet/inbox", "/wallet/history"):
        assert 'href="/draws/"' in browser.get(address).text
    assert browser.get("/wallet/").text.count('href="/draws/"') == 2, "a card, and the foot of every page"
    assert 'href="/draws/"' in stranger.get("/wallet/sign-in").text


def test_who_applies_is_led_to_the_rules_before_and_after(browser: TestClient, world: World) -> None:
    path = f"/wallet/rounds/{world.spring_round_id}"
    form = browser.get(path)
    assert SPRING in form.text
    assert SPRING in browser.get("/wallet/buy").text
    browser.post(path, data={"units": "3", "form_key": form_key(form)})
    assert SPRING in browser.get(f"{path}/receipt").text


def test_programs_are_told_the_address_too(api: TestClient, world: World) -> None:
    (offer,) = api.get("/rounds").json()
    assert offer["draw_path"] == "/draws/spring-2027-1"
    api.post(f"/rounds/{world.spring_round_id}/application", json={"units": 3})
    told = api.get(f"/rounds/{world.spring_round_id}/application").json()
    assert told["draw_path"] == "/draws/spring-2027-1"


def test_a_round_without_a_draw_leads_nowhere(browser: TestClient, world: World) -> None:
    assert "/draws/winter-2026-1" not in browser.get("/wallet/buy").text
    assert "/draws/winter-2026-1" not in browser.get(f"/wallet/grants/{world.grant_id}").text


def test_no_notice_but_that_of_a_draw_leads_there(
    browser: TestClient, world: World, make_database: MakeDatabase
) -> None:
    make_database("kashiman_worker").run(lambda session: make_notices(session, now=NOW))
    inbox = browser.get("/wallet/inbox").text
    path = inbox.split('link-card" href="')[1].split('"')[0]
    assert "抽選の公開ページで たしかめる" not in browser.get(path).text
