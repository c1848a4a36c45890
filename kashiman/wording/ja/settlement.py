"""Paying the shops: closings, payouts and the bank calendar."""

SENTENCES = {
    "cutoff_day_already_closed": (
        "[{cutoff_day}は]すでに締めています[（第{closing_number}回）]。二重に締めていません。"
        "締めの一覧をご確認ください。"
    ),
    "cutoff_day_before_last_closing": (
        "[{cutoff_day}より]後の日[（{last_cutoff_day}）]がすでに締まっています。何も変わっていません。"
        "遅れて記録された分は、次の締めに入ります。"
    ),
    "cutoff_day_not_over": (
        "[{cutoff_day}は]まだ終わっていないため、締められません[（今日は{today}）]。翌日以降にもう一度行ってください。"
    ),
    "closing_not_found": "締めの記録が見つかりません。締めの一覧から選び直してください。",
    "statement_not_found": "この締めには、このお店の取引がありません。別の回をお選びください。",
    "payout_not_found": "振込の記録が見つかりません。振込の一覧から選び直してください。",
    "payout_item_not_found": "この振込に、その番号[（{item_number}）]の明細はありません。明細の番号をご確認ください。",
    "payout_step_not_allowed": (
        "[明細{item_number}の]状態が「{state}」のため、[「{asked}」に]進めません。お金は動いていません。"
        "振込の状態と、すでに記録された内容をご確認ください。"
    ),
    "payout_day_impossible": (
        "日付[（{given_day}）]が正しくありません。[{first_day}から{today}までの日を入力してください。]"
        "お金は動いていません。"
    ),
    "return_not_explained": (
        "「{missing}」が入力されていません。お金は動いていません。"
        "銀行からの返却理由と入金の照会番号を入力してください。"
    ),
    "bank_holidays_unknown": (
        "[{year}年の]銀行の休業日がわからないため、支払日を決められません。"
        "祝日の情報を更新するか、別の年を指定してください。"
    ),
    "day_not_in_every_month": "「{day}」日は、ない月があります。1から28、または「end」（月末）を指定してください。",
    "closing_days_missing": "締め日が1つも指定されていません。締め日を1つ以上指定してください。",
    "business_days_negative": "営業日の数[（{given}）]が小さすぎます。[{min_days}以上を指定してください。]",
    "pay_date_not_after_closing": (
        "支払日[（{pay_date}）]が締め日[（{closing_day}）]より後になっていません。支払日の決め方を直してください。"
    ),
}
