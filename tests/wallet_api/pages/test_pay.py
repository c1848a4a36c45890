"""Paying in a browser: looked at before it happens, once however often it is sent, honest when nobody knows."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from kernel.db import Database
from kernel.refusals import Busy, OutcomeUnknown
from merchants.operations.revoke_poster import revoke_poster
from tests.wallet_api.forms import form_key, leads_to
from tests.wallet_api.world import NOW, World
from wallet_api.parts import WalletParts


def confirmed(browser: TestClient, code: str, amount: str = "1,280円") -> dict[str, str]:
    """The fields of the confirming form for a code and an amount as typed."""
    asked = browser.get("/wallet/pay/confirm", params={"code": code, "amount": amount})
    page = browser.get(leads_to(asked))
    assert page.status_code == 200, page.text
    return {"code": code, "amount_yen": "1280", "form_key": form_key(page)}


def balance(browser: TestClient) -> str:
    return str(browser.get("/wallet/").text).split('money-huge">')[1].split("<")[0]


def test_shop_and_amount_are_shown_big_before_any_money_moves(browser: TestClient, world: World) -> None:
    for amount in ("1280", "1,280円", "１，２８０円", " ￥1 280 "):
        asked = browser.get("/wallet/pay/confirm", params={"code": f"{world.bakery_code}\r\n", "amount": amount})
        page = browser.get(leads_to(asked))
        assert '<p class="shop-name">松尾パン店</p>' in page.text
        assert '<p class="money money-huge">1,280円</p>' in page.text
    assert balance(browser) == "8,000円"


def test_a_code_that_cannot_be_read_is_said_at_its_field(browser: TestClient) -> None:
    for code in ("abc", "", "x" * 5_000):
        page = browser.get("/wallet/pay/amount", params={"code": code})
        assert page.status_code == 422
        assert 'id="code-error"' in page.text
        assert 'href="#code"' in page.text


def test_an_amount_that_cannot_be_read_is_said_at_its_field_and_kept(browser: TestClient, world: World) -> None:
    for amount in ("たくさん", "1.5", "0", ""):
        page = browser.get("/wallet/pay/confirm", params={"code": world.bakery_code, "amount": amount})
        assert page.status_code == 422
        assert 'id="amount-error"' in page.text
        assert f'value="{amount}"' in page.text
        assert "Matsuo Bakery" in page.text


def test_the_number_of_a_poster_is_as_good_as_its_code(browser: TestClient, world: World) -> None:
    typed = f"{world.bakery_serial[:4].lower()}-{world.bakery_serial[4:]}"
    path = leads_to(browser.post("/wallet/pay", data=confirmed(browser, typed)))
    assert '<p class="shop-name" data-shop>松尾パン店</p>' in browser.get(path).text
    assert browser.get("/wallet/pay/amount", params={"code": "ZZZZZZZZ"}).status_code == 422


def test_what_a_camera_read_gets_a_page_of_its_own(browser: TestClient) -> None:
    page = browser.get("/wallet/pay/amount", params={"code": "https://example.com", "by": "camera"})
    assert page.status_code == 422
    assert "このコードでは払えません" in page.text
    assert "お金は動いていません" in page.text
    assert re.fullmatch(r"\d{4}-\d{4}", page.headers["kashiman-reference"])


def test_only_the_page_that_scans_may_use_the_camera_and_the_larger_decoder(browser: TestClient, world: World) -> None:
    scans = browser.get("/wallet/pay")
    assert scans.headers["content-security-policy"].endswith("; script-src 'self' 'wasm-unsafe-eval'")
    assert scans.headers["permissions-policy"] == "camera=(self)"
    others = browser.get("/wallet/pay/amount", params={"code": world.bakery_code})
    assert "wasm" not in others.headers["content-security-policy"]


def test_the_key_stands_in_the_address_so_that_reloading_asks_for_the_same_payment(
    browser: TestClient, world: World
) -> None:
    asked = browser.get("/wallet/pay/confirm", params={"code": world.bakery_code, "amount": "500"})
    first, again = (form_key(browser.get(leads_to(asked))) for _ in range(2))
    assert first == again
    other = browser.get("/wallet/pay/confirm", params={"code": world.bakery_code, "amount": "500"})
    assert form_key(browser.get(leads_to(other))) != first


def test_a_confirmation_that_was_decided_leads_to_what_became_of_it(browser: TestClient, world: World) -> None:
    asked = leads_to(browser.get("/wallet/pay/confirm", params={"code": world.bakery_code, "amount": "1280"}))
    form = {"code": world.bakery_code, "amount_yen": "1280", "form_key": form_key(browser.get(asked))}
    paid = leads_to(browser.post("/wallet/pay", data=form))
    assert leads_to(browser.get(leads_to(browser.get(asked)))) == paid
    assert balance(browser) == "6,720円"


def test_looking_what_became_of_a_payment_moves_nothing(browser: TestClient, world: World) -> None:
    form = confirmed(browser, world.bakery_code)
    for _ in range(2):
        page = browser.get("/wallet/pay/check", params=form)
        assert "まだ とどいていません" in page.text
    assert balance(browser) == "8,000円"
    paid = leads_to(browser.post("/wallet/pay", data=form))
    assert leads_to(browser.get("/wallet/pay/check", params=form)) == paid


def test_looking_at_a_payment_that_was_refused_says_why(browser: TestClient, world: World) -> None:
    form = {**confirmed(browser, world.bakery_code), "amount_yen": "8001"}
    browser.post("/wallet/pay", data=form)
    page = browser.get("/wallet/pay/check", params=form)
    assert page.status_code == 409
    assert "かしまんPAYで" in page.text


def test_a_payment_that_was_given_up_stays_so_and_one_that_was_made_stays_made(
    browser: TestClient, world: World
) -> None:
    form = confirmed(browser, world.bakery_code)
    given_up = browser.post("/wallet/pay/give-up", data=form)
    assert (given_up.status_code, "払うのを やめました" in given_up.text) == (409, True)
    assert browser.post("/wallet/pay", data=form).status_code == 409
    assert balance(browser) == "8,000円"
    other = confirmed(browser, world.bakery_code)
    paid = leads_to(browser.post("/wallet/pay", data=other))
    assert leads_to(browser.post("/wallet/pay/give-up", data=other)) == paid
    assert balance(browser) == "6,720円"


def test_a_payment_leads_to_its_screen_with_amount_shop_time_and_phrase(browser: TestClient, world: World) -> None:
    path = leads_to(browser.post("/wallet/pay", data=confirmed(browser, world.bakery_code)))
    page = browser.get(path).text
    assert "払いました" in page
    assert '<p class="money money-huge" data-amount>1,280円</p>' in page
    assert '<p class="shop-name" data-shop>松尾パン店</p>' in page
    assert "2026年11月20日(金)" in page
    assert ">14:05:00</span>" in page
    assert 'class="phrase-words"' in page
    assert balance(browser) == "6,720円"


def test_a_form_that_is_sent_twice_pays_once_asvs_2_3_4(browser: TestClient, world: World) -> None:
    form = confirmed(browser, world.bakery_code)
    first, second = (leads_to(browser.post("/wallet/pay", data=form)) for _ in range(2))
    assert first == second
    assert balance(browser) == "6,720円"
    assert browser.get("/wallet/history").text.count('class="card link-card movement"') == 1


def test_a_form_whose_amount_was_changed_pays_nothing_asvs_2_3_4(browser: TestClient, world: World) -> None:
    form = confirmed(browser, world.bakery_code)
    browser.post("/wallet/pay", data=form)
    changed = browser.post("/wallet/pay", data={**form, "amount_yen": "1"})
    assert changed.status_code == 422
    assert 'href="/wallet/history">りれきを見る</a>' in changed.text
    assert balance(browser) == "6,720円"


def test_a_refusal_says_that_no_money_moved_and_what_to_do(browser: TestClient, world: World) -> None:
    form = {**confirmed(browser, world.bakery_code), "amount_yen": "8001"}
    refused = browser.post("/wallet/pay", data=form)
    assert refused.status_code == 409
    assert "お金は動いていません" in refused.text
    assert 'amount=8000">金額をかえる</a>' in refused.text
    assert balance(browser) == "8,000円"


def test_a_revoked_poster_is_refused_although_its_signature_is_right(
    browser: TestClient, world: World, make_database: Callable[[str], Database]
) -> None:
    form = confirmed(browser, world.bakery_code)
    make_database("kashiman_staff").run(lambda session: revoke_poster(session, world.bakery_serial, now=NOW))
    refused = browser.post("/wallet/pay", data=form)
    assert refused.status_code == 409
    assert "お店の人にこの画面を見せて" in refused.text
    assert balance(browser) == "8,000円"


def test_when_nobody_knows_the_page_offers_to_look_again_with_the_same_key(
    browser: TestClient, world: World, parts: WalletParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = confirmed(browser, world.bakery_code)

    async def interrupted(_request: object) -> object:
        raise OutcomeUnknown

    with monkeypatch.context() as patch:
        patch.setattr(parts.payments, "submit", interrupted)
        unknown = browser.post("/wallet/pay", data=form)
    assert unknown.status_code == 503
    assert "お支払いは まだ 確定していません" in unknown.text
    assert "お金は動いていません" not in unknown.text
    assert form_key(unknown) == form["form_key"]
    assert "払いました" in browser.get(leads_to(browser.post("/wallet/pay", data=form))).text


def test_a_key_that_is_being_worked_on_is_not_called_a_failure(
    browser: TestClient, world: World, parts: WalletParts
) -> None:
    form = confirmed(browser, world.bakery_code)
    with parts.keys_in_progress.entered(str(world.wallet_id), form["form_key"]):
        waiting = browser.post("/wallet/pay", data=form)
    assert waiting.status_code == 409
    assert "お支払いは まだ 確定していません" in waiting.text
    assert form_key(waiting) == form["form_key"]


def test_a_full_queue_started_nothing_and_says_so(
    browser: TestClient, world: World, parts: WalletParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = confirmed(browser, world.bakery_code)

    async def full(_request: object) -> object:
        raise Busy

    monkeypatch.setattr(parts.payments, "submit", full)
    busy = browser.post("/wallet/pay", data=form)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "2")
    assert "お金は動いていません" in busy.text


def test_a_form_without_a_usable_key_pays_nothing(browser: TestClient, world: World) -> None:
    for key, status in (("", 422), ("k" * 201, 400), ("鍵", 400)):
        form = {"code": world.bakery_code, "amount_yen": "100", "form_key": key}
        assert browser.post("/wallet/pay", data=form).status_code == status
    assert balance(browser) == "8,000円"
