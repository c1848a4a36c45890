"""What is allowed and yet unlikely to be meant: each is said, and next to nothing of it forbids anything."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

import holidays

from issuance.model import PurchaseMethod, RoundRule
from issuance.planning.model import Light
from issuance.planning.rules.sentences import with_commas
from issuance.planning.rules.view import PlanView, Said, yellow
from kernel.clock import CITY_ZONE, city_date

PREMIUM_PERCENT_MAX = 50
BUDGET_TIMES_MAX = 2
LAST_YEAR_TIMES_MAX = 5
"""A zero too many or too few is ten times; a campaign that grows by this much is worth a second look."""
OFFICE_HOURS = range(8, 21)
SATURDAY = 5


def nothing_more(_view: PlanView) -> Iterator[Said]:
    """Say nothing beyond what is refused."""
    return iter(())


def names(view: PlanView) -> Iterator[Said]:
    """A title, and a short name of its own for each round."""
    if not view.draft.title.strip():
        yield yellow("事業の名前がありません。")
    slugs = [item.slug for item in view.rounds]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        yield Said(Light.RED, f"短い名前「{slug}」の回が2つ以上あります。回ごとに別の名前を付けてください。")


def premium_rate(view: PlanView) -> Iterator[Said]:
    """A premium of more than half of the price was seen nowhere."""
    percent = view.terms.premium_yen * 100 / max(1, view.terms.price_yen)
    if percent > PREMIUM_PERCENT_MAX:
        yield yellow(f"プレミアム率が{percent:.1f}%です。価格と額面を確かめてください。")


def sums(view: PlanView) -> str:
    """What all units come to, so that a mistyped number is seen by whoever knows the sums."""
    units, terms = view.terms.units_total, view.terms
    return (
        f"全{with_commas(units)}口で、販売額{with_commas(units * terms.price_yen)}円、"
        f"プレミアム{with_commas(units * terms.premium_yen)}円、"
        f"発行額{with_commas(units * terms.face_yen)}円になり、予算に収まります。"
    )


def budget(view: PlanView) -> Iterator[Said]:
    """A budget of many times the premium has a zero too many, or the units one too few."""
    premium_yen = view.terms.units_total * view.terms.premium_yen
    if premium_yen > 0 and view.terms.budget_yen >= premium_yen * BUDGET_TIMES_MAX:
        yield yellow(
            f"予算{with_commas(view.terms.budget_yen)}円が、プレミアムの総額{with_commas(premium_yen)}円の"
            f"{view.terms.budget_yen // premium_yen}倍あります。予算か総口数のけたを確かめてください。"
        )


def caps(view: PlanView) -> Iterator[Said]:
    """A cap that caps nothing, or that another cap makes void."""
    terms = view.terms
    person, household, card = terms.max_units_per_person, terms.max_units_per_household, terms.max_units_per_card
    if person > terms.units_total:
        yield yellow(f"1人の上限{person}口が、総口数{with_commas(terms.units_total)}口より多くなっています。")
    if household is not None and household < person:
        yield yellow(f"1世帯の上限{household}口が、1人の上限{person}口より少なくなっています。")
    if card is not None and card < person:
        yield yellow(f"カード1枚の上限{card}口が、1人の上限{person}口より少なくなっています。")


def compared_with_last_year(view: PlanView) -> Iterator[Said]:
    """Numbers that are many times what they were, as a mistyped one is."""
    if view.last_year is None:
        return
    for name, words in (
        ("units_total", "総口数"),
        ("budget_yen", "予算"),
        ("price_yen", "1口の価格"),
        ("face_yen", "1口の額面"),
        ("max_units_per_person", "1人の上限口数"),
    ):
        before, after = getattr(view.last_year, name), getattr(view.terms, name)
        if max(before, after) >= LAST_YEAR_TIMES_MAX * max(1, min(before, after)):
            yield yellow(
                f"{words}が、前回の{with_commas(before)}から{with_commas(after)}に変わっています。"
                "けたを確かめてください。"
            )


def quotas(view: PlanView) -> Iterator[Said]:
    """Units that are kept for somebody need a round of their own."""
    planned = {item.quota for item in view.rounds}
    for quota in view.terms.quotas:
        if view.rounds and quota.name not in planned:
            yield yellow(f"優先枠「{quota.name}」の回が計画にありません。{with_commas(quota.units)}口が残ります。")


def residents(view: PlanView) -> Iterator[Said]:
    """Who may apply, and a base date that the roll can answer for."""
    base_date = view.terms.base_date
    if base_date is None:
        yield yellow("対象者の基準日がないため、市外の方も申し込めます。")
    elif view.rounds and base_date > min(city_date(item.opens_at) for item in view.rounds):
        yield yellow(f"基準日{base_date}が受付の開始より後です。受付のときに住民かどうかを確かめられません。")


def payment_methods(view: PlanView) -> Iterator[Said]:
    """Nobody is left behind: who has neither card nor telephone pays at the counter."""
    if PurchaseMethod.COUNTER not in view.terms.payment_methods:
        yield yellow("窓口での支払いがありません。カードやスマートフォンのない方が買えません。")


def rounds(view: PlanView) -> Iterator[Said]:
    """What is offered against what there is, and what one may ask for against what is offered."""
    if not view.rounds:
        yield yellow("募集の回が1つも計画されていません。")
        return
    offered = sum(item.units_offered for item in view.rounds)
    if offered != view.terms.units_total:
        yield yellow(
            f"計画した回の募集口数の合計が{with_commas(offered)}口で、"
            f"総口数{with_commas(view.terms.units_total)}口と違います。"
        )
    for item in view.rounds:
        if item.max_units > item.units_offered:
            yield yellow(f"回「{item.slug}」：1人の上限{item.max_units}口が、募集口数より多くなっています。")
        if item.rule is RoundRule.FIRST_COME:
            yield yellow(f"回「{item.slug}」：先着順です。受付の開始にアクセスが集中します。")
        if item.first_time_only and not any(other.closes_at <= item.opens_at for other in view.rounds):
            yield yellow(f"回「{item.slug}」：未当選の方のための回ですが、これより前に締め切る回がありません。")


def dates(view: PlanView) -> Iterator[Said]:
    """Dates of last year."""
    for item in view.rounds:
        if item.opens_at <= view.now:
            yield yellow(f"回「{item.slug}」：受付の開始{_said(item.opens_at)}が過ぎています。")


def reminders(view: PlanView) -> Iterator[Said]:
    """Reminders that would come before anybody has a voucher, or that repeat each other."""
    days = view.terms.reminder_days
    if not days:
        yield yellow("期限前のお知らせが1回もありません。")
    if len(set(days)) < len(days):
        yield yellow("期限前のお知らせに、同じ日が2回あります。")
    for item in view.rounds:
        first = max(city_date(item.pay_from), item.first_day)
        early = sorted({day for day in days if item.last_day - timedelta(days=day) < first}, reverse=True)
        if early:
            named = "・".join(f"{day}日前" for day in early)
            yield yellow(f"回「{item.slug}」：{named}のお知らせが、使い始めるより前になります。")


def closing_time(view: PlanView) -> Iterator[Said]:
    """Nobody answers the telephone at night or on a holiday, which is when the last applications come."""
    for item in view.rounds:
        closes_at = item.closes_at.astimezone(CITY_ZONE)
        last_moment = closes_at - timedelta(microseconds=1)
        if closes_at.hour not in OFFICE_HOURS:
            yield yellow(f"回「{item.slug}」：締切{_said(item.closes_at)}が夜間です。困った方の電話に出られません。")
        elif _is_day_off(last_moment.date()):
            yield yellow(f"回「{item.slug}」：締切{_said(item.closes_at)}が休日です。困った方の電話に出られません。")


def _is_day_off(day: date) -> bool:
    return day.weekday() >= SATURDAY or day in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("JP", years=year))


def _said(at: datetime) -> str:
    return f"{at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"
