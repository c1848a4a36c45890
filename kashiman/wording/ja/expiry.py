"""Expiry in two steps and back, and clocks."""

SENTENCES = {
    "lot_parts_differ": (
        "この発行ロットの残り[（有償分 {left_paid_yen}、プレミアム分 {left_premium_yen}）]が、"
        "承認された内容と違います。お金は動いていません。もう一度、試算を行ってください。"
    ),
    "expiry_already_reversed": (
        "この失効は、すでに元に戻されています。お金は動いていません。することは何もありません。"
    ),
    "clocks_disagree": (
        "サーバーとデータベースの時計が合っていません[（差 {difference_s}秒）]。何も行っていません。"
        "システムの担当にご連絡ください。"
    ),
    "desk_may_not_expire": (
        "失効と失効の取消は、この担当[（{desk}）]ではできません。何も変わっていません。"
        "商工観光課か会計課の方にご依頼ください。"
    ),
    "expiry_day_not_over": (
        "その日[（{asked_day}）]はまだ終わっていません[（今日は{today}）]。失効は行っていません。"
        "終わった日を選んでください。"
    ),
    "expiry_run_under_way": (
        "承認された失効処理が、まだ終わっていません。新しい試算は作っていません。終わるのを待つか、"
        "止めてからお試しください。"
    ),
    "nothing_to_expire": (
        "{through_day}までに期限が切れて、残りのある券はありません。失効は行っていません。することは何もありません。"
    ),
    "expiry_run_unknown": "その失効処理が見つかりません。一覧から選び直してください。",
    "expiry_run_not_ready": (
        "この失効処理はいま「{state}」です。[この操作は「{needed}」のときにできます。]何も変わっていません。"
    ),
    "expiry_digest_differs": (
        "ご覧になった一覧と、承認しようとしている一覧が違います。承認していません。画面を開き直して、"
        "もう一度確認してください。"
    ),
    "expiry_lots_changed": (
        "試算[（{planned_lots}件、{planned_yen}）]のあとで内容が変わりました[（いまは{found_lots}件、"
        "{found_yen}）]。承認していません。もう一度、試算を行ってください。"
    ),
    "reversal_reason_missing": "元に戻す理由が書かれていません。何も変わっていません。理由を入力してください。",
    "nothing_to_reverse": (
        "この失効処理に、元に戻せるものがありません。お金は動いていません。券やウォレットの番号をご確認ください。"
    ),
    "expiry_reversal_too_late": (
        "元に戻せる期間は[{last_day}まで]でした[（失効は{expired_on}）]。お金は動いていません。会計課にご相談ください。"
    ),
    "reversal_day_impossible": (
        "新しい期限[（{last_day}）]は選べません。[{earliest}から{latest}までの日にしてください。]お金は動いていません。"
    ),
    "expiry_reversal_unknown": "その取消の申し出が見つかりません。一覧から選び直してください。",
    "expiry_reversal_not_ready": (
        "この失効の取消はいま「{state}」です。[この操作は「{needed}」のときにできます。]何も変わっていません。"
    ),
    "lots_reversed_elsewhere": (
        "このうち[{lots}件]は、別の取消ですでに戻っているか、戻すところです。お金は動いていません。"
        "残りだけを、もう一度申し出てください。"
    ),
    "notice_unknown": "そのお知らせは見つかりません。お知らせの一覧から選び直してください。",
}
