"""What a notice says to the resident, on a page and wherever else it is sent."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from issuance.notices.model import Notice, NoticeKind
from kernel.pages.filters import day_text, deadline_text
from kernel.yen import yen_text


class NoticeText(NamedTuple):
    """A title, a few sentences, and where the next step is: what the link says and its path."""

    title: str
    body: str
    label: str
    path: str


def notice_text(notice: Notice) -> NoticeText:
    """Say a notice; days are written in full, so that it stays true whenever it is read."""
    return _TEXTS[notice.kind](notice.facts)


def _value_expires(facts: Mapping[str, Any]) -> NoticeText:
    last_day = day_text(facts["last_day"])
    body = f"「{facts['campaign_title']}」の残り {yen_text(facts['left_yen'])}は、{last_day} まで使えます。"
    if facts["small_shops_yen"]:
        body += f"このうち {yen_text(facts['small_shops_yen'])}は、中小のお店だけで使えます。"
    return NoticeText(
        f"{last_day} で使えなくなる商品券があります",
        f"{body}その日を過ぎると、使えなくなります。",
        "残りのお金を見る",
        "/wallet/",
    )


def _pay_window_ends(facts: Mapping[str, Any]) -> NoticeText:
    return NoticeText(
        "お支払いの期限が近づいています",
        f"「{facts['campaign_title']}」の当選分 {_units(facts)}は、{deadline_text(facts['pay_until'])} までに"
        "お支払いください。過ぎると、買えなくなります。",
        "購入へ進む",
        f"/wallet/grants/{facts['grant_id']}",
    )


def _draw_result(facts: Mapping[str, Any]) -> NoticeText:
    asked = f"「{facts['campaign_title']}」に {facts['units_applied']}口 お申し込みの抽選が終わりました。"
    receipt = f"受付番号は {facts['receipt']} です。"
    if facts["units_granted"]:
        title = f"抽選の結果：{facts['units_granted']}口 当選しました"
        body = f"{asked}{facts['units_granted']}口 当選です。お支払いの期限までに、お買い求めください。{receipt}"
    else:
        title = "抽選の結果：今回は 当選しませんでした"
        body = f"{asked}今回は当選しませんでした。空きが出たときは、補欠の順にお知らせします。{receipt}"
    return NoticeText(title, body, "申し込みと購入を見る", "/wallet/buy")


def _waiting_list_offer(facts: Mapping[str, Any]) -> NoticeText:
    return NoticeText(
        f"空きが出たので {facts['units']}口 買えます",
        f"「{facts['campaign_title']}」の繰上げ当選です。{_units(facts)}を、{deadline_text(facts['pay_until'])} までに"
        "お支払いください。過ぎると、次の方にまわります。",
        "購入へ進む",
        f"/wallet/grants/{facts['grant_id']}",
    )


def _units(facts: Mapping[str, Any]) -> str:
    return f"{facts['units']}口（{yen_text(facts['units'] * facts['price_yen'])}）"


_TEXTS: Mapping[NoticeKind, Callable[[Mapping[str, Any]], NoticeText]] = {
    NoticeKind.VALUE_EXPIRES: _value_expires,
    NoticeKind.PAY_WINDOW_ENDS: _pay_window_ends,
    NoticeKind.DRAW_RESULT: _draw_result,
    NoticeKind.WAITING_LIST_OFFER: _waiting_list_offer,
}
