"""Notices speak the reader's language; what leaves the house by LINE or e-mail stays Japanese."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from issuance.model.draws import VoidReason
from issuance.notices.model import Notice, NoticeKind
from kernel.pages.languages import words_of
from kernel.pages.look import Language
from tests.conftest import MakeDatabase
from tests.promises.page_texts import JAPANESE
from tests.wallet_api.pages.test_inbox_page import GRANT, ROUND
from tests.wallet_api.routes.test_inbox import LAST_DAY, TOLD_AT, tell
from tests.wallet_api.world import World
from wallet_api.notice_wording import NoticeText, Speech, notice_text

TITLE = "Winter voucher"
VALUE = {"campaign_title": TITLE, "last_day": "2026-12-15", "left_yen": 5_000, "small_shops_yen": 5_000}
WON = {**ROUND, "campaign_title": TITLE, "units_granted": 2, "merged_applications": 1}
OFFER = {**GRANT, "campaign_title": TITLE}
EVERY = [
    (NoticeKind.VALUE_EXPIRES, VALUE),
    (NoticeKind.PAY_WINDOW_ENDS, OFFER),
    (NoticeKind.WAITING_LIST_OFFER, OFFER),
    (NoticeKind.DRAW_RESULT, WON),
    (NoticeKind.DRAW_RESULT, {**WON, "units_granted": 0}),
    *(
        (NoticeKind.DRAW_RESULT, {**WON, "units_granted": 0, "void_reason": reason.value, "stands_for_it": "X1"})
        for reason in VoidReason
        if reason is not VoidReason.WITHDRAWN
    ),
]


def said(kind: NoticeKind, facts: dict[str, object], language: Language) -> NoticeText:
    speech = Speech(words_of("wallet_api", language).gettext, language)
    return notice_text(Notice(uuid4(), uuid4(), kind, LAST_DAY, facts, TOLD_AT), speech)


@pytest.mark.parametrize(("kind", "facts"), EVERY)
def test_every_notice_is_said_in_english_and_in_easy_japanese(kind: NoticeKind, facts: dict[str, object]) -> None:
    usual, easy, english = (said(kind, facts, language) for language in Language)
    # Money is written in one way everywhere.
    texts = [text.replace("円", "") for text in (english.title, english.body, english.label)]
    assert [text for text in texts if JAPANESE.search(text) or "%" in text] == []
    assert easy.body != usual.body
    assert (easy.path, english.path, english.draw_path) == (usual.path, usual.path, usual.draw_path)


def test_the_inbox_speaks_the_language_of_its_reader(
    api: TestClient, browser: TestClient, make_database: MakeDatabase, world: World
) -> None:
    tell(make_database, world)
    (notice,) = api.get("/notices", headers={"Accept-Language": "en"}).json()["notices"]
    assert notice["title"] == "Some of your vouchers end on Tue 15 Dec 2026"
    assert "5,000円" in notice["body"]
    read = api.post(f"/notices/{notice['notice_id']}/read", headers={"Accept-Language": "ja-easy"}).json()
    assert read["title"] == said(NoticeKind.VALUE_EXPIRES, VALUE, Language.EASY).title
    for address in ("/wallet/inbox", f"/wallet/inbox/{notice['notice_id']}"):
        assert notice["title"] in browser.get(address, headers={"Accept-Language": "en"}).text
        assert "2026年12月15日(火) で使えなくなる商品券があります" in browser.get(address).text
