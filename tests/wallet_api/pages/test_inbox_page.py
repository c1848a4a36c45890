"""The inbox in a browser: big, in plain Japanese, with a mark on what nobody has read."""

from dataclasses import replace
from typing import cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from issuance.notices.model import Notice, NoticeKind
from tests.conftest import MakeDatabase
from tests.wallet_api.routes.test_inbox import LAST_DAY, TOLD_AT, prove_address, tell
from tests.wallet_api.world import World
from wallet_api.notice_wording import NoticeText, notice_text

ROUND = {
    "campaign_title": "かしまん商品券 冬",
    "receipt": "K7QW2T8Y5XN1V0BC",
    "units_applied": 3,
    "round_id": "r",
    "round_slug": "winter-1",
    "void_reason": None,
    "stands_for_it": None,
    "merged_applications": 0,
}
MOVED = {**ROUND, "units_granted": 0, "void_reason": "moved"}
GRANT = {
    "campaign_title": "かしまん商品券 冬",
    "grant_id": "g",
    "units": 2,
    "price_yen": 4_000,
    "pay_until": "2026-11-30T15:00:00+00:00",
}


def said(kind: NoticeKind, facts: dict[str, object]) -> NoticeText:
    return notice_text(Notice(uuid4(), uuid4(), kind, LAST_DAY, facts, TOLD_AT))


def test_the_first_screen_leads_to_the_inbox_and_says_what_is_unread(
    browser: TestClient, make_database: MakeDatabase, world: World
) -> None:
    assert "新しいものは ありません" in browser.get("/wallet/").text
    tell(make_database, world)
    page = browser.get("/wallet/").text
    assert "読んでいないもの 1件" in page
    assert 'href="/wallet/inbox"' in page


def test_a_notice_loses_its_mark_when_it_is_opened(
    browser: TestClient, make_database: MakeDatabase, world: World
) -> None:
    assert "お知らせは まだ ありません。" in browser.get("/wallet/inbox").text
    tell(make_database, world)
    inbox = browser.get("/wallet/inbox").text
    assert "● まだ読んでいません" in inbox
    path = inbox.split('link-card" href="')[1].split('"')[0]
    notice = browser.get(path)
    assert notice.status_code == 200
    assert "「かしまん商品券 冬」の残り 5,000円は、2026年12月15日(火) まで使えます。" in notice.text
    assert "● まだ読んでいません" not in browser.get("/wallet/inbox").text


def test_a_notice_that_is_not_there_is_refused_with_a_page(browser: TestClient) -> None:
    answer = browser.get(f"/wallet/inbox/{uuid4()}")
    assert answer.status_code == 404
    assert "notice_unknown" in answer.text


def test_a_door_is_chosen_with_a_form(browser: TestClient) -> None:
    assert 'value="inbox" required checked' in browser.get("/wallet/inbox").text
    answer = browser.post("/wallet/inbox/door", data={"door": "line"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/wallet/inbox")
    assert 'value="line" required checked' in browser.get("/wallet/inbox").text
    assert browser.post("/wallet/inbox/door", data={"door": "email"}).status_code == 404
    assert browser.post("/wallet/inbox/door", data={"door": "fax"}).status_code == 422
    foreign = browser.post("/wallet/inbox/door", data={"door": "line"}, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403


def test_nobody_sees_an_inbox_without_signing_in(stranger: TestClient) -> None:
    answer = stranger.get("/wallet/inbox")
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/wallet/sign-in")


@pytest.mark.parametrize(
    ("kind", "facts", "title", "path"),
    [
        (NoticeKind.PAY_WINDOW_ENDS, GRANT, "お支払いの期限が近づいています", "/wallet/grants/g"),
        (NoticeKind.WAITING_LIST_OFFER, GRANT, "空きが出たので 2口 買えます", "/wallet/grants/g"),
        (NoticeKind.DRAW_RESULT, {**ROUND, "units_granted": 2}, "抽選の結果：2口 当選しました", "/wallet/buy"),
        (NoticeKind.DRAW_RESULT, {**ROUND, "units_granted": 0}, "抽選の結果：今回は 当選しませんでした", "/wallet/buy"),
        (
            NoticeKind.DRAW_RESULT,
            MOVED,
            "抽選の結果：この申し込みは 抽選の対象になりませんでした",
            "/wallet/rounds/r/receipt",
        ),
    ],
)
def test_every_kind_of_notice_has_its_words_and_its_next_step(
    kind: NoticeKind, facts: dict[str, object], title: str, path: str
) -> None:
    text = said(kind, facts)
    assert (text.title, text.path) == (title, path)
    assert text.draw_path == ("/draws/winter-1" if kind is NoticeKind.DRAW_RESULT else None)


def test_a_deadline_at_midnight_is_said_as_the_end_of_the_day_before() -> None:
    body = said(NoticeKind.PAY_WINDOW_ENDS, GRANT).body
    assert "2口（8,000円）は、2026年11月30日(月) 24:00 までにお支払いください。" in body


def test_e_mail_is_offered_where_the_city_sends_it_to_whoever_proved_an_address(
    browser: TestClient, make_database: MakeDatabase, world: World
) -> None:
    assert "メール" not in browser.get("/wallet/inbox").text
    app = cast(FastAPI, browser.app)
    app.state.wallet = replace(app.state.wallet, sends_mail=True)
    page = browser.get("/wallet/inbox").text
    assert 'href="/id/account#mail-title"' in page
    assert 'value="email"' not in page
    refused = browser.post("/wallet/inbox/door", data={"door": "email"})
    assert (refused.status_code, 'href="/id/account#mail-title"' in refused.text) == (409, True)
    prove_address(make_database, world)
    assert browser.post("/wallet/inbox/door", data={"door": "email"}).status_code == 303
    assert 'value="email" required checked' in browser.get("/wallet/inbox").text
