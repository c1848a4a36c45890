"""Cards, taking back, refunds by hand, chargebacks and payouts."""

SENTENCES = {
    "card_over_its_cap": (
        "このカードで買える口数の上限をこえています[（ご希望{asked_units}口、残り{left_units}口、"
        "上限{max_units}口）]。カードからは引き落としていません。口数を減らすか、別の払い方をお選びください。"
    ),
    "card_not_identified": (
        "カードを確かめられなかったため、受け付けませんでした。カードからは引き落としていません。"
        "別のカードか、別の払い方をお試しください。"
    ),
    "first_day_cap_reached": (
        "はじめてカードで購入してから24時間は、買える口数に上限があります[（ご希望{asked_units}口、"
        "いまは残り{left_units}口）]。お金は動いていません。[{until}を過ぎてから、"
        "]または別の払い方でお試しください。"
    ),
    "take_back_window_over": (
        "購入を取りやめられる期間が過ぎているか、この事業では取りやめができません[（期限は{until}でした）]。"
        "商品券はそのままで、お金は動いていません。"
    ),
    "cash_is_given_back_at_its_counter": (
        "現金での購入は、買った窓口[（{counter}）]で取り消します。まだ何も変わっていません。"
        "商品券を使わずに、その窓口へお越しください。"
    ),
    "refund_still_under_way": (
        "決済会社からの返金が終わっていないため、別の方法では返せません[（いまの状態：{status}）]。"
        "二重に返さないよう、何も記録していません。結果が出てから行ってください。"
    ),
    "refund_evidence_missing": (
        "返金の証拠（振込の番号や受領書の番号）がないため、記録していません。番号を入力してください。"
    ),
    "provider_refund_not_possible": (
        "決済会社からは返金できません[（{provider_id}：{reason}）]。お金は動いていません。"
        "振込か現金で返す手続きをしてください。"
    ),
    "receipt_only_for_cash": (
        "窓口の領収書は、現金での購入にだけ出せます。何も変わっていません。購入の記録をご確認ください。"
    ),
    "no_units_left_to_sell": (
        "残りの口数がありません[（全部で{units_total}口）]。募集は始めていません。"
        "売れ残りや失格が出てから行ってください。"
    ),
    "payout_not_adding_up": (
        "決済会社からの入金[（{payout_id}、{amount_yen}）]が、"
        "明細の合計[（{entries_yen}から手数料{fees_yen}を引いた額）]と合いません。帳簿には記録していません。"
        "決済会社に確認してください。"
    ),
    "payout_not_bookable": (
        "この入金[（{payout_id}、{amount_yen}）]は、市から引き落とされるものなどのため、"
        "帳簿に記録する仕訳がありません。帳簿は変わっていません。会計課で処理を決めてください。"
    ),
    "payout_not_there_yet": (
        "この入金[（{payout_id}）]はまだ届いていないか、明細がそろっていません[（状態：{status}）]。"
        "帳簿は変わっていません。あとで自動でもう一度確かめます。"
    ),
}
