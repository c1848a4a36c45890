"""Campaigns, rounds, applications and purchases."""

SENTENCES = {
    "slug_not_well_formed": (
        "短い名前[（{slug}）]は使えません。何も登録していません。"
        "半角の英小文字・数字・ハイフンで64文字まで、先頭は英数字にしてください。"
    ),
    "slug_already_taken": (
        "短い名前[「{slug}」]は、すでに使われています。何も登録していません。別の名前を付けてください。"
    ),
    "face_not_above_price": (
        "額面[（{face_yen}）]が販売価格[（{price_yen}）]より高くなっていません。何も登録していません。"
        "金額を直してください。"
    ),
    "campaign_number_out_of_range": (
        "「{name}」の値[（{given}）]が範囲の外です。何も登録していません。[{min}から{max}までにしてください。]"
    ),
    "no_payment_method": "支払方法が1つも選ばれていません。何も登録していません。1つ以上選んでください。",
    "budget_below_premium": (
        "予算[（{budget_yen}）]が、プレミアム分の総額[（{premium_yen}）]に足りません。何も登録していません。"
        "予算か口数を直してください。"
    ),
    "campaign_unknown": "事業が見つかりません。事業の一覧から選び直してください。",
    "campaign_move_not_legal": (
        "事業を[「{from_state}」から「{to_state}」へ]進めることはできません。何も変わっていません。"
        "いまの状態をご確認ください。"
    ),
    "desk_may_not_move_campaign": (
        "[事業を「{to_state}」にすることは、]この担当[（{desk}）]ではできません。何も変わっていません。"
        "権限のある担当にご依頼ください。"
    ),
    "second_person_needed": (
        "この手続きには、別の職員の確認が必要です。何も変わっていません。別の方のログインで行ってください。"
    ),
    "rounds_not_decided": (
        "まだ抽選していない回があります[：{round_slugs}]。事業の状態は変わっていません。先に抽選を行ってください。"
    ),
    "campaign_still_in_use": (
        "商品券は[{last_day}まで]まだ使えるため、事業を終了できません。何も変わっていません。"
        "期限の翌日以降に行ってください。"
    ),
    "campaign_takes_no_rounds": (
        "事業の状態[（{state}）]では、募集の回を追加できません。何も登録していません。事業の状態をご確認ください。"
    ),
    "round_dates_not_in_order": (
        "「{later}」は「{earlier}」より後にしてください。何も登録していません。日付を直してください。"
    ),
    "use_longer_than_six_months": (
        "利用期限[（{last_day}）]が、発行から6か月を超えています。[{last_day_allowed}までにしてください。]"
        "何も登録していません。"
    ),
    "commitment_not_well_formed": (
        "立会人の約束の値が正しくありません。何も登録していません。64けたの0〜9とa〜fで入力してください。"
    ),
    "units_exceed_campaign": (
        "募集口数[（{asked_units}口）]が、事業の残り[（{left_units}口）]を超えています。何も登録していません。"
        "口数を直してください。"
    ),
    "round_unknown": "募集の回が見つかりません。一覧から選び直してください。",
    "round_withdrawn": (
        "この回[（{round_slug}）]は取りやめになりました。何も登録していません。市からのお知らせをご覧ください。"
    ),
    "rules_not_published": (
        "この回の抽選の決まりがまだ公表されていないため、申込を受け付けていません。"
        "[受付は、決まりを公表してから、早くても{opens_at}からです。]何も登録していません。"
    ),
    "round_not_open": (
        "いまは申込の受付期間ではありません。[受付は{opens_at}から{closes_at}までです。]申込の内容は変わっていません。"
    ),
    "application_is_final": (
        "申込[（受付番号{receipt}）]はすでに確定しているため、変えられません。お金は動いていません。"
        "購入の画面へお進みください。"
    ),
    "units_out_of_range": (
        "この口数[（{asked_units}口）]では申し込めません。[1口から{max_units}口までです。]何も変わっていません。"
        "口数を直して、もう一度お申し込みください。"
    ),
    "units_sold_out": (
        "申し訳ありません。残りの口数が足りません[（ご希望{asked_units}口、残り{left_units}口）]。"
        "お金は動いていません。口数を減らしてお試しください。"
    ),
    "application_unknown": "この回への申込が見つかりません。受付番号を確かめるか、新しくお申し込みください。",
    "round_still_open": (
        "まだ受付期間中です[（{closes_at}まで）]。締め切っていません。受付が終わってから行ってください。"
    ),
    "round_never_opened": (
        "抽選の決まりが公表されないまま、受付期間が終わりました[（{closes_at}）]。申込は1件もありません。"
        "何も変わっていません。この回を取りやめて、新しい回を開いてください。"
    ),
    "round_not_announced": (
        "取りやめられるのは、抽選の決まりを公表する前の回だけです。この回はいま「{state}」です。何も変わっていません。"
    ),
    "round_not_ready": "この回はいま「{state}」です。[先に「{needed}」まで進めてください。]何も変わっていません。",
    "round_has_no_draw": (
        "この回[（{round_slug}）]は先着順のため、抽選はありません。何も変わっていません。申込の一覧をご覧ください。"
    ),
    "draw_fact_not_hex": (
        "「{name}」の値が正しくありません。抽選は行っていません。0〜9と小文字のa〜fで入力してください。"
    ),
    "round_already_drawn": (
        "この回[（{round_slug}）]は、すでに抽選が終わっています。やり直していません。公開された結果をご覧ください。"
    ),
    "grant_unknown": (
        "このウォレットで購入できる当選が見つかりません。お金は動いていません。抽選結果のお知らせをご確認ください。"
    ),
    "campaign_not_selling": (
        "いまは販売していません[（事業の状態：{state}）]。お金は動いていません。販売の期間をお確かめください。"
    ),
    "pay_window_not_open": (
        "いまは購入の期間ではありません。[購入は{pay_from}から{pay_until}までです。]お金は動いていません。"
    ),
    "units_exceed_grant": (
        "購入口数[（{asked_units}口）]が、購入できる残り[（{left_units}口）]を超えています。"
        "お金は動いていません。口数を直してください。"
    ),
    "purchase_unknown": "購入の記録が見つかりません。今回お金は動いていません。購入の一覧をご確認ください。",
    "purchase_move_not_legal": (
        "この購入は「{from_state}」のため、[「{to_state}」には]変えられません。今回お金は動いていません。"
        "購入の状態をご確認ください。"
    ),
    "provider_payment_unmatched": (
        "決済会社に、どの購入にも結び付かない入金があります[（{provider_id}、{received_yen}）]。"
        "商品券は発行していません。会計課で返金の手続きをしてください。"
    ),
    "provider_amount_differs": (
        "購入の金額[（{amount_yen}）]と入金額[（{received_yen}）]が違うため、商品券を発行していません。"
        "会計課で入金を確認してください。"
    ),
    "payment_came_too_late": (
        "入金[（{received_yen}）]が購入の期限に間に合わなかったため、商品券は発行していません。"
        "お金はお返しします。手続きは市役所からご連絡します。"
    ),
}
