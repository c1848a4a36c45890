"""The lights of the Payment Services Act (資金決済法)."""

from collections.abc import Iterator
from datetime import date

from issuance.model import Issuer, RoundDraft
from issuance.planning.model import Light
from issuance.planning.rules.view import PlanView, Said, yellow
from kernel.clock import city_date
from ledger.rules.issuing import last_day_allowed

BASE_DATES = ((3, 31), (9, 30))
ISSUER_WORDS = {Issuer.CHAMBER: "商工会議所・商工会", Issuer.COMMITTEE: "実行委員会"}


def issuer(view: PlanView) -> Iterator[Said]:
    """Article 4, item 3 follows the issuer: only a municipality is left out whatever the term."""
    who = view.terms.issuer
    if who is not Issuer.CITY:
        yield yellow(
            f"発行者が{ISSUER_WORDS[who]}です。市の発行と違い、6か月以内に使い終わる商品券だけが規制の対象外です。"
        )


def deposit_base_dates(view: PlanView) -> Iterator[Said]:
    """Articles 13 and 14: whoever is not left out reports and deposits at the base dates that fall into the use."""
    if is_exempt(view):
        return
    days = sorted({day for item in view.rounds for day in base_dates_within(item)})
    named = "・".join(day.isoformat() for day in days) or "3月31日・9月30日"
    yield Said(
        Light.RED,
        f"規制の対象になります。基準日（{named}）の報告、未使用残高が1,000万円を超えるときの半額の供託、"
        "発行者名などの表示（13条）が要ります。",
    )


def refund_ban(view: PlanView) -> Iterator[Said]:
    """Article 20, paragraph 5 forbids giving money back for what is not left out."""
    days = view.terms.cancel_days
    if days and not is_exempt(view):
        yield Said(Light.RED, f"払戻しが禁止されるため、購入取消（{days}日）はできません。")


def is_exempt(view: PlanView) -> bool:
    """Whether the vouchers are left out by article 4: issued by the city, or used within six months of their issue."""
    return view.terms.issuer is Issuer.CITY or all(
        item.last_day <= last_day_allowed(city_date(item.pay_from)) for item in view.rounds
    )


def base_dates_within(item: RoundDraft) -> list[date]:
    """The base dates on which vouchers of a round may be unused."""
    first, last = city_date(item.pay_from), item.last_day
    days = (date(year, month, day) for year in range(first.year, last.year + 1) for month, day in BASE_DATES)
    return [day for day in days if first <= day <= last]
