"""The panel of legal and sanity checks: every light at once, each with its sentence and its article.

The Payment Services Act (資金決済法) leaves out what a municipality issues (article 4, item 3) and what ends within six
months of its issue (article 4, item 2; Order, article 4, paragraph 2). What is neither has base dates on 31 March and
30 September, with reports and a deposit of half of what is unused above ten million yen (article 14), tells its holders
the issuer, the term and whom to ask (article 13), and is not refunded (article 20, paragraph 5).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from issuance.model import CampaignDraft, CampaignTerms
from issuance.planning.model import Finding, Light
from issuance.planning.rules import law, sanity
from issuance.planning.rules.sentences import red
from issuance.planning.rules.view import PlanView, Said
from issuance.rules.campaigns import units_offerable
from issuance.rules.terms import round_problems, slug_problems, terms_problems
from kernel.refusals import Refusal

SIX_MONTHS = "資金決済法4条2号・同施行令4条2項"
NUMBERS = "campaign_number_out_of_range"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the panel: what it says when it is well, the refusals that make it red, and what else it looks at."""

    name: str
    fine: str | Callable[[PlanView], str]
    reds: frozenset[str] = frozenset()
    looks: Callable[[PlanView], Iterator[Said]] = sanity.nothing_more
    law: str | None = None


def _check(
    name: str,
    fine: str | Callable[[PlanView], str],
    *reds: str,
    looks: Callable[[PlanView], Iterator[Said]] = sanity.nothing_more,
    law: str | None = None,
) -> Check:
    return Check(name, fine, frozenset(reds), looks, law)


CHECKS: Sequence[Check] = (
    _check("names", "事業と回の短い名前は使えます。", "slug_not_well_formed", looks=sanity.names),
    _check(
        "amounts",
        "1口の価格・額面は整数の円で、額面が価格を上回っています。",
        *("amount_not_whole_yen", "amount_out_of_range", "face_not_above_price"),
    ),
    _check("premium_rate", "プレミアム率は50%以下です。", looks=sanity.premium_rate),
    _check("budget", sanity.sums, "budget_below_premium", looks=sanity.budget),
    _check("numbers", "口数・日数・年齢は、すべて使える範囲です。", NUMBERS, looks=sanity.caps),
    _check("last_year", "前回と桁の違う数字はありません。", looks=sanity.compared_with_last_year),
    _check("small_shop_part", "専用分の購入者負担は、1円単位で割り切れます。", "small_shop_part_not_possible"),
    _check(
        "quotas",
        "優先枠の合計は、総口数に収まります。",
        "quota_not_well_formed",
        "quotas_exceed_units",
        "quota_unknown",
        looks=sanity.quotas,
    ),
    _check("residents", "対象者の基準日と年齢の条件がそろっています。", "base_date_missing", looks=sanity.residents),
    _check(
        "payment_methods",
        "スマートフォンのない方も、窓口で支払えます。",
        "no_payment_method",
        looks=sanity.payment_methods,
    ),
    _check("issuer", "市が発行者なので、前払式支払手段の規制の対象外です。", looks=law.issuer, law="資金決済法4条3号"),
    _check(
        "six_months",
        "どの回の商品券も、発行から6か月以内に使い終わります。",
        "use_longer_than_six_months",
        law=SIX_MONTHS,
    ),
    _check(
        "deposit_base_dates",
        "基準日（3月31日・9月30日）の報告と供託は要りません。",
        looks=law.deposit_base_dates,
        law="資金決済法14条",
    ),
    _check("refund_ban", "購入取消は、法の払戻し禁止に触れません。", looks=law.refund_ban, law="資金決済法20条5項"),
    _check(
        "rounds",
        "募集の回の口数は、総口数に見合っています。",
        "units_exceed_campaign",
        "commitment_not_well_formed",
        looks=sanity.rounds,
    ),
    _check("dates", "日付は、すべて正しい順に並んでいます。", "round_dates_not_in_order", looks=sanity.dates),
    _check("pay_window", "支払期間は、どの回も3日以上あります。", "pay_window_too_short"),
    _check("reminders", "期限前のお知らせは、すべて利用期間の中に届きます。", looks=sanity.reminders),
    _check("closing_time", "締切は、平日の昼間です。", looks=sanity.closing_time),
)


class _Problem(NamedTuple):
    refusal: Refusal
    where: str


def panel(draft: CampaignDraft, now: datetime, last_year: CampaignTerms | None = None) -> tuple[Finding, ...]:
    """Hold a draft against law and sanity: at least one finding of every check, in the order of the checks.

    What is red is what approving, opening and opening a round refuse, under the code of that refusal. `last_year` are
    the terms of the campaign that was copied.
    """
    view = PlanView(draft, now, last_year)
    problems = list(_problems(draft))
    findings: list[Finding] = []
    for check in CHECKS:
        reds = [
            red(item.refusal, where=item.where, law=check.law) for item in problems if item.refusal.code in check.reds
        ]
        others = (
            [] if reds else [Finding(check.name, said.light, said.sentence, check.law) for said in check.looks(view)]
        )
        findings += reds or others or [_green(check, view)]
    return tuple(findings)


def _green(check: Check, view: PlanView) -> Finding:
    sentence = check.fine if isinstance(check.fine, str) else check.fine(view)
    return Finding(check.name, Light.GREEN, sentence, check.law)


def _problems(draft: CampaignDraft) -> Iterator[_Problem]:
    for problem in (*slug_problems(draft.slug), *terms_problems(draft.terms)):
        yield _Problem(problem, "")
    for item in draft.rounds:
        for problem in round_problems(item, draft.terms, units_offerable(draft.terms, (), item.quota)):
            yield _Problem(problem, item.slug)
