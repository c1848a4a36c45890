"""The form with which a shop joins, as a browser sends it, and where an applicant comes back to."""

from typing import Any

import pytest

from merchants.rules.pledge import PLEDGE
from tests.merchant_portal.world import HOST, World

TYPING, PROOF = "__Host-kashiman_join", "__Host-kashiman_joined"
STEPS: dict[str, dict[str, str]] = {
    "business": {
        "legal_name": "有限会社髙﨑商店",
        "legal_kana": "ゆうげんがいしゃたかさきしょうてん",
        "representative": "髙﨑 一郎",
        "phone": "０９５４ー６３ー２１１１",
        "postal_code": "〒８４９ー１３１２",
        "address": "鹿島市大字納富分2643-1",
    },
    "trade": {"trade": "食料品"},
    "stores": {
        "number": "1",
        "display_name": "髙﨑商店",
        "name_latin": "Takasaki",
        "district": "鹿島",
        "postal_code": "8491312",
        "address": "鹿島市大字納富分2643-1",
        "floor_m2": "８５",
    },
    "account": {
        "bank_code": "0179",
        "branch_code": "669",
        "account_kind": "1",
        "account_number": "００１２３４５",
        "holder_kana": "ユ）タカサキショウテン",
    },
    "pledge": {"pledge": PLEDGE.version},
}


def drafts(world: World) -> int:
    with world.pay.engine.connect() as connection:
        return len(connection.exec_driver_sql("SELECT saved_at FROM merchants.application_drafts").all())


def begun(world: World) -> Any:
    browser = world.browser(None)
    assert browser.post("/shop/join").headers["location"] == "/shop/join/business"
    return browser


def filled_in(world: World) -> Any:
    browser = begun(world)
    for step, fields in STEPS.items():
        answer = browser.post(f"/shop/join/{step}", data=fields)
        assert answer.status_code == 303, (step, answer.text)
        assert "wrong" not in answer.headers["location"], step
    return browser


def test_six_screens_make_an_application_and_the_number_stands_in_no_address(world: World) -> None:
    browser = filled_in(world)
    page = browser.get("/shop/join/check")
    assert all(text in page.text for text in ("ﾕ)ﾀｶｻｷｼﾖｳﾃﾝ", "佐賀", "鹿島", "中小店", "0954632111", "849-1312"))

    answer = browser.post("/shop/join/check")

    assert (answer.status_code, answer.headers["location"]) == (303, "/shop/join/done")
    receipt, passphrase = browser.cookies[PROOF].strip('"').split("~")
    done = browser.get("/shop/join/done").text
    assert receipt == "J00001"
    assert receipt in done
    assert passphrase in done
    assert world.rows("SELECT receipt, state, version FROM merchants.applications") == [("J00001", "submitted", 1)]
    assert drafts(world) == 0
    assert world.rows("SELECT phone, legal_kana, account_number FROM merchants.application_versions") == [
        ("0954632111", "ユウゲンガイシャタカサキショウテン", "0012345")
    ]


def test_sent_twice_from_two_tabs_it_is_one_application(world: World) -> None:
    browser = filled_in(world)
    secret = browser.cookies[TYPING]
    other = world.browser(None)
    other.cookies.set(TYPING, secret, domain=HOST)
    assert browser.post("/shop/join/check").headers["location"] == "/shop/join/done"
    assert other.post("/shop/join/check").headers["location"] == "/shop/join/done"
    assert browser.post("/shop/join/check").headers["location"] == "/shop/join/done"
    assert browser.cookies[PROOF] == other.cookies[PROOF]
    assert world.rows("SELECT count(*) FROM merchants.applications") == [(1,)]


def test_what_is_wrong_is_said_at_its_field_and_kept_as_it_was_typed(world: World) -> None:
    browser = begun(world)
    answer = browser.post("/shop/join/business", data={"legal_name": "店", "phone": "12"})
    assert answer.headers["location"] == "/shop/join/business?wrong=1"
    page = browser.get(answer.headers["location"]).text
    assert page.count('class="error"') == 5
    assert '<a href="#phone">&lt;joining_field_malformed&gt;</a>' in page
    assert 'value="店"' in page
    assert 'value="12"' in page


def test_an_unfinished_form_is_not_sent(world: World) -> None:
    browser = begun(world)
    browser.post("/shop/join/trade", data=STEPS["trade"])
    assert browser.post("/shop/join/check").headers["location"] == "/shop/join/check"
    page = browser.get("/shop/join/check").text
    assert all(f'href="/shop/join/{step}?again=1"' in page for step in ("business", "stores", "account", "pledge"))
    assert world.rows("SELECT count(*) FROM merchants.applications") == [(0,)]


def test_stores_are_added_changed_and_taken_out(world: World) -> None:
    browser = begun(world)
    for number, name in ((1, "一号店"), (2, "二号店"), (9, "三号店"), (2, "二号店 改")):
        browser.post("/shop/join/stores", data={**STEPS["stores"], "number": str(number), "display_name": name})
    page = browser.get("/shop/join/stores").text
    assert [name in page for name in ("一号店", "二号店 改", "三号店")] == [True, True, True]
    browser.post("/shop/join/stores/remove", data={"number": "1"})
    page = browser.get("/shop/join/stores").text
    assert [name in page for name in ("一号店", "二号店 改", "三号店")] == [False, True, True]


@pytest.mark.parametrize("path", ["/shop/join/business", "/shop/join/check", "/shop/join/stores"])
def test_without_a_draft_every_step_leads_to_the_beginning(world: World, path: str) -> None:
    for browser in (world.browser(None), world.browser(None)):
        browser.cookies.set(TYPING, "nobody's", domain=HOST)
        assert browser.get(path).headers["location"] == "/shop/join?gone=1"
    assert world.browser(None).post("/shop/join/trade", data=STEPS["trade"]).headers["location"] == "/shop/join?gone=1"


def test_what_no_keyboard_types_is_left_out(world: World) -> None:
    browser = begun(world)
    browser.post("/shop/join/business", data={**STEPS["business"], "legal_name": "髙\x00﨑\u202e商店"})
    assert 'value="髙﨑商店"' in browser.get("/shop/join/business").text


def test_an_application_is_opened_withdrawn_and_forgotten_by_the_browser(world: World) -> None:
    browser = filled_in(world)
    browser.post("/shop/join/check")
    receipt, passphrase = browser.cookies[PROOF].strip('"').split("~")
    elsewhere = world.browser(None)
    wrong = elsewhere.post("/shop/join/state", data={"receipt": receipt, "passphrase": "BCDFG-HJKLM-NPQRS"})
    assert wrong.status_code == 422
    assert "shop_application_unknown" in wrong.text
    typed = {"receipt": receipt.lower(), "passphrase": passphrase.replace("-", "　")}
    answer = elsewhere.post("/shop/join/state", data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/shop/join/state")
    cookie = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert cookie == {"httponly", "max-age=3600", "path=/", "samesite=lax", "secure"}
    assert "市役所が見ています" in elsewhere.get("/shop/join/state").text

    assert elsewhere.post("/shop/join/state/withdraw").headers["location"] == "/shop/join/state?done=withdrawn"

    page = elsewhere.get("/shop/join/state").text
    assert "申しこみを取り下げました" in page
    assert "/shop/join/state/withdraw" not in page
    again = elsewhere.post("/shop/join/state/withdraw")
    assert again.status_code == 409
    assert "shop_application_step_not_allowed" in again.text
    elsewhere.post("/shop/join/state/leave")
    assert 'name="passphrase"' in elsewhere.get("/shop/join/state").text


def test_a_form_from_elsewhere_is_not_taken(world: World) -> None:
    browser = world.browser(None)
    answer = browser.post("/shop/join", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert drafts(world) == 0


def test_an_account_is_checked_by_the_same_rule_while_it_is_typed(world: World) -> None:
    answer = world.client.post("/api/v1/shop/account-checks", json={**STEPS["account"], "branch_code": "999"})
    assert answer.json() == {
        "holder_as_printed": "ﾕ)ﾀｶｻｷｼﾖｳﾃﾝ",
        "bank_name": "佐賀",
        "branch_name": "",
        "problems": [],
    }
    wrong = world.client.post("/api/v1/shop/account-checks", json={"holder_kana": "高崎", "account_number": "12"})
    assert [(each["field"], each["code"]) for each in wrong.json()["problems"]] == [
        ("bank_code", "joining_field_missing"),
        ("branch_code", "joining_field_missing"),
        ("account_kind", "joining_field_missing"),
        ("account_number", "joining_field_malformed"),
        ("holder_kana", "holder_kana_forbidden"),
    ]
