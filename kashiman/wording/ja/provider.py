"""The payment provider: cards, convenience stores and its notices."""

SENTENCES = {
    "amount_not_payable_by_card": (
        "この金額[（{amount_yen}）]はカードでお支払いできません[（{min_yen}から{max_yen}まで）]。"
        "お金は動いていません。口数を変えるか、別の支払方法をお選びください。"
    ),
    "amount_not_payable_at_konbini": (
        "この金額[（{amount_yen}）]はコンビニでお支払いできません[（{min_yen}から{max_yen}まで）]。"
        "お金は動いていません。口数を変えるか、別の支払方法をお選びください。"
    ),
    "description_not_printable_at_konbini": (
        "コンビニの払込票に印字できない説明文です[（{max_characters}文字まで）]。払込票は作っていません。"
        "お金は動いていません。説明文を直してください。"
    ),
    "slip_days_out_of_range": (
        "コンビニ払いの期限[（{expires_after_days}日）]を設定できません。"
        "[{min_days}日から{max_days}日までにしてください。]払込票は作っていません。お金は動いていません。"
    ),
    "billing_name_or_email_missing": (
        "コンビニ払いには、お名前とメールアドレスが必要です[（未入力：{missing}）]。お金は動いていません。"
        "入力して、もう一度お試しください。"
    ),
    "billing_name_not_printable_at_konbini": (
        "お名前[「{billing_name}」]に、コンビニで使えない文字があります。お金は動いていません。"
        "カタカナでご入力ください。"
    ),
    "payment_method_not_offered": (
        "この支払方法[（{method}）]は、いま使えません。お金は動いていません。[{offered}をお選びください。]"
    ),
    "payment_order_changed_under_its_key": (
        "同じ手続きの番号が、別の内容の注文に使われています。お金は動いていません。"
        "購入の画面を開き直して、もう一度お試しください。"
    ),
    "payment_declined": (
        "お支払いが承認されませんでした[（理由：{reason}）]。お金は動いていません。"
        "別のカードか、別の支払方法をお試しください。"
    ),
    "provider_payment_unknown": (
        "決済会社に、この支払いの記録がありません。今回お金は動いていません。購入の一覧をご確認ください。"
    ),
    "provider_payment_closed": (
        "この支払いは、すでに完了または取り消されています。今回お金は動いていません。購入の状態をご確認ください。"
    ),
    "provider_money_not_received": (
        "入金がまだ確認できないため、返金できません[（状態：{status}）]。お金は動いていません。"
        "入金の後にもう一度行ってください。"
    ),
    "provider_refund_too_large": (
        "返金額[（{amount_yen}）]が、返せる残りを超えています。お金は動いていません。金額を直してください。"
    ),
    "webhook_signature_invalid": (
        "通知の署名を確認できませんでした。何も変わっていません。決済会社の署名鍵の設定をご確認ください。"
    ),
    "webhook_unreadable": (
        "通知の内容を読み取れませんでした。何も変わっていません。決済会社の通知の種類をご確認ください。"
    ),
    "webhook_of_other_mode": (
        "本番用とテスト用の通知が入れ違っています。何も変わっていません。決済会社の接続先の設定をご確認ください。"
    ),
}
