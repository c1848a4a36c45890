"""What a notice says to the resident, on a page and wherever else it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from issuance.model.draws import VoidReason
from issuance.notices.model import NoticeKind
from kernel.pages import Language, msgid
from kernel.pages.filters import day_text, deadline_text
from kernel.yen import yen_text

Say = Callable[[str], str]


class NoticeText(NamedTuple):
    """A title, a few sentences, and where the next step is: what the link says and its path.

    `draw_path` is the public page of the draw that a notice tells of, where anybody can check it.
    """

    title: str
    body: str
    label: str
    path: str
    draw_path: str | None = None


class Told(Protocol):
    """What a notice is about."""

    @property
    def kind(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Speech:
    """How sentences are said: `say` translates a text; days are written as the language does."""

    say: Say = str
    language: Language = Language.JA

    def __call__(self, text: str, **facts: object) -> str:
        """Say a text, with its facts in their places."""
        return self.say(text) % facts if facts else self.say(text)

    def day(self, value: str) -> str:
        """A day."""
        return day_text(value, self.language)

    def deadline(self, value: str) -> str:
        """The first instant that is too late."""
        return deadline_text(value, self.language)


IN_JAPANESE = Speech()


def notice_text(notice: Told, speech: Speech = IN_JAPANESE) -> NoticeText:
    """Say a notice; days are written in full, so that it stays true whenever it is read."""
    return _TEXTS[NoticeKind(notice.kind)](notice.facts, speech)


def _value_expires(facts: Mapping[str, Any], say: Speech) -> NoticeText:
    last_day = say.day(facts["last_day"])
    left = msgid("「%(title)s」の残り %(left)sは、%(day)s まで使えます。")
    body = [say(left, title=facts["campaign_title"], left=yen_text(facts["left_yen"]), day=last_day)]
    if facts["small_shops_yen"]:
        small = msgid("このうち %(amount)sは、中小のお店だけで使えます。")
        body.append(say(small, amount=yen_text(facts["small_shops_yen"])))
    body.append(say(msgid("その日を過ぎると、使えなくなります。")))
    title = say(msgid("%(day)s で使えなくなる商品券があります"), day=last_day)
    return NoticeText(title, _joined(body, say), say(msgid("残りのお金を見る")), "/wallet/")


def _pay_window_ends(facts: Mapping[str, Any], say: Speech) -> NoticeText:
    text = msgid("「%(title)s」の当選分 %(units)sは、%(deadline)s までにお支払いください。過ぎると、買えなくなります。")
    deadline = say.deadline(facts["pay_until"])
    return NoticeText(
        say(msgid("お支払いの期限が近づいています")),
        say(text, title=facts["campaign_title"], units=_units(facts, say), deadline=deadline),
        say(msgid("購入へ進む")),
        f"/wallet/grants/{facts['grant_id']}",
    )


def _draw_result(facts: Mapping[str, Any], say: Speech) -> NoticeText:
    """Of a result; notices that were made before the draw's page was told have no `round_slug` and no reasons."""
    asked = msgid("「%(title)s」に %(units)s口 お申し込みの抽選が終わりました。")
    body = [say(asked, title=facts["campaign_title"], units=facts["units_applied"])]
    receipt = say(msgid("あなたの受付番号は %(receipt)s です。"), receipt=facts["receipt"])
    draw_path = f"/draws/{facts['round_slug']}" if "round_slug" in facts else None
    if facts.get("void_reason") is not None:
        title, why = _WHY_VOID[facts["void_reason"]]
        body += [say(text, stands_for_it=facts["stands_for_it"]) for text in why] + [receipt]
        path = f"/wallet/rounds/{facts['round_id']}/receipt"
        return NoticeText(say(title), _joined(body, say), say(msgid("申し込みの控えを見る")), path, draw_path)
    title = _result(facts, say, body)
    text = _joined([*body, receipt], say)
    return NoticeText(title, text, say(msgid("申し込みと購入を見る")), "/wallet/buy", draw_path)


def _result(facts: Mapping[str, Any], say: Speech, body: list[str]) -> str:
    """Add what came of an application that was in the draw; answers the title."""
    if facts.get("merged_applications"):
        merged = msgid(
            "ご家族（同じ世帯）の ほかの申し込み %(count)s件を、この申し込みに ひとつにまとめて抽選しました。"
        )
        body.append(say(merged, count=facts["merged_applications"]))
    granted = facts["units_granted"]
    if granted:
        body.append(say(msgid("%(units)s口 当選です。お支払いの期限までに、お買い求めください。"), units=granted))
        return say(msgid("抽選の結果：%(units)s口 当選しました"), units=granted)
    body.append(say(msgid("今回は当選しませんでした。空きが出たときは、補欠の順にお知らせします。")))
    return say(msgid("抽選の結果：今回は 当選しませんでした"))


def _waiting_list_offer(facts: Mapping[str, Any], say: Speech) -> NoticeText:
    text = msgid(
        "「%(title)s」の繰上げ当選です。%(units)sを、%(deadline)s までにお支払いください。"
        "過ぎると、次の方にまわります。"
    )
    deadline = say.deadline(facts["pay_until"])
    return NoticeText(
        say(msgid("空きが出たので %(units)s口 買えます"), units=facts["units"]),
        say(text, title=facts["campaign_title"], units=_units(facts, say), deadline=deadline),
        say(msgid("購入へ進む")),
        f"/wallet/grants/{facts['grant_id']}",
    )


def _units(facts: Mapping[str, Any], say: Speech) -> str:
    amount = yen_text(facts["units"] * facts["price_yen"])
    return say(msgid("%(units)s口（%(amount)s）"), units=facts["units"], amount=amount)


def _joined(sentences: list[str], say: Speech) -> str:
    return (" " if say.language is Language.EN else "").join(sentences)


_NOT_IN_DRAW = msgid("抽選の結果：この申し込みは 抽選の対象になりませんでした")
_ASK = msgid("お心当たりがないときは、受付番号をもって、市役所の窓口へおいでください。")
_WHY_VOID: Mapping[str, tuple[str, tuple[str, ...]]] = {
    VoidReason.MERGED: (
        msgid("抽選の結果：ご家族の申し込みと まとめて抽選しました"),
        (
            msgid(
                "この申し込みは、ご家族（同じ世帯）の ほかの申し込み（受付番号 %(stands_for_it)s）と "
                "まとめて抽選しました。"
            ),
            msgid(
                "結果は、その受付番号で 抽選の公開ページに のっています。"
                "当選した分は、その申し込みをした ご家族が 買えます。"
            ),
        ),
    ),
    VoidReason.DUPLICATE: (
        _NOT_IN_DRAW,
        (msgid("おなじ方の申し込みが ほかにもあるため、この申し込みは 抽選に入っていません。"), _ASK),
    ),
    VoidReason.MOVED: (
        _NOT_IN_DRAW,
        (msgid("市の外へ 引っ越された（転出の）届けがあるため、この申し込みは 抽選に入っていません。"), _ASK),
    ),
    VoidReason.DIED: (
        _NOT_IN_DRAW,
        (
            msgid("お申し込みの方が 亡くなられたという届けがあるため、この申し込みは 抽選に入っていません。"),
            msgid("ご家族の方で お心当たりがないときは、市役所の窓口へ お声がけください。"),
        ),
    ),
    VoidReason.NOT_ELIGIBLE: (
        _NOT_IN_DRAW,
        (msgid("申し込める条件に あわないため、この申し込みは 抽選に入っていません。"), _ASK),
    ),
}
"""Title and reason of an application that was not in the draw itself."""
_TEXTS: Mapping[NoticeKind, Callable[[Mapping[str, Any], Speech], NoticeText]] = {
    NoticeKind.VALUE_EXPIRES: _value_expires,
    NoticeKind.PAY_WINDOW_ENDS: _pay_window_ends,
    NoticeKind.DRAW_RESULT: _draw_result,
    NoticeKind.WAITING_LIST_OFFER: _waiting_list_offer,
}
