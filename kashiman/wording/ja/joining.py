"""Joining, and where a shop is paid."""

SENTENCES = {
    "joining_field_missing": "[{position+1}つめのお店の]「{field_name}」が空です。書いてください。",
    "joining_field_too_long": (
        "[{position+1}つめのお店の]「{field_name}」が長すぎます[（{length_max}文字まで）]。短くしてください。"
    ),
    "joining_field_malformed": (
        "[{position+1}つめのお店の]「{field_name}」の書き方がちがいます。[例: {example}]のように書いてください。"
    ),
    "trade_excluded": (
        "このお店は、かしまんPAYに加盟できません[（{trade}）]。国と市のきまりで、"
        "商品券を使えないものだけを売るお店だからです。ほかの商品も売っているときは、その商品を選んでください。"
    ),
    "too_many_stores": (
        "1つの申しこみに書けるお店は[{stores_max}店]までです。残りのお店は、もう1つの申しこみに書いてください。"
    ),
    "pledge_not_taken": "お店の約束に、まだ印がついていません。全部読んで、守れるときは印をつけてください。",
    "pledge_changed": (
        "お店の約束の文が、新しくなりました[（{current_version}版）]。申しこみはまだ送っていません。"
        "もういちど読んで、印をつけてください。"
    ),
    "joining_draft_gone": (
        "書きかけの申しこみがありません。もう送ったか、14日がすぎました。送ったときは「申しこみの状態」で見られます。"
    ),
    "shop_application_unknown": (
        "受付番号か合いことばがちがいます。紙に書いたものをたしかめて、もういちど入れてください。"
    ),
    "shop_application_step_not_allowed": (
        "この申しこみ[（{receipt}）]は、いまの状態ではそうできません。何も変わっていません。画面を開きなおして、"
        "いまの状態をたしかめてください。"
    ),
    "shop_application_changed_meanwhile": (
        "この申しこみ[（{receipt}）]は、ご覧のあとで新しい版[（第{version}版）]になりました。"
        "何も変わっていません。新しい版を読んでから、もう一度お決めください。"
    ),
    "shop_application_reason_missing": (
        "理由が書かれていません。何も変わっていません。申込者が読んで分かるように書いてください。"
    ),
    "shop_application_needs_second_person": (
        "この申しこみ[（{receipt}）]の承認には、審査した職員とは別の職員が必要です。何も変わっていません。"
        "ほかの職員に頼んでください。"
    ),
    "account_change_under_way": (
        "口座を変える申しこみが、もう1つあります。新しい申しこみは受け付けていません。先の申しこみを止めるか、"
        "終わるのを待ってください。"
    ),
    "account_change_unknown": (
        "その口座の申しこみは見つかりません。口座は変わっていません。口座の画面でたしかめてください。"
    ),
    "account_change_step_not_allowed": (
        "この口座の申しこみは、もう決まっています。何も変わっていません。いまの状態をたしかめてください。"
    ),
    "account_in_force_already": (
        "この口座は[{valid_from}から]もう使われているので、止められません。変えるときは、"
        "新しく申しこんでください。心あたりがないときは、すぐに市役所の会計課へお電話ください。"
    ),
    "account_change_reason_missing": (
        "理由が書かれていません。何も変わっていません。お店の責任者が読んで分かるように書いてください。"
    ),
    "holder_kana_forbidden": (
        "口座の名義の{position}文字目「{character}」は、銀行のデータに使えません。通帳のカナのとおりに書いてください。"
    ),
    "holder_kana_too_long": (
        "口座の名義が長すぎます[（{length}文字。濁点も1文字で、{length_max}文字まで）]。通帳の名義が長いときは、"
        "市役所の会計課へお電話ください。"
    ),
    "sign_in_too_weak_for_account": (
        "口座は、パスキーでログインした責任者だけが変えられます。何も変わっていません。"
        "パスキーでログインしなおしてください。"
    ),
}
