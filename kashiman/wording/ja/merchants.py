"""Shops: registration, standing and posters."""

SENTENCES = {
    "merchant_record_invalid": (
        "加盟店の[{position+1}件目の]「{field_name}」が正しくありません。何も登録していません。"
        "直して、もう一度お送りください。"
    ),
    "merchant_already_registered": (
        "この加盟店または店舗は、すでに登録されているか、二度出てきます。何も登録していません。一覧を確かめてください。"
    ),
    "merchant_unknown": "加盟店が見つかりません。番号を確かめて、もう一度お試しください。",
    "merchant_not_approved": (
        "このお店は、まだ市の承認が済んでいないため、かしまんPAYを使えません。お金は動いていません。"
        "別の方法でお支払いください。"
    ),
    "merchant_suspended": (
        "このお店では、いまかしまんPAYを使えません。お金は動いていません。別の方法でお支払いください。"
        "お店の方は市役所の商工観光課にお問い合わせください。"
    ),
    "merchant_status_not_allowed": (
        "加盟店の状態は[「{from_status}」から「{to_status}」へ]変えられません。何も変わっていません。"
        "いまの状態をご確認ください。"
    ),
    "suspension_reason_missing": (
        "理由が書かれていません。何も変わっていません。停止または再開の理由を入力してください。"
    ),
    "store_unknown": (
        "お店が見つかりません[（{store}）]。お金は動いていません。お店のコードを確かめて、もう一度お試しください。"
    ),
    "poster_unknown": (
        "このQRコードのポスター[（{serial}）]は登録されていません。お金は動いていません。お店の方にお知らせください。"
    ),
    "poster_revoked": (
        "このQRコードのポスター[（{serial}）]は[{revoked_at}に]使用を終えています。お金は動いていません。"
        "お店の新しいポスターを読み取ってください。"
    ),
}
