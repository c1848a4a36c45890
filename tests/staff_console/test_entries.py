"""A clerk with a stack of paper: found, entered, printed; a double is told with the first one's way and time."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from identity.access.queries import readings_of
from identity.model import StaffRole
from issuance.lottery.receipts import SignedReceipt, verify_receipt
from issuance.model import ApplicationRequest
from issuance.operations.close_round import close_round
from kernel.db import Database
from tests.issuance.market import CAMPAIGN, CLOSES, OPENS, ROUND, SIGNER, TERMS, Market, receipt_of
from tests.staff_console.help_desk import Browser, HelpDesk

NOON = OPENS + timedelta(days=2, hours=12)
TARO_TYPED = {"family_kana": "かしま", "given_kana": "たろう", "birth_date": "1980-04-01"}
WISH = "申込書に、口数をかえたいと書いてある"
ADULTS = replace(CAMPAIGN, terms=replace(TERMS, base_date=OPENS.date(), age_min=18, max_units_per_household=6))


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    market = Market(make_database)
    market.opened()
    return market


@pytest.fixture
def desk(make_database: Callable[..., Database], market: Market) -> HelpDesk:
    desk = HelpDesk(make_database)
    desk.clock.at = NOON
    return desk


def by_phone(market: Market, desk: HelpDesk, units: int) -> str:
    who = desk.taro
    asked = ApplicationRequest(market.round_id, who.person_id, who.wallet_id, None, units)
    return receipt_of(market.submit(asked)[0])


def body(market: Market, desk: HelpDesk, **facts: Any) -> dict[str, Any]:
    form = {"number": "K-1", "received_on": "2023-08-02"}
    return {"round_id": str(market.round_id), "person_id": str(desk.taro.person_id), "units": 3, "form": form, **facts}


def enter(desk: HelpDesk, role: StaffRole, facts: dict[str, Any], key: str = "k") -> Any:
    return desk.post("/applications", role, json=facts, key=key)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page))


def searched(market: Market, browser: Browser, **typed: str) -> str:
    stack = {"round_id": str(market.round_id), "way": "paper", "received_on": "2023-08-02"}
    answer = browser.submit("/entries/search", data={**stack, **TARO_TYPED, **typed})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


@pytest.mark.parametrize("role", [StaffRole.HELP, StaffRole.COMMERCE])
def test_a_clerk_enters_a_form_and_the_resident_can_read_who_did(
    desk: HelpDesk, market: Market, role: StaffRole
) -> None:
    answer = enter(desk, role, body(market, desk))
    assert answer.status_code == 201, answer.text
    receipt = SignedReceipt(**answer.json())
    verify_receipt(receipt, SIGNER.key.public_key())
    assert (receipt.version, receipt.units) == (1, 3)
    (reading,) = desk.staff.run(lambda session: readings_of(session, desk.taro.person_id))
    assert (reading.desk, reading.screen, reading.what) == (role, "applications/entry", ("wallet",))
    again = enter(desk, role, body(market, desk))
    assert (again.json(), again.headers["idempotency-replayed"]) == (answer.json(), "true")


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.AUDIT, StaffRole.ADMIN])
def test_other_desks_enter_nothing(desk: HelpDesk, market: Market, role: StaffRole) -> None:
    assert enter(desk, role, body(market, desk)).json()["code"] == "role_not_allowed"


def test_a_double_is_refused_with_the_first_ones_way_and_time_until_the_wish_is_recorded(
    desk: HelpDesk, market: Market
) -> None:
    first = by_phone(market, desk, 2)
    refused = enter(desk, StaffRole.COMMERCE, body(market, desk))
    assert (refused.status_code, refused.json()["code"]) == (409, "already_applied")
    assert refused.json()["facts"] == {
        "receipt": first,
        "version": 1,
        "channel": "web",
        "received_at": OPENS.isoformat(),
        "units": 2,
    }
    changed = enter(desk, StaffRole.COMMERCE, body(market, desk, replaces_version=1, reason=WISH), "k2")
    assert (changed.json()["receipt"], changed.json()["version"]) == (first, 2)


@pytest.mark.parametrize(
    "facts", [{"form": {"number": "K-1"}}, {"form": {"received_on": "2023-08-02"}}, {"units": 0}, {"units": "3"}]
)
def test_half_a_form_is_no_entry(desk: HelpDesk, market: Market, facts: dict[str, Any]) -> None:
    assert enter(desk, StaffRole.HELP, body(market, desk, **facts)).status_code == 422


def test_who_may_apply_is_decided_by_what_was_read_on_record(make_database: Callable[..., Database]) -> None:
    market = Market(make_database)
    market.opened(replace(ROUND, slug="adults"), ADULTS)
    desk = HelpDesk(make_database)
    desk.clock.at = NOON
    # Nobody of the roll was told to have lived here on the base date, and what is not known is not so.
    refused = enter(desk, StaffRole.COMMERCE, body(market, desk))
    assert refused.json()["code"] == "not_resident_on_base_date"
    (reading,) = desk.staff.run(lambda session: readings_of(session, desk.taro.person_id))
    assert reading.what == ("birth_date", "wallet")


def test_an_unknown_person_and_an_unknown_round_are_refused(desk: HelpDesk, market: Market) -> None:
    nobody = enter(desk, StaffRole.HELP, body(market, desk, person_id=str(UUID(int=9))))
    assert nobody.json()["code"] == "person_unknown"
    nowhere = enter(desk, StaffRole.HELP, body(market, desk, round_id=str(UUID(int=9))))
    assert nowhere.json()["code"] == "round_unknown"


def test_the_story_tells_who_when_from_where_what_changed_and_what_became_of_it(desk: HelpDesk, market: Market) -> None:
    first = by_phone(market, desk, 2)
    enter(desk, StaffRole.COMMERCE, body(market, desk, replaces_version=1, reason=WISH))
    gone = desk.post(
        "/applications/withdrawals",
        StaffRole.HELP,
        key="w",
        json={
            "round_id": str(market.round_id),
            "person_id": str(desk.taro.person_id),
            "reason": "窓口で取り下げたいと聞いた",
        },
    )
    assert (gone.status_code, gone.json()["version"]) == (201, 3)
    market.staff.run(lambda session: close_round(session, market.round_id, now=CLOSES))
    why = {"code": "inquiry", "text": "本人から申し込みのお問い合わせ"}
    told = desk.post("/applications/story", StaffRole.HELP, json={"receipt": first, "reason": why}).json()
    assert [
        (item["version"], item["channel"], item["clerk_id"], item["units_before"], item["units"], item["signature"])
        for item in told["versions"]
    ] == [
        (1, "web", None, None, 2, "valid"),
        (2, "paper", str(desk.clerks[StaffRole.COMMERCE]), 2, 3, "valid"),
        (3, "counter", str(desk.clerks[StaffRole.HELP]), 3, None, None),
    ]
    assert (told["versions"][1]["form_number"], told["versions"][1]["received_on"]) == ("K-1", "2023-08-02")
    assert told["versions"][1]["reason"] == WISH
    assert (told["is_withdrawn"], told["is_in_closed_list"], told["void_reason"]) == (True, False, "withdrawn")
    assert (told["rank"], told["grants"], told["person_id"]) == (None, [], str(desk.taro.person_id))
    readings = desk.staff.run(lambda session: readings_of(session, desk.taro.person_id))
    assert readings[0].screen == "applications/story"
    assert readings[0].reason.text == why["text"]
    unknown = desk.post("/applications/story", StaffRole.HELP, json={"receipt": "A" * 16, "reason": why})
    assert unknown.json()["code"] == "application_unknown"


def test_a_stack_is_entered_page_by_page(desk: HelpDesk, market: Market) -> None:
    browser = desk.browser_of(StaffRole.COMMERCE)
    assert "申し込みの入力" in browser.page("/entries")
    found = searched(market, browser)
    assert "鹿島 太郎" in found
    assert "もう申し込んであります" not in found
    form = {**hidden(found), "units": "2", "form_number": "k-12", "received_on": "2023-08-02"}
    done = browser.submit("/entries", data=form)
    assert done.status_code == 303, done.text
    assert browser.submit("/entries", data=form).headers["location"] == done.headers["location"]
    page = browser.client.get(done.headers["location"]).text
    assert "申し込みを登録しました" in page
    assert "抽選の結果は、この番号で調べられます" in page
    assert "鹿島" not in page
    assert 'value="2023-08-02"' in page
    double = {**form, "form_key": "another"}
    double.pop("replaces", None)
    again = browser.submit("/entries", data=double)
    assert again.status_code == 409
    assert "この方は、もう申し込んでいます" in again.text
    assert "紙の申込書" in again.text
    wished = {**hidden(again.text), "units": "4", "form_number": "K-12", "received_on": "2023-08-02"}
    silent = browser.submit("/entries", data=wished)
    assert silent.status_code == 422
    assert "sentence for change_reason_missing" in silent.text
    assert browser.submit("/entries", data={**wished, "wish": WISH}).status_code == 303


def test_what_was_typed_wrong_is_said_at_its_field_and_nothing_is_stored(desk: HelpDesk, market: Market) -> None:
    browser = desk.browser_of(StaffRole.HELP)
    stack = {"round_id": str(market.round_id), "way": "paper", "received_on": "2023-08-02"}
    nameless = browser.submit("/entries/search", data={**stack, "birth_date": "1980-04-01"})
    assert nameless.status_code == 422
    assert "氏のカナを入力してください" in nameless.text
    assert "見つかりません" in searched(market, browser, birth_date="1980-04-02")
    facts = {**hidden(searched(market, browser)), "units": "2", "received_on": "2023-08-02"}
    assert "sentence for paper_form_not_well_formed" in browser.submit("/entries", data=facts).text
    tomorrow = {**facts, "form_number": "K-1", "received_on": "2023-08-04"}
    assert "sentence for paper_day_not_possible" in browser.submit("/entries", data=tomorrow).text
    assert desk.ask("SELECT count(*) FROM issuance.applications") == [(0,)]


def test_a_clerk_sees_what_was_asked_before_and_withdraws_it_for_a_wish(desk: HelpDesk, market: Market) -> None:
    by_phone(market, desk, 2)
    browser = desk.browser_of(StaffRole.HELP)
    found = searched(market, browser)
    assert "もう申し込んであります" in found
    form = {**hidden(found), "form_number": "K-3", "received_on": "2023-08-02"}
    silent = browser.submit("/entries/withdrawals", data=form)
    assert silent.status_code == 422
    assert 'action="/staff/entries/withdrawals"' in silent.text
    gone = browser.submit("/entries/withdrawals", data={**form, "wish": "取下書が届いた"})
    assert gone.status_code == 303, gone.text
    assert "取り下げを登録しました" in browser.client.get(gone.headers["location"]).text


def test_other_desks_see_no_such_page(desk: HelpDesk) -> None:
    browser = desk.browser_of(StaffRole.FINANCE)
    assert browser.client.get("/staff/entries").status_code == 403
