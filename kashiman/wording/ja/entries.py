"""Applications on paper and at the counter."""

SENTENCES = {
    "application_withdrawn": (
        "この申込[（受付番号{receipt}）]は[、{withdrawn_at}に]取り下げられています。"
        "いまの入力は登録していません。本人がもう一度申し込みたいときは、その希望を書いて登録してください。"
    ),
    "already_applied": (
        "この回の申込は、すでに受け付けています[（{channel}、{received_at}、{units}口、受付番号{receipt}）]。"
        "前の申込はそのままで、お金は動いていません。口数を変えるときは、"
        "前の申込の内容を見てから変えてください。"
    ),
    "change_reason_missing": (
        "本人の希望が書かれていません。何も登録していません。本人がどう希望したかを書いてから、登録してください。"
    ),
    "paper_form_not_well_formed": (
        "用紙の番号[「{form_number}」]が正しくありません。何も登録していません。用紙に印刷された番号を、"
        "半角の英数字とハイフンで20文字まで入力してください。"
    ),
    "paper_day_not_possible": (
        "受け取った日[（{received_on}）]は[、"
        "{first_day}から{last_day}までの]受付期間中の今日までの日にしてください。何も登録していません。"
    ),
    "paper_form_already_entered": (
        "用紙[「{form_number}」]は、ほかの方の申込として登録済みです。いまの入力は登録していません。"
        "用紙の番号と、さがした方をたしかめてください。"
    ),
}
