"""What happens at the provider is recorded with who and for whom, and no record, log or address holds a secret."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from tests.identity_provider.application import Application, handle_of, landed, submit
from tests.identity_provider.conftest import City, TestClient


def events(city: City) -> list[tuple[Any, ...]]:
    """Kind, outcome, who, for which application, and why not, in order."""
    question = """
    SELECT kind, outcome, actor_kind, client_id, facts ->> 'refusal_code'
    FROM identity.audit_events ORDER BY sequence
    """
    return city.recorded_rows(question)


def test_asvs_16_3_1_a_sign_in_is_recorded_with_who_it_was_and_a_failure_without(
    browser: TestClient, city: City
) -> None:
    browser.post("/id/sign-in", data={"code": "ZZZZ-ZZZZ-ZZZZ-ZZ"})
    browser.post("/id/sign-in", data={"code": city.code})
    assert events(city) == [
        ("sign_in.code", "refused", "nobody", None, "sign_in_code_wrong"),
        ("sign_in.code", "succeeded", "resident", None, None),
    ]
    person = city.recorded_rows("SELECT actor_id, person_id FROM identity.audit_events ORDER BY sequence DESC LIMIT 1")
    assert person == [(city.person.person_id, city.person.person_id)]


def test_asvs_16_3_2_an_agreement_and_each_answer_name_the_person_and_the_application(
    browser: TestClient, farm: Application, city: City
) -> None:
    landed(farm.authorize(browser, prompt="none"), farm.redirect_uri)
    farm.exchange(farm.sign_in(browser, city.code)["code"])
    city.clock.advance(timedelta(seconds=1))
    handle = handle_of(farm.authorize(browser, prompt="consent"))
    submit(browser, "/id/consent", handle=handle, decision="deny")
    farm.sign_in(browser, city.code)
    assert events(city) == [
        ("authorization.answered", "refused", "nobody", "farm", "login_required"),
        ("sign_in.code", "succeeded", "resident", None, None),
        ("consent.given", "succeeded", "resident", "farm", None),
        ("token.issued", "succeeded", "resident", None, None),
        ("consent.denied", "refused", "resident", "farm", "consent_denied"),
        ("authorization.answered", "succeeded", "resident", "farm", None),
    ]


def test_asvs_16_3_2_theft_can_be_told_from_a_mistake(browser: TestClient, town: Application, city: City) -> None:
    code = town.sign_in(browser, city.code, scope="openid offline_access")["code"]
    tokens = town.exchange(code).json()
    town.exchange("x" * 43)
    town.exchange(code)
    second = town.tokens(browser, city.code)
    town.refresh(second["refresh_token"])
    town.refresh(second["refresh_token"])
    town.refresh(tokens["refresh_token"])
    town.post("/id/token", client_assertion="x")
    kept = [(outcome, why) for kind, outcome, _, _, why in events(city) if kind == "token.issued"]
    assert kept == [
        ("succeeded", None),
        ("refused", "grant_not_valid"),
        ("refused", "grant_used_twice"),
        ("succeeded", None),
        ("succeeded", None),
        ("refused", "grant_used_twice"),
        ("refused", "grant_not_valid"),
        ("refused", "client_not_proven"),
    ]
    asked = city.recorded_rows(
        "SELECT DISTINCT facts ->> 'asked_by' FROM identity.audit_events WHERE kind = 'token.issued'"
    )
    assert asked == [("town",)]


def test_asvs_16_3_1_the_end_of_sign_ins_is_recorded(browser: TestClient, city: City) -> None:
    browser.post("/id/sign-in", data={"code": city.code})
    browser.post("/id/logout/confirm")
    browser.post("/id/sign-in", data={"code": city.code})
    browser.post("/id/account/sessions/end-all")
    kinds = [(kind, outcome, actor) for kind, outcome, actor, *_ in events(city) if not kind.startswith("sign_in")]
    assert kinds == [("logout.confirmed", "succeeded", "resident"), ("session.all_ended", "succeeded", "resident")]


def test_asvs_16_2_5_no_secret_and_no_personal_data_is_in_logs_records_or_addresses_but_the_code_on_its_way(
    browser: TestClient, phone: Application, farm: Application, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    visited: list[str] = []
    browser.event_hooks["request"].append(lambda request: visited.append(str(request.url)))
    with caplog.at_level(logging.DEBUG):
        back = phone.sign_in(browser, city.code, scope="openid offline_access")
        tokens = phone.exchange(back["code"]).json()
        again = phone.refresh(tokens["refresh_token"]).json()
        phone.exchange(back["code"])
        farm.sign_in(browser, city.code)
        browser.post("/id/sign-in", data={"code": "7K3M-9QXC-42DF-8T"})
        browser.get("/id/account")
    secrets = [
        *(city.code, "7K3M-9QXC-42DF-8T", back["code"], browser.cookies["kashima_id"]),
        *(tokens["access_token"], tokens["id_token"], tokens["refresh_token"], again["refresh_token"]),
        browser.cookies["kashima_browser"],
    ]
    personal = ["鹿島 花子", "ハナコ", "納富分", "1946"]
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    recorded = str(city.recorded_rows("SELECT to_jsonb(e)::text FROM identity.audit_events AS e"))
    addresses = "\n".join(visited)
    assert "/id/sign-in" in addresses
    for secret in secrets + personal:
        assert secret not in ours
        assert secret not in recorded
        assert secret not in addresses
