"""Applying and buying in a browser: receipts shown big, and states told as they are."""

from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient

from kashiman.demo.stripe_double.process import RunningDouble
from tests.wallet_api.forms import form_key, leads_to
from tests.wallet_api.world import World

KONBINI = {"method": "konbini", "billing_name": "鹿島太郎", "billing_email": "taro@example.jp"}


def bought(browser: TestClient, world: World, **fields: Any) -> Any:
    path = f"/wallet/grants/{world.grant_id}"
    key = form_key(browser.get(path))
    return browser.post(path, data={"units": "2", "method": "card", "form_key": key, **fields})


def test_the_overview_shows_rounds_and_grants(browser: TestClient, world: World) -> None:
    page = browser.get("/wallet/buy").text
    assert f'href="/wallet/rounds/{world.spring_round_id}">申し込む</a>' in page
    assert f'href="/wallet/grants/{world.grant_id}">買う</a>' in page
    assert "購入の状態" not in page


def test_an_application_leads_to_its_receipt_shown_big(browser: TestClient, world: World) -> None:
    path = f"/wallet/rounds/{world.spring_round_id}"
    form = {"units": "3", "form_key": form_key(browser.get(path))}
    receipt_path = leads_to(browser.post(path, data=form))
    assert receipt_path == f"{path}/receipt"
    page = browser.get(receipt_path).text
    assert 'class="receipt-number mark"' in page
    assert "3口(12,000円)" in page
    assert "申し込みを受け付けました" in page
    assert leads_to(browser.post(path, data=form)) == receipt_path
    assert "変更" not in browser.get(receipt_path).text
    assert "✓ 3口 申し込みずみ" in browser.get("/wallet/buy").text


def test_units_can_be_changed_until_closing(browser: TestClient, world: World) -> None:
    path = f"/wallet/rounds/{world.spring_round_id}"
    for units in ("3", "1"):
        browser.post(path, data={"units": units, "form_key": form_key(browser.get(path))})
    page = browser.get(f"{path}/receipt").text
    assert "1口(4,000円)" in page
    assert "<dt>変更</dt><dd>1回</dd>" in page


def test_units_out_of_range_are_refused(browser: TestClient, world: World) -> None:
    path = f"/wallet/rounds/{world.spring_round_id}"
    for units in ("0", "6", "", "三", "1001"):
        refused = browser.post(path, data={"units": units, "form_key": f"k{units.encode().hex()}"})
        assert refused.status_code == 422
        assert "お金は動いていません" in refused.text
    assert browser.get(f"{path}/receipt").status_code == 404


def test_a_slip_shows_the_numbers_of_every_chain_and_says_that_nothing_is_paid(
    browser: TestClient, world: World
) -> None:
    page = browser.get(leads_to(bought(browser, world, **KONBINI))).text
    assert "まだ払われていません。券はまだ増えていません。" in page
    for chain in ("ファミリーマート", "ローソン", "ミニストップ", "セイコーマート"):
        assert f"<h3>{chain}</h3>" in page
    assert page.count("お支払い番号") == 4
    assert "8,000円" in page


def test_what_a_slip_lacks_is_said_at_its_field_and_holds_nothing(browser: TestClient, world: World) -> None:
    page = bought(browser, world, method="konbini", billing_name="鹿島太郎")
    assert page.status_code == 422
    assert 'id="billing_email-error"' in page.text
    assert 'id="billing_name-error"' not in page.text
    assert 'value="鹿島太郎"' in page.text
    assert "あと <strong>3口</strong> 買えます" in page.text


def test_a_form_that_is_sent_twice_buys_once_asvs_2_3_4(browser: TestClient, world: World) -> None:
    first = bought(browser, world, form_key="same")
    assert leads_to(bought(browser, world, form_key="same")) == leads_to(first)
    assert "あと 1口(4,000円)" in browser.get("/wallet/").text


def test_while_the_provider_is_silent_the_page_says_that_it_waits(
    browser: TestClient, world: World, double: RunningDouble
) -> None:
    double.control.fail_next(503)
    page = browser.get(leads_to(bought(browser, world))).text
    assert "受付中" in page
    assert "お金は動いていません。" in page


def test_an_unpaid_purchase_can_be_given_up_and_frees_its_units(browser: TestClient, world: World) -> None:
    path = leads_to(bought(browser, world))
    assert leads_to(browser.post(f"{path}/cancel")) == path
    assert "取りやめました" in browser.get(path).text
    assert "あと 3口(12,000円)" in browser.get("/wallet/").text
    again = browser.post(f"{path}/cancel")
    assert again.status_code == 409


def test_a_purchase_that_was_paid_meanwhile_cannot_be_given_up(
    browser: TestClient, world: World, double: RunningDouble, api: TestClient
) -> None:
    path = leads_to(bought(browser, world, form_key="paid-1"))
    secret = api.post(
        "purchases",
        json={"grant_id": str(world.grant_id), "units": 2, "method": "card"},
        headers={"Idempotency-Key": "paid-1"},
    ).json()["client_secret"]
    double.control.pay_card(secret.split("_secret_")[0])
    refused = browser.post(f"{path}/cancel")
    assert refused.status_code == 409
    assert "支払い待ち" in browser.get(path).text


def test_what_is_not_mine_is_not_there_asvs_8_2_2(browser: TestClient) -> None:
    for path in ("grants", "purchases", "rounds"):
        assert browser.get(f"/wallet/{path}/{UUID(int=1)}").status_code == 404
