"""What a clerk can do next after a refusal."""

from kernel.pages import Advice

HOME = "/staff/"
SIGN_IN = "/staff/sign-in"

_ASK_ANOTHER_DESK = Advice(
    "この画面を使う担当の人にお願いするか、管理の担当に役割の追加を頼んでください。", "最初の画面へ", HOME
)
_AS_STAFF = Advice("職員としてログインしなおしてください。", "ログインの画面へ", SIGN_IN)
_GIVE_CASH_BACK = Advice(
    "現金を受け取っていたら返してください。受付番号の確認からやりなおせます。", "受付番号の入力へ", "/staff/counter"
)
_ENTER_AGAIN = Advice(
    "この申し込みは登録していません。申込書をたしかめて、入力の画面からやりなおしてください。",
    "申し込みの入力へ",
    "/staff/entries",
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
_CHECK_REASON = Advice("理由と文書番号をたしかめて、もういちどお試しください。", "住民をさがす画面へ", "/staff/people")
_SEARCH_AGAIN = Advice("もういちどさがしてください。", "住民をさがす画面へ", "/staff/people")
_CHECK_DELETIONS = Advice("いま待っている申し出をたしかめてください。", "削除の確認へ", "/staff/deletions")
_CHECK_PASSKEYS = Advice("いま待っているパスキーをたしかめてください。", "職員のパスキーへ", "/staff/staff-passkeys")
_SIGN_IN_ANEW = Advice(
    "上の「ログアウト」を押し、パスキーでもういちどログインしてから、5分以内に確認してください。",
    "職員のパスキーへ",
    "/staff/staff-passkeys",
)

ADVICE: dict[str, Advice] = {
    "outcome_unknown": _SEND_AGAIN,
    "key_reused_with_other_content": _LOOK_FIRST,
    "role_not_allowed": _ASK_ANOTHER_DESK,
    "not_staff": _AS_STAFF,
    "grant_unknown": _GIVE_CASH_BACK,
    "campaign_not_selling": _GIVE_CASH_BACK,
    "pay_window_not_open": _GIVE_CASH_BACK,
    "payment_method_not_offered": _GIVE_CASH_BACK,
    "units_out_of_range": _GIVE_CASH_BACK,
    "units_exceed_grant": _GIVE_CASH_BACK,
    "round_withdrawn": _ENTER_AGAIN,
    "rules_not_published": _ENTER_AGAIN,
    "round_not_open": _ENTER_AGAIN,
    "applicant_has_died": _ENTER_AGAIN,
    "not_resident_on_base_date": _ENTER_AGAIN,
    "age_outside_campaign": _ENTER_AGAIN,
    "not_for_this_quota": _ENTER_AGAIN,
    "granted_in_earlier_round": _ENTER_AGAIN,
    "household_not_known": _ENTER_AGAIN,
    "units_sold_out": _ENTER_AGAIN,
    "application_is_final": _ENTER_AGAIN,
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
    "reason_missing": _CHECK_REASON,
    "reason_too_vague": _CHECK_REASON,
    "reason_too_long": _CHECK_REASON,
    "case_reference_missing": _CHECK_REASON,
    "case_reference_too_long": _CHECK_REASON,
    "person_unknown": _SEARCH_AGAIN,
    "counter_codes_exhausted": _SEARCH_AGAIN,
    "person_still_has_value": _SEARCH_AGAIN,
    "deletion_already_requested": _CHECK_DELETIONS,
    "deletion_not_requested": _CHECK_DELETIONS,
    "deletion_needs_two_people": _CHECK_DELETIONS,
    "deletion_not_for_desk": _CHECK_DELETIONS,
    "door_not_found": _CHECK_PASSKEYS,
    "passkey_already_confirmed": _CHECK_PASSKEYS,
    "same_person_twice": _CHECK_PASSKEYS,
    "staff_role_needed": _ASK_ANOTHER_DESK,
    "sign_in_not_recent": _SIGN_IN_ANEW,
    "sign_in_too_weak_for_door": _SIGN_IN_ANEW,
}
"""By refusal code; every other refusal gets the usual advice."""
