"""Shops that join and accounts that change, as the desks decide them, and what that means for payouts."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from identity.model import SignedIn, StaffRole
from identity.operations.sign_in import sign_in
from kernel.db import Session
from merchants.model import ApplicationReceipt
from merchants.operations.ask_account_change import ask_account_change
from tests.identity.people import PEPPER
from tests.merchants.joining import ANOTHER_ACCOUNT, FIRST, sent_in
from tests.merchants.shops import BAKERY, MARKET
from tests.staff_console.world import CLOSING_AT, World

ACCOUNTS_USED = "SELECT merchant_id, bank_account_id::text FROM settlement.payout_items"
AUDIT, COMMERCE, FINANCE, HELP = StaffRole.AUDIT, StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.HELP


@pytest.fixture
def receipt(world: World) -> ApplicationReceipt:
    return sent_in(world.pay, world.clock.now())


def seen(world: World, receipt: ApplicationReceipt, way: str, version: int = 1, **facts: str) -> Any:
    body = {"version": version, **facts}
    return world.post(f"/shop-applications/{receipt.application_id}/{way}", COMMERCE, json=body)


def another_clerk(world: World, role: StaffRole = COMMERCE) -> None:
    world.clerks[role] = world._clerk(role)


def asked_for(world: World) -> str:
    ask = partial(ask_account_change, account=ANOTHER_ACCOUNT, by=FIRST, key="k", now=world.clock.now())
    return str(world.pay.run(partial(ask, merchant_id=BAKERY.merchant_id)).account_id)


def test_two_clerks_let_a_shop_in_and_its_owner_signs_in_with_the_code(
    world: World, receipt: ApplicationReceipt
) -> None:
    assert seen(world, receipt, "approval").json()["code"] == "shop_application_needs_second_person"
    assert seen(world, receipt, "examination").status_code == 204
    assert seen(world, receipt, "approval").json()["code"] == "shop_application_needs_second_person"
    another_clerk(world)

    answer = seen(world, receipt, "approval")

    approved = answer.json()
    assert (answer.status_code, approved["merchant_code"], approved["store_codes"]) == (201, "M0001", ["S001"])
    signed_in = partial(sign_in, code_text=approved["sign_in_code"], pepper=PEPPER, now=world.clock.now())
    who = world.pay.run(signed_in)
    assert isinstance(who, SignedIn)
    assert str(who.merchant_id) == approved["merchant_id"]
    detail = world.get(f"/shop-applications/{receipt.application_id}", AUDIT).json()
    assert [(each["step"], each["by_kind"]) for each in detail["events"]] == [
        ("submitted", "applicant"),
        ("examined", "staff"),
        ("approved", "staff"),
    ]
    assert detail["merchant_id"] == approved["merchant_id"]


def test_nothing_is_kept_of_an_approval_that_did_not_go_through(
    world: World, receipt: ApplicationReceipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(world, receipt, "examination")
    another_clerk(world)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no code today")

    monkeypatch.setattr("staff_console.desks.shops.issue_sign_in_codes", broken)
    with pytest.raises(RuntimeError):
        seen(world, receipt, "approval")
    monkeypatch.undo()
    assert world.get("/shop-applications?state=examined", COMMERCE).json()["applications"][0]["receipt"] == "J00001"
    assert seen(world, receipt, "approval").status_code == 201


def test_a_new_code_ends_the_one_before_and_there_is_none_before_approval(
    world: World, receipt: ApplicationReceipt
) -> None:
    path = f"/shop-applications/{receipt.application_id}/sign-in-codes"
    assert world.post(path, COMMERCE).json()["code"] == "shop_application_step_not_allowed"
    seen(world, receipt, "examination")
    another_clerk(world)
    first = seen(world, receipt, "approval").json()["sign_in_code"]
    second = world.post(path, COMMERCE)
    assert second.status_code == 201
    assert second.json()["sign_in_code"] != first


@pytest.mark.parametrize(("way", "state"), [("corrections", "needs_correction"), ("refusal", "declined")])
def test_who_asks_for_more_or_declines_says_why(
    world: World, receipt: ApplicationReceipt, way: str, state: str
) -> None:
    assert seen(world, receipt, way, reason=" \n").json()["code"] == "shop_application_reason_missing"
    assert seen(world, receipt, way, version=2, reason="x").json()["code"] == "shop_application_changed_meanwhile"
    assert seen(world, receipt, way, reason="名義がちがいます。").status_code == 204
    detail = world.get(f"/shop-applications/{receipt.application_id}", COMMERCE).json()
    assert (detail["state"], detail["events"][-1]["reason"]) == (state, "名義がちがいます。")


def test_pages_offer_a_clerk_what_they_may_do(world: World, receipt: ApplicationReceipt) -> None:
    path = f"/shops/{receipt.application_id}"
    world.signs_in_at_the_browser(COMMERCE)
    assert "J00001" in world.page("/shops")
    page = world.page(path)
    assert ["審査済みにする" in page, "承認する" in page, "訂正を頼む" in page] == [True, False, True]
    wrong = world.submit(f"{path}/corrections", version="1", reason="")
    assert (wrong.status_code, "sentence for shop_application_reason_missing" in wrong.text) == (422, True)
    assert world.submit(f"{path}/examination", version="1").headers["location"] == "/staff/shops?done=examined"
    page = world.page(path)
    assert ["審査したのはあなたです" in page, ">承認する<" in page] == [True, False]
    another_clerk(world)
    world.signs_in_at_the_browser(COMMERCE)
    assert ">承認する<" in world.page(path)
    code = world.submit(f"{path}/approval", version="1")
    assert (code.status_code, "加盟店 M0001" in code.text, code.headers["cache-control"]) == (200, True, "no-store")


def test_an_account_that_cools_is_not_paid_to_and_a_file_keeps_what_it_has(world: World) -> None:
    world.shopping()
    world.clock.at = CLOSING_AT - timedelta(days=1)
    change_id = asked_for(world)
    (change,) = world.get("/bank-account-changes", FINANCE).json()["changes"]
    assert change["change_id"] == change_id
    assert (change["now_paid_to"]["holder_kana"], change["asked_for"]["account_number"]) == ("ﾏﾂｵ ｲﾁﾛｳ", "1111222")
    assert change["differing"] == ["bank_code", "branch_code", "account_number", "bank_name", "branch_name"]
    assert world.post(f"/bank-account-changes/{change_id}/approval", FINANCE).status_code == 204

    path = payout_of(world, world.closes()["closing_id"])
    before = world.get(path, FINANCE).json()

    assert endings(world, path) == {BAKERY.merchant_id: ("321", False), MARKET.merchant_id: ("345", False)}
    world.clock.advance(timedelta(days=6))
    assert endings(world, path) == {BAKERY.merchant_id: ("321", True), MARKET.merchant_id: ("345", False)}
    world.signs_in_at_the_browser(FINANCE)
    assert world.page(path).count("いまは別の口座") == 1
    assert world.get(path, FINANCE).json()["file_sha256"] == before["file_sha256"]


def test_a_payout_says_which_account_it_used(world: World) -> None:
    world.shopping()
    change_id = asked_for(world)
    world.post(f"/bank-account-changes/{change_id}/approval", FINANCE)
    path = payout_of(world, world.closes()["closing_id"])
    assert endings(world, path)[BAKERY.merchant_id] == ("222", False)
    used = world.staff.run(lambda session: _rows(session, ACCOUNTS_USED))
    assert dict(used)[BAKERY.merchant_id] == change_id
    assert dict(used)[MARKET.merchant_id] is not None


def payout_of(world: World, closing_id: str) -> str:
    (payout,) = world.get(f"/closings/{closing_id}", FINANCE).json()["payouts"]
    return f"/payouts/{payout['payout_id']}"


def endings(world: World, path: str) -> dict[UUID, tuple[str, bool]]:
    items = world.get(path, FINANCE).json()["items"]
    return {UUID(item["merchant_id"]): (item["account_ending"], item["account_changed"]) for item in items}


@pytest.mark.parametrize(("way", "state"), [("refusal", "refused"), ("stop", "stopped")])
def test_finance_refuses_or_stops_and_says_why(world: World, way: str, state: str) -> None:
    world.shops_open()
    path = f"/bank-account-changes/{asked_for(world)}"
    assert world.post(f"{path}/{way}", FINANCE, json={"reason": ""}).json()["code"] == "account_change_reason_missing"
    assert world.post(f"{path}/{way}", FINANCE, json={"reason": "本人ではない"}).status_code == 204
    assert world.get(path, AUDIT).json()["state"] == state
    again = world.post(f"{path}/approval", FINANCE)
    assert (again.status_code, again.json()["code"]) == (409, "account_change_step_not_allowed")
    assert world.get("/bank-account-changes", FINANCE).json()["changes"] == []


def test_the_finance_page_shows_the_difference_and_asks_why(world: World) -> None:
    world.shops_open()
    change_id = asked_for(world)
    world.signs_in_at_the_browser(FINANCE)
    assert "松尾パン店" in world.page("/shops")
    page = world.page(f"/account-changes/{change_id}")
    assert page.count(">ちがう<") == 5
    wrong = world.submit(f"/account-changes/{change_id}/refusal", reason="")
    assert (wrong.status_code, "sentence for account_change_reason_missing" in wrong.text) == (422, True)
    done = world.submit(f"/account-changes/{change_id}/approval")
    assert done.headers["location"] == "/staff/shops?done=account_approved"
    assert "使いはじめる前に止める" in world.page(f"/account-changes/{change_id}")


def _rows(session: Session, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.connection().exec_driver_sql(statement)]
