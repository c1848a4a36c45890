"""Where a shop is paid, as its owners see it and change it."""

from datetime import timedelta
from typing import Any

import pytest

from identity.model import Acr, Holder, HolderKind
from merchants.model import AccountMover, AccountStep, Actor
from merchants.operations.move_account_change import move_account_change
from tests.merchant_portal.forms import form_key
from tests.merchant_portal.test_joining import STEPS
from tests.merchant_portal.test_tills import NORTH_OWNER
from tests.merchant_portal.world import BAKER, CASHIER, CLERK, HOST, OWNER, World
from tests.merchants.shops import MARKET
from tests.sign_ins import signed_in_cookie

ACCOUNT = STEPS["account"]


def strong(world: World, acr: Acr = Acr.PASSKEY) -> Any:
    """A browser in which the market's owner just signed in with a passkey."""
    browser = world.browser(None)
    holder = Holder(HolderKind.SHOP, world.shop_user_ids[OWNER.subject])
    cookie = signed_in_cookie(world.pay, holder, world.clock.now(), acr=acr)
    browser.cookies.set("__Host-kashiman_shop", cookie, domain=HOST)
    return browser


def asked(world: World, browser: Any) -> Any:
    page = browser.post("/shop/account/change/confirm", data=ACCOUNT)
    assert page.status_code == 200, page.text
    return browser.post("/shop/account/change", data={**ACCOUNT, "form_key": form_key(page)})


def approve(world: World, number: int = 2) -> None:
    by, now = Actor(AccountMover.STAFF, CLERK), world.clock.now()
    world.staff.run(
        lambda session: move_account_change(session, MARKET.merchant_id, number, AccountStep.APPROVED, by=by, now=now)
    )


def accounts(world: World) -> list[tuple[Any, ...]]:
    return world.rows(
        "SELECT number, state FROM merchants.bank_accounts WHERE merchant_id = %s ORDER BY number", MARKET.merchant_id
    )


def test_an_owner_with_a_passkey_asks_and_every_owner_is_told_at_once(world: World) -> None:
    answer = asked(world, strong(world))
    assert (answer.status_code, answer.headers["location"]) == (303, "/shop/account?done=asked")
    for path in ("/shop/", "/shop/account"):
        page = world.browser(OWNER).get(path).text
        assert "口座を変える申しこみ" in page, path
        assert "345" in page, path
        assert "0012345" not in page, path
    assert "口座を変える申しこみ" not in world.browser(BAKER).get("/shop/").text
    assert "口座を変える申しこみ" not in world.browser(CASHIER).get("/shop/").text


def test_asvs_7_5_3_a_weaker_or_older_sign_in_changes_nothing(world: World) -> None:
    weak, old = strong(world, Acr.POSTCARD), strong(world)
    world.clock.advance(timedelta(seconds=901))
    for browser, code in ((weak, "sign_in_too_weak_for_account"), (old, "sign_in_not_recent")):
        page = browser.post("/shop/account/change", data={**ACCOUNT, "form_key": "k" * 20})
        assert code in page.text
        assert "/shop/sign-in/begin?again=account" in page.text
    answer = world.post("/bank-accounts", {**ACCOUNT}, OWNER)
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_too_weak_for_account")
    assert accounts(world) == [(1, "accepted")]


def test_asked_twice_with_one_form_it_is_one_change(world: World) -> None:
    browser = strong(world)
    page = browser.post("/shop/account/change/confirm", data=ACCOUNT)
    assert "ﾕ)ﾀｶｻｷｼﾖｳﾃﾝ" in page.text
    form = {**ACCOUNT, "form_key": form_key(page)}
    assert [browser.post("/shop/account/change", data=form).status_code for _ in range(2)] == [303, 303]
    assert accounts(world) == [(1, "accepted"), (2, "proposed")]
    other = browser.post("/shop/account/change", data={**ACCOUNT, "form_key": "another-form-key"})
    assert (other.status_code, "account_change_under_way" in other.text) == (409, True)


def test_any_owner_stops_it_while_it_cools_and_not_after(world: World) -> None:
    asked(world, strong(world))
    approve(world)
    page = world.browser(OWNER).get("/shop/account").text
    assert "2026年11月27日(金) 12:00 から、この口座に振り込みます" in page
    answer = world.browser(OWNER).post("/shop/account/stop", data={"number": "2"})
    assert answer.headers["location"] == "/shop/account?done=stopped"
    assert accounts(world) == [(1, "accepted"), (2, "stopped")]
    assert "持ち主からの申し出" in world.browser(OWNER).get("/shop/account").text

    world.clock.advance(timedelta(minutes=1))
    asked(world, strong(world))
    approve(world, 3)
    world.clock.advance(timedelta(days=7))
    late = world.browser(OWNER).post("/shop/account/stop", data={"number": "3"})
    assert (late.status_code, "account_in_force_already" in late.text) == (409, True)
    shown = world.get("/bank-accounts").json()
    assert (shown["in_force"]["number"], shown["asked_for"]) == (3, None)


@pytest.mark.parametrize("person", [CASHIER, NORTH_OWNER])
def test_only_an_owner_of_the_whole_shop_sees_or_stops(world: World, person: Any) -> None:
    browser = world.browser(person)
    for answer in (browser.get("/shop/account"), browser.post("/shop/account/stop", data={"number": "2"})):
        assert (answer.status_code, "owner_only" in answer.text) == (403, True)
    assert world.get("/bank-accounts", person).status_code == 403


def test_an_owner_stops_no_change_of_another_shop(world: World) -> None:
    asked(world, strong(world))
    answer = world.post("/bank-accounts/stop", {"number": 2}, BAKER, key=None)
    assert (answer.status_code, answer.json()["code"]) == (404, "account_change_unknown")
    assert accounts(world) == [(1, "accepted"), (2, "proposed")]


def test_programs_see_the_end_of_the_number_alone(world: World) -> None:
    asked(world, strong(world))
    answer = world.get("/bank-accounts").json()
    assert (answer["in_force"]["number_ending"], answer["in_force"]["holder_kana"]) == ("345", "ｶ)ﾏﾙｶﾏ-ｹﾂﾄ")
    assert (answer["asked_for"]["number"], answer["asked_for"]["state"], answer["asked_for"]["valid_from"]) == (
        2,
        "proposed",
        None,
    )
    assert "0012345" not in str(answer)


def test_a_wrong_account_is_said_at_its_field(world: World) -> None:
    browser = strong(world)
    page = browser.post("/shop/account/change/confirm", data={**ACCOUNT, "holder_kana": "高﨑", "bank_code": "1"})
    assert page.status_code == 422
    assert all(code in page.text for code in ("holder_kana_forbidden", "joining_field_malformed"))
    assert 'value="高﨑"' in page.text
