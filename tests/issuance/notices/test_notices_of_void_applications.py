"""Whoever applied and was not in the draw is told why, or which application of the household stands for theirs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from issuance.lottery.rule_sheet import Grouping
from issuance.model.draws import VoidReason
from issuance.operations.run_draw import run_draw
from tests.issuance.ceremony.hall import DISPUTED, applied, close, correct, freeze, in_household, settle
from tests.issuance.market import (
    CAMPAIGN,
    DRAWN,
    OPENS,
    ROUND,
    SIGNATURE,
    TERMS,
    Market,
    application,
    person,
    sheet_plan,
    wallet,
)
from tests.issuance.notices.post_office import PostOffice
from wallet_api.notice_wording import NoticeText, notice_text

KEY = bytes(range(32))
MINUTE = timedelta(minutes=1)
ASKED = "「かしまんPAY 2023」に 2口 お申し込みの抽選が終わりました。"
NOT_IN_DRAW = "抽選の結果：この申し込みは 抽選の対象になりませんでした"
ASK = "お心当たりがないときは、受付番号をもって、市役所の窓口へおいでください。"
WHY = {
    VoidReason.MOVED: f"市の外へ 引っ越された（転出の）届けがあるため、この申し込みは 抽選に入っていません。{ASK}",
    VoidReason.NOT_ELIGIBLE: f"申し込める条件に あわないため、この申し込みは 抽選に入っていません。{ASK}",
    VoidReason.DUPLICATE: f"おなじ方の申し込みが ほかにもあるため、この申し込みは 抽選に入っていません。{ASK}",
    VoidReason.DIED: "お申し込みの方が 亡くなられたという届けがあるため、この申し込みは 抽選に入っていません。"
    "ご家族の方で お心当たりがないときは、市役所の窓口へ お声がけください。",
}


def drawn(market: Market) -> None:
    market.name_beacon()
    freeze(market)
    market.worker.run(lambda session: run_draw(session, market.round_id, signature_hex=SIGNATURE, now=DRAWN))


def told(office: PostOffice, number: int) -> tuple[Mapping[str, Any], NoticeText]:
    (item,) = office.inbox(wallet(number))
    return item.notice.facts, notice_text(item.notice)


@pytest.mark.parametrize("reason", WHY, ids=str)
def test_who_did_not_count_is_told_why_and_where_the_proof_is(post_office: PostOffice, reason: VoidReason) -> None:
    market = post_office.market
    round_id = market.opened()
    _, out = applied(market, application(round_id, 0, 2), application(round_id, 1, 2))
    close(market, standings={person(0): None, person(1): reason})
    drawn(market)
    assert post_office.make_at(DRAWN) == 2
    facts, text = told(post_office, 1)
    assert facts == {
        "round_id": str(round_id),
        "round_slug": "premium-2023-1",
        "campaign_title": "かしまんPAY 2023",
        "receipt": out.receipt,
        "units_applied": 2,
        "units_granted": 0,
        "void_reason": reason.value,
        "stands_for_it": None,
        "merged_applications": 0,
    }
    assert text == NoticeText(
        title=NOT_IN_DRAW,
        body=f"{ASKED}{WHY[reason]}あなたの受付番号は {out.receipt} です。",
        label="申し込みの控えを見る",
        path=f"/wallet/rounds/{round_id}/receipt",
        draw_path="/draws/premium-2023-1",
    )
    counted, won = told(post_office, 0)
    assert (counted["void_reason"], counted["units_granted"], won.title) == (None, 2, "抽選の結果：2口 当選しました")


def test_of_a_household_one_is_told_of_the_row_and_the_others_which_receipt_it_has(post_office: PostOffice) -> None:
    market = post_office.market
    round_id = market.opened(ROUND, replace(CAMPAIGN, terms=replace(TERMS, max_units_per_household=8)))
    market.publish_rules(sheet_plan(grouping=Grouping.HOUSEHOLD), KEY)
    (early,) = applied(market, in_household(application(round_id, 0, 2), 7), now=OPENS)
    late = [
        applied(market, in_household(application(round_id, number, 2), 7), now=OPENS + number * MINUTE)[0]
        for number in (1, 2)
    ]
    close(market, campaign_key=KEY)
    drawn(market)
    assert post_office.make_at(DRAWN) == 3
    facts, text = told(post_office, 0)
    assert (facts["void_reason"], facts["stands_for_it"], facts["merged_applications"]) == (None, None, 2)
    assert text == NoticeText(
        title="抽選の結果：6口 当選しました",
        body=f"{ASKED}ご家族（同じ世帯）の ほかの申し込み 2件を、この申し込みに ひとつにまとめて抽選しました。"
        f"6口 当選です。お支払いの期限までに、お買い求めください。あなたの受付番号は {early.receipt} です。",
        label="申し込みと購入を見る",
        path="/wallet/buy",
        draw_path="/draws/premium-2023-1",
    )
    for number, receipt in enumerate(late, start=1):
        facts, text = told(post_office, number)
        assert (facts["void_reason"], facts["stands_for_it"], facts["units_granted"]) == ("merged", early.receipt, 0)
        assert text == NoticeText(
            title="抽選の結果：ご家族の申し込みと まとめて抽選しました",
            body=f"{ASKED}この申し込みは、ご家族（同じ世帯）の ほかの申し込み（受付番号 {early.receipt}）と "
            "まとめて抽選しました。結果は、その受付番号で 抽選の公開ページに のっています。"
            "当選した分は、その申し込みをした ご家族が 買えます。"
            f"あなたの受付番号は {receipt.receipt} です。",
            label="申し込みの控えを見る",
            path=f"/wallet/rounds/{round_id}/receipt",
            draw_path="/draws/premium-2023-1",
        )


def test_what_the_household_is_told_names_nobody_of_it(post_office: PostOffice) -> None:
    market = post_office.market
    round_id = market.opened(ROUND, replace(CAMPAIGN, terms=replace(TERMS, max_units_per_household=8)))
    market.publish_rules(sheet_plan(grouping=Grouping.HOUSEHOLD), KEY)
    applied(market, in_household(application(round_id, 0, 2), 7), now=OPENS)
    applied(market, in_household(application(round_id, 1, 2), 7), now=OPENS + MINUTE)
    close(market, campaign_key=KEY)
    drawn(market)
    post_office.make_at(DRAWN)
    facts, text = told(post_office, 1)
    for secret in (str(person(0)), str(wallet(0)), "00000000-0000-0000-0000-000000000007"):
        assert secret not in f"{facts} {text}"


def test_the_newest_list_is_what_counts(post_office: PostOffice) -> None:
    market = post_office.market
    round_id = market.opened()
    applied(market, application(round_id, 0, 2), application(round_id, 1, 2))
    close(market, standings={person(0): None, person(1): VoidReason.MOVED})
    correct(market, {})
    settle(market, now=DISPUTED + MINUTE)
    drawn(market)
    post_office.make_at(DRAWN)
    facts, text = told(post_office, 1)
    assert (facts["void_reason"], facts["units_granted"], text.title) == (None, 2, "抽選の結果：2口 当選しました")


def test_a_notice_from_before_reasons_were_told_can_still_be_read(post_office: PostOffice) -> None:
    market = post_office.market
    market.selling([2])
    post_office.make_at(DRAWN)
    (item,) = post_office.inbox(wallet(0))
    old = {name: item.notice.facts[name] for name in ("round_id", "campaign_title", "receipt")}
    text = notice_text(replace(item.notice, facts={**old, "units_applied": 2, "units_granted": 0}))
    assert (text.title, text.draw_path) == ("抽選の結果：今回は 当選しませんでした", None)
