"""Paying in a browser: looked at before it happens, once however often it is sent, honest when nobody knows."""

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
    page = browser.post("/wallet/pay/confirm", data={"code": code, "amount": amount})
    assert page.status_code == 200, page.text
    return {"code": code, "amount_yen": "1280", "form_key": form_key(page)}


def balance(browser: TestClient) -> str:
    return str(browser.get("/wallet/").text).split('money-huge">')[1].split("<")[0]


def test_shop_and_amount_are_shown_big_before_any_money_moves(browser: TestClient, world: World) -> None:
    for amount in ("1280", "1,280円", "１，２８０円", " ￥1 280 "):
        page = browser.post("/wallet/pay/confirm", data={"code": f"{world.bakery_code}\r\n", "amount": amount})
        assert '<p class="shop-name">松尾パン店</p>' in page.text
        assert '<p class="money money-huge">1,280円</p>' in page.text
    assert balance(browser) == "8,000円"


UNREADABLE = [
    ({"code": "abc", "amount": "100"}, ["code"]),
    ({"code": "", "amount": "0"}, ["code", "amount"]),
    ({"code": "x" * 5_000, "amount": "1.5"}, ["code", "amount"]),
    ({}, ["code", "amount"]),
]


def test_what_cannot_be_read_is_said_at_its_field(browser: TestClient) -> None:
    for fields, wrong in UNREADABLE:
        page = browser.post("/wallet/pay/confirm", data=fields)
        assert page.status_code == 422
        for field in ("code", "amount"):
            assert (f'id="{field}-error"' in page.text) is (field in wrong)
            assert (f'href="#{field}"' in page.text) is (field in wrong)


def test_what_was_typed_is_kept_when_something_else_was_wrong(browser: TestClient, world: World) -> None:
    page = browser.post("/wallet/pay/confirm", data={"code": world.bakery_code, "amount": "たくさん"})
    assert "Matsuo Bakery" in page.text
    assert 'value="たくさん"' in page.text


def test_a_payment_leads_to_its_screen_with_amount_shop_time_and_phrase(browser: TestClient, world: World) -> None:
    path = leads_to(browser.post("/wallet/pay", data=confirmed(browser, world.bakery_code)))
    page = browser.get(path).text
    assert "払いました" in page
    assert '<p class="money money-huge">1,280円</p>' in page
    assert '<p class="shop-name">松尾パン店</p>' in page
    assert "2026年11月20日(金) 14:05:00" in page
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
    assert 'href="/wallet/pay">金額をかえる</a>' in refused.text
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
