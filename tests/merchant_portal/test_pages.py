import re
from datetime import timedelta

import pytest

from kernel.refusals import OutcomeUnknown
from tests.merchant_portal.forms import charge_form, form_key
from tests.merchant_portal.world import BAKER, CASHIER, OWNER, World
from tests.merchants.shops import CORNER, SOUTH


def test_a_charge_leads_to_a_page_with_amount_and_match_phrase(world: World) -> None:
    browser = world.browser(CASHIER)

    sent = browser.post("/shop/charge", data=charge_form(world, "１，２８０円"))
    page = browser.get(sent.headers["location"])

    assert sent.status_code == 303
    assert "受け取りました" in page.text
    assert "1,280円" in page.text
    (payment,) = world.get("/takings").json()["movements"]
    assert sent.headers["location"] == f"/shop/payments/{payment['payment_id']}"
    assert all(word in page.text for word in payment["match_phrase"].split(" "))


def test_a_double_click_charges_once(world: World) -> None:
    browser, form = world.browser(CASHIER), charge_form(world)

    first = browser.post("/shop/charge", data=form)
    second = browser.post("/shop/charge", data=form)

    assert (second.status_code, second.headers["location"]) == (303, first.headers["location"])
    assert world.rows("SELECT amount_yen FROM payments.payments") == [(1280,)]


def test_every_form_has_a_key_of_its_own(world: World) -> None:
    assert charge_form(world)["form_key"] != charge_form(world)["form_key"]


def test_what_was_typed_wrong_is_said_at_its_field_and_nothing_is_burnt(world: World) -> None:
    browser, form = world.browser(OWNER), charge_form(world)

    page = browser.post("/shop/charge", data=form | {"amount": "12.5"})
    again = browser.post("/shop/charge", data=form | {"store_id": str(SOUTH.store_id)})

    assert page.status_code == 422
    assert all(part in page.text for part in ("amount_not_whole_yen", "store_not_chosen", 'value="12.5"'))
    assert again.status_code == 303


def test_a_decline_says_what_to_do_and_not_what_the_customer_has(world: World) -> None:
    page = world.browser(CASHIER).post("/shop/charge", data=charge_form(world, "20001"))

    assert page.status_code == 409
    assert "customer_value_not_enough" in page.text
    assert "お金は動いていません" in page.text
    assert "新しいコード" in page.text
    assert "20,000" not in page.text


def test_when_nobody_can_tell_yet_the_page_asks_again_under_the_same_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = charge_form(world)

    async def interrupted(_: object) -> None:
        raise OutcomeUnknown

    with monkeypatch.context() as patch:
        patch.setattr(world.payments, "submit", interrupted)
        page = world.browser(CASHIER).post("/shop/charge", data=form)
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    told = world.browser(CASHIER).post("/shop/charge", data=again)

    assert page.status_code == 503
    assert "まだ 確定していません" in page.text
    assert again == form | {"store_id": ""}
    assert told.status_code == 303


def test_a_payment_of_the_day_is_voided_for_a_reason_after_asking_first(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    browser = world.browser(CASHIER)
    record = f"/shop/payments/{payment_id}"
    path = f"{record}/void"

    assert f'href="{record}"' in browser.get("/shop/").text
    assert f'href="{path}?reason=paid_twice"' in browser.get(record).text
    asked = browser.get(f"{path}?reason=paid_twice")
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(0,)]
    form = {"form_key": form_key(asked), "reason": "paid_twice"}
    first, second = browser.post(path, data=form), browser.post(path, data=form)

    assert (first.status_code, first.headers["location"]) == (303, f"/shop/payments/{payment_id}")
    assert second.headers["location"] == first.headers["location"]
    assert world.rows("SELECT kind, amount_yen, reason FROM payments.reversals") == [("void", 1280, "paid_twice")]
    page = browser.get(record).text
    assert "取り消しました" in page
    assert "二重に支払われた" in page
    assert path not in page


def test_the_owner_refunds_after_looking_once_more(world: World) -> None:
    payment_id = world.charge(1_280)["payment_id"]
    world.clock.advance(timedelta(days=2))
    browser = world.browser(OWNER)
    path = f"/shop/payments/{payment_id}/refund"

    assert f'href="/shop/payments/{payment_id}"' in browser.get("/shop/refunds?day=2026-11-20").text
    assert f'href="{path}?reason=other"' in browser.get(f"/shop/payments/{payment_id}").text
    too_much = browser.post(f"{path}/confirm", data={"amount": "1281"})
    asked = browser.post(f"{path}/confirm", data={"amount": "280"})
    assert world.rows("SELECT count(*) FROM payments.reversals") == [(0,)]
    form = {"form_key": form_key(asked), "amount_yen": "280"}
    answers = [browser.post(path, data=form) for _ in range(2)]

    assert (too_much.status_code, "refund_exceeds_payment" in too_much.text) == (422, True)
    assert "280円を返金する" in asked.text
    assert [answer.headers["location"] for answer in answers] == [f"/shop/payments/{payment_id}"] * 2
    assert world.rows("SELECT kind, amount_yen FROM payments.reversals") == [("refund", 280)]
    assert "1,000円" in browser.get(f"/shop/payments/{payment_id}").text


def test_the_owner_sees_the_next_payout_and_its_statement(world: World) -> None:
    world.charge(1_280)
    closing_id = world.closes()
    browser = world.browser(OWNER)

    assert "2026年11月27日(金)" in browser.get("/shop/").text
    assert f"/shop/statements/{closing_id}" in browser.get("/shop/statements").text
    page = browser.get(f"/shop/statements/{closing_id}").text
    assert "1,280円" in page
    assert f"/shop/statements/{closing_id}/statement.csv" in page
    assert browser.get(f"/shop/statements/{closing_id}/statement.csv").headers["content-type"].startswith("text/csv")


def test_the_poster_page_shows_the_picture_and_the_text_of_the_code(world: World) -> None:
    serial = world.posters[CORNER.store_id]
    answer = world.get(f"/stores/{CORNER.store_id}/posters/{serial}", BAKER).json()
    picture = world.get(f"/stores/{CORNER.store_id}/posters/{serial}.svg", BAKER).text

    page = world.browser(BAKER).get(f"/shop/posters/{CORNER.store_id}/{serial}").text

    assert answer["text"] in page
    assert re.findall(r' d="([^"]+)"', page) == re.findall(r' d="([^"]+)"', picture)
