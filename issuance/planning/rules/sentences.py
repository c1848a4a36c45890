"""What a clerk reads of each red problem; the facts are those of the refusal, and `where` says of which round."""

from collections.abc import Mapping

from issuance.planning.model import Finding, Light
from kernel.refusals import Refusal

WORDS: Mapping[str, str] = {
    "units_total": "総口数",
    "max_units_per_person": "1人の上限口数",
    "max_units_per_household": "1世帯の上限口数",
    "max_units_per_card": "カード1枚の上限口数",
    "max_units_first_day": "初日の上限口数",
    "age_min": "年齢の下限",
    "cancel_days": "購入取消の日数",
    "reminder_days": "お知らせの日数",
    "max_units": "この回の1人の上限口数",
    "units_offered": "募集口数",
    "grace_days": "返金の猶予日数",
    "offer_days": "繰上げの支払日数",
    "opens_at": "受付の開始",
    "closes_at": "受付の締切",
    "pay_from": "支払の開始",
    "pay_until": "支払の締切",
    "first_day": "利用の初日",
    "last_day": "利用の最終日",
}
SENTENCES: Mapping[str, str] = {
    "slug_not_well_formed": "{where}短い名前「{slug}」が使えません。半角の英小文字・数字・ハイフンで書いてください。",
    "amount_not_whole_yen": "金額「{given}」が整数の円ではありません。",
    "amount_out_of_range": "金額{given_yen}円は使えません。{min_yen}円から{max_yen}円までにしてください。",
    "face_not_above_price": "額面{face_yen}円が販売価格{price_yen}円より高くないため、プレミアムがありません。",
    "campaign_number_out_of_range": "{where}{name}が{given}になっています。{min}から{max}までにしてください。",
    "no_payment_method": "支払方法が1つも選ばれていません。",
    "budget_below_premium": "予算{budget_yen}円では、プレミアムの総額{premium_yen}円を払えません。",
    "small_shop_part_not_possible": (
        "1口{face_yen}円のうち小規模店専用分を{small_shop_face_yen}円にはできません。"
        "額面より小さく、購入者の負担が1円単位で割り切れる額にしてください。"
    ),
    "base_date_missing": "年齢の条件がありますが、いつの年齢かを決める基準日がありません。",
    "quota_not_well_formed": "優先枠「{quota}」の名前・口数・条件のどれかが正しくありません。",
    "quotas_exceed_units": "優先枠の合計{quota_units}口が、総口数{units_total}口を超えています。",
    "quota_unknown": "{where}優先枠「{quota}」は、この事業にありません。",
    "units_exceed_campaign": "{where}募集口数{asked_units}口が、募集できる{left_units}口を超えています。",
    "round_dates_not_in_order": "{where}「{later}」が「{earlier}」より前になっています。",
    "pay_window_too_short": "{where}支払期間が{days}日しかありません。{days_min}日以上にしてください。",
    "use_longer_than_six_months": (
        "{where}利用の最終日{last_day}が、発行から6か月を超えます。{last_day_allowed}までにしてください。"
    ),
    "commitment_not_well_formed": "{where}立会人の約束の値が、64けたの0〜9とa〜fではありません。",
}


def red(problem: Refusal, *, where: str = "", law: str | None = None) -> Finding:
    """The finding that a problem is, in a sentence."""
    facts = {name: _said(value) for name, value in problem.facts.items()}
    place = f"回「{where}」：" if where else ""
    return Finding(problem.code, Light.RED, SENTENCES[problem.code].format(**facts, where=place), law)


def with_commas(amount: int) -> str:
    """A whole number as clerks read it: 1,280."""
    return f"{amount:,}"


def _said(value: object) -> str:
    if type(value) is int:
        return with_commas(value)
    return WORDS.get(str(value), str(value))
