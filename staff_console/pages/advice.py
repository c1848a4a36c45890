"""What a clerk can do next after a refusal."""

from kernel.pages import Advice

HOME = "/staff/"
SIGN_IN = "/staff/sign-in"

_ASK_ANOTHER_DESK = Advice(
    "この画面を使う担当の人にお願いするか、管理の担当に役割の追加を頼んでください。", "最初の画面へ", HOME
)
_STAFF_CODE = Advice("職員用の番号でサインインしてください。", "サインインの画面へ", SIGN_IN)
_CODE_AGAIN = Advice("番号をたしかめて、もういちど入力してください。", "サインインの画面へ", SIGN_IN)
_WAIT = Advice("しばらく待ってから、もういちど入力してください。", "サインインの画面へ", SIGN_IN)
_GIVE_CASH_BACK = Advice(
    "現金を受け取っていたら返してください。受付番号の確認からやりなおせます。", "受付番号の入力へ", "/staff/counter"
)
_CHECK_DAYS = Advice("日付と状態をたしかめて、もういちどお試しください。", "締めの一覧へ", "/staff/closings")
_CHECK_PERIOD = Advice("締められる日をたしかめてください。", "試算表へ", "/staff/trial-balance")
_SEND_AGAIN = Advice(
    "この画面を再読み込みしてください。同じ内容をもういちど確かめるだけで、二重に記帳されることはありません。",
    "最初の画面へ",
    HOME,
)
_LOOK_FIRST = Advice(
    "前に送った内容で済んでいるかもしれません。一覧や受付番号でたしかめてから、画面を開きなおしてください。",
    "最初の画面へ",
    HOME,
)

ADVICE: dict[str, Advice] = {
    "outcome_unknown": _SEND_AGAIN,
    "key_reused_with_other_content": _LOOK_FIRST,
    "role_not_allowed": _ASK_ANOTHER_DESK,
    "not_staff": _STAFF_CODE,
    "sign_in_code_unreadable": _CODE_AGAIN,
    "sign_in_code_wrong": _CODE_AGAIN,
    "sign_in_locked": _WAIT,
    "grant_unknown": _GIVE_CASH_BACK,
    "campaign_not_selling": _GIVE_CASH_BACK,
    "pay_window_not_open": _GIVE_CASH_BACK,
    "payment_method_not_offered": _GIVE_CASH_BACK,
    "units_out_of_range": _GIVE_CASH_BACK,
    "units_exceed_grant": _GIVE_CASH_BACK,
    "cutoff_day_already_closed": _CHECK_DAYS,
    "cutoff_day_before_last_closing": _CHECK_DAYS,
    "cutoff_day_not_over": _CHECK_DAYS,
    "pay_date_not_after_closing": _CHECK_DAYS,
    "pay_date_not_business_day": _CHECK_DAYS,
    "pay_date_outside_bank_window": _CHECK_DAYS,
    "bank_holidays_unknown": _CHECK_DAYS,
    "payout_step_not_allowed": _CHECK_DAYS,
    "payout_day_impossible": _CHECK_DAYS,
    "return_not_explained": _CHECK_DAYS,
    "period_not_over": _CHECK_PERIOD,
    "period_is_closed": _CHECK_PERIOD,
}
"""By refusal code; every other refusal gets the usual advice."""
