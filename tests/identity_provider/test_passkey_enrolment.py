"""The first passkey: how a clerk whose console wants one gets there with nothing but an enrolment code."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from identity.doors.operations.confirm_staff_passkey import confirm_staff_passkey
from identity.model import Acr, Holder, HolderKind, ProvenSignIn, StaffRole
from identity.operations.add_staff import add_staff
from tests.identity.provider.jose.samples import claims_of
from tests.identity.provider.operations.world import PHONE
from tests.identity_provider.application import ISSUER, Application, handle_of, landed
from tests.identity_provider.conftest import City, TestClient
from tests.identity_provider.passkeys import Phone


@pytest.fixture
def office(app: FastAPI, browser: TestClient, city: City) -> Application:
    """A console that wants its clerks' passkeys."""
    console = replace(PHONE, id="office", serves=HolderKind.STAFF, sector="office", acr_min=Acr.STAFF)
    return Application(TestClient(app, base_url=ISSUER), city.clock, city.register(console))


def confirm(city: City, phone: Phone) -> None:
    """An administrator stands behind the passkey."""
    admin = city.staff_database.run(
        lambda session: add_staff(session, display_name="管理 一郎", roles=frozenset({StaffRole.ADMIN}))
    )
    proven = ProvenSignIn(Holder(HolderKind.STAFF, admin), Acr.POSTCARD, ("pwd",), city.clock.now())
    credential_id = phone.authenticator.credential_id
    city.staff_database.run(
        lambda session: confirm_staff_passkey(session, credential_id, confirmed_by=proven, now=city.clock.now())
    )


def test_asvs_6_4_4_from_an_enrolment_code_to_the_console_by_a_passkey_and_a_second_person(
    browser: TestClient, office: Application, city: City
) -> None:
    page = office.authorize(browser)
    assert 'action="/id/sign-in"' not in page.text, "a code alone does not open the console"
    assert 'action="/id/passkey/sign-in"' in page.text
    assert 'href="/id/sign-in"' in page.text, "but the way to one's first passkey is shown"
    assert "LINE" not in page.text
    assert 'action="/id/sign-in"' in browser.get("/id/sign-in").text
    phone = Phone(browser, city)
    registered = phone.register(city.staff_code)
    assert (registered.status_code, registered.json()) == (200, {"next": "/id/account?done=passkey_added"})
    waiting = phone.answer()
    assert (waiting.status_code, waiting.json()["code"]) == (403, "passkey_waits_for_second_person")
    confirm(city, phone)
    handle = handle_of(office.authorize(browser))
    back = landed(browser.get(phone.sign_in(handle), follow_redirects=False), office.redirect_uri)
    tokens = office.exchange(back["code"]).json()
    claims = claims_of(tokens["access_token"])
    assert (claims["acr"], claims["kind"], claims["roles"]) == (Acr.STAFF.value, "staff", ["commerce"])


def test_an_enrolment_code_that_is_typed_past_the_page_does_not_open_the_console(
    browser: TestClient, office: Application, city: City
) -> None:
    handle = handle_of(office.authorize(browser))
    answer = browser.post("/id/sign-in", data={"handle": handle, "code": city.staff_code})
    assert answer.status_code == 200
    assert "もういちど、ご本人のかくにん" in answer.text
    assert city.rows("SELECT count(*) FROM identity.grants") == [(0,)]
    assert browser.get("/id/account").status_code == 200, "but the clerk is signed in to register a passkey"


def test_a_clerk_with_a_passkey_gets_into_a_console_that_wants_less(
    browser: TestClient, office: Application, city: City
) -> None:
    phone = Phone(browser, city)
    phone.register(city.staff_code)
    confirm(city, phone)
    browser.post("/id/logout/confirm")
    begun = browser.get("/staff/sign-in/begin")
    assert str(browser.get(phone.sign_in(handle_of(begun))).url).endswith("/staff/")


def test_a_residents_passkey_opens_no_console(browser: TestClient, office: Application, city: City) -> None:
    phone = Phone(browser, city)
    phone.register(city.code)
    city.clock.advance(timedelta(seconds=1))
    handle = handle_of(office.authorize(browser))
    back = landed(browser.get(phone.sign_in(handle), follow_redirects=False), office.redirect_uri)
    assert back["error"] == "access_denied"


def test_a_challenge_of_another_browser_is_worth_nothing(
    browser: TestClient, another_browser: TestClient, city: City
) -> None:
    phone = Phone(browser, city)
    phone.register(city.code)
    another_browser.get("/id/sign-in")
    options = browser.post("/id/passkey/challenge").json()
    credential = phone.authenticator.sign_in(options)
    answer = another_browser.post(
        "/id/passkey/sign-in", content=f'{{"credential": {credential}}}', headers={"Content-Type": "application/json"}
    )
    assert answer.json()["code"] == "passkey_challenge_over"
    assert "kashima_id" not in another_browser.cookies
