"""How the console says steps, groups and figures of effect."""

from collections.abc import Mapping

from issuance.effect.model import AgeBand, ApplicantChannel, Caveat, FunnelStep, SurveyMoment, WhyNothing

EVERYBODY = "全体"
NOT_TOLD = "非公表"
NOT_SAID = "不明"
UNKNOWN = "不明"
STEPS: Mapping[str, str] = {
    FunnelStep.INVITED: "対象者",
    FunnelStep.OPENED: "案内を見た人",
    FunnelStep.APPLIED: "申し込んだ人",
    FunnelStep.GRANTED: "当選した人",
    FunnelStep.BOUGHT: "買った人",
    FunnelStep.SPENT: "使った人",
}
CHANNELS: Mapping[str, str] = {
    ApplicantChannel.WEB: "スマートフォン・パソコン",
    ApplicantChannel.COUNTER: "窓口",
    ApplicantChannel.PAPER: "紙の申込書",
    ApplicantChannel.NONE: "申し込みなし",
}
MOMENTS: Mapping[str, str] = {SurveyMoment.AT_PURCHASE: "購入時", SurveyMoment.AFTER_USE: "利用後"}
FORMULA = (
    "追加の消費 = 使った商品券の額 ×（1 − 商品券がなくても買った割合）+ 商品券があったのでよけいに使った額。"
    "割合は「なくても買った」を1、「半分くらい」を0.5、「買わなかった」を0とする。"
    "回答者の合計を、回答者が使った商品券の合計で割り、全体の商品券の額に掛ける。"
)
CAVEATS: Mapping[Caveat, str] = {
    Caveat.SAID_NOT_MEASURED: "回答者の自己申告による推計で、実際の支出を測ったものではありません。",
    Caveat.WHO_ANSWERS_CHOSE_TO: "答えるかどうかは自由なので、答えた人は全体を代表していないかもしれません。",
    Caveat.PART_COUNTS_HALF: "「半分くらい」という答えは、半分として数えています。",
    Caveat.FEW_ANSWERS: "使える回答が30件より少なく、区間はめやすです。",
    Caveat.LOW_RESPONSE: "回答率が20%より低く、答えた人にかたよりがあるおそれがあります。",
    Caveat.INTENTION_NOT_DEED: "購入時の予定で、実際にそう使ったかどうかはわかりません。",
}
WHY_NOTHING: Mapping[str, str] = {
    WhyNothing.TOO_FEW_ANSWERS: "使える回答が5件より少ないため、推計できません。",
    WhyNothing.NO_VOUCHER_YEN: "商品券の額が0円のため、推計できません。",
    WhyNothing.NO_PREMIUM: "プレミアムの額が0円のため、推計できません。",
}
FIGURES: Mapping[str, str] = {
    "asked": "答えられる人数",
    "answers": "回答数",
    "usable": "推計に使える回答数",
    "response_permille": "回答率（千分率）",
    "value_yen": "商品券の額（円）",
    "premium_yen": "うちプレミアム（円）",
    "per_100_yen_of_voucher": "商品券100円あたりの追加の消費（円）",
    "per_100_yen_of_premium": "プレミアム100円あたりの追加の消費（円）",
    "in_all_yen": "追加の消費の総額（円）",
    "if_silent_added_nothing_yen": "答えなかった人の追加を0円とした、プレミアム100円あたり（円）",
    "first_time_permille": "はじめての店に行った人（千分率）",
}
_AGES: Mapping[str, str] = {
    AgeBand.CHILD: "17歳以下",
    AgeBand.FROM_18: "18〜29歳",
    AgeBand.FROM_30: "30〜44歳",
    AgeBand.FROM_45: "45〜64歳",
    AgeBand.FROM_65: "65〜74歳",
    AgeBand.FROM_75: "75歳以上",
    AgeBand.UNKNOWN: UNKNOWN,
}


def age_band_text(age_band: str) -> str:
    """An age band as people say it."""
    return _AGES[age_band]


def district_text(district: str) -> str:
    """A district by its name; of somebody who was erased it is not known."""
    return UNKNOWN if district == "unknown" else district
