"""What an application is told of a person stands on the person's own page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from identity.provider.model import ConsentRule
from tests.identity.provider.operations.world import PHONE
from tests.identity_provider.application import Application, userinfo
from tests.identity_provider.conftest import ISSUER, City, TestClient

BASICS = "openid profile4.read"
TOLD = "SELECT client_id, person_id, facts FROM identity.audit_events WHERE kind = 'person.disclosed' ORDER BY sequence"
WHAT = {"what": ["name", "birth_date", "address"], "day": "2026-11-20"}


@pytest.fixture
def desk(app: FastAPI, browser: TestClient, city: City) -> Application:
    """An application that may ask for name, birth date and address."""
    client = replace(
        PHONE,
        id="desk",
        name_ja="証明書の申請",
        redirect_uris=("https://desk.example/callback",),
        scopes=frozenset({"openid", "profile4.read", "offline_access"}),
        consent=ConsentRule.ONCE,
    )
    return Application(TestClient(app, base_url=ISSUER), city.clock, city.register(client))


def test_asvs_14_2_4_being_told_of_a_person_is_on_record_and_on_the_persons_page(
    browser: TestClient, desk: Application, city: City
) -> None:
    before = browser.get("/id/account").text
    token = desk.tokens(browser, city.code, scope=BASICS)["access_token"]
    assert "氏名や住所を伝えたサービスは、まだありません。" not in before
    assert "氏名や住所を伝えたサービスは、まだありません。" in browser.get("/id/account").text
    answer = userinfo(desk, token)
    assert answer.status_code == 200
    document = answer.json()
    assert (document["name"], document["birthdate"]) == ("鹿島 花子", "1946-03-02")
    assert document["address"]["postal_code"] == "849-1312"
    assert city.recorded_rows(TOLD) == [("desk", city.person.person_id, WHAT)]
    page = browser.get("/id/account").text
    assert "どのサービスに、いつ、何を伝えたか" in page
    assert "証明書の申請<br>" in page
    assert "伝えたもの：氏名、生年月日、住所" in page


def test_an_application_that_asks_often_is_on_record_once_a_day(
    browser: TestClient, desk: Application, city: City
) -> None:
    tokens = desk.tokens(browser, city.code, scope=f"{BASICS} offline_access")
    for method in ("GET", "POST", "GET"):
        assert userinfo(desk, tokens["access_token"], method).status_code == 200
        city.clock.advance(timedelta(seconds=1))
    assert len(city.recorded_rows(TOLD)) == 1


def test_who_is_told_nothing_is_not_on_record(
    browser: TestClient, desk: Application, phone: Application, city: City
) -> None:
    for application, scope in ((phone, "openid"), (desk, "openid")):
        token = application.tokens(browser, city.code, scope=scope)["access_token"]
        assert list(userinfo(application, token).json()) == ["sub"]
    refused = userinfo(desk, desk.tokens(browser, city.code, scope=BASICS)["access_token"], access_token="another")
    assert refused.status_code == 401
    assert city.recorded_rows(TOLD) == []
