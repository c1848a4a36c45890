"""The bank's files: what is written to them and read from them."""

SENTENCES = {
    "kana_forbidden": (
        "[{item_number}件目の]「{field}」の{position}文字目「{character}」は、銀行のデータに使えません。"
        "振込データは作っていません。直してから、もう一度お試しください。"
    ),
    "kana_too_long": (
        "[{item_number}件目の]「{field}」が長すぎます[（{length_bytes}字、上限{max_bytes}字。"
        "濁点・半濁点も1字）]。振込データは作っていません。短くしてください。"
    ),
    "kana_missing": "[{item_number}件目の]「{field}」が空です。振込データは作っていません。カナで入力してください。",
    "field_not_digits": (
        "[{item_number}件目の]「{field}」は[{digits}けたの]数字で入力してください[（いまの値：{text}）]。"
        "振込データは作っていません。"
    ),
    "account_kind_not_allowed": (
        "[{item_number}件目の]預金種目[「{account_kind}」]は、この振込に使えません。振込データは作っていません。"
        "口座の登録を直してください。"
    ),
    "new_code_unknown": (
        "[{item_number}件目の]新規コード[「{new_code}」]は0・1・2のどれでもありません。"
        "ファイルは取り込んでいません。データを確かめてください。"
    ),
    "customer_code_out_of_range": (
        "[{item_number}件目の]「{field}」[（{given}）]は10けたまでの数字にしてください。振込データは作っていません。"
    ),
    "customer_codes_beside_edi": (
        "[{item_number}件目に]顧客コードとEDI情報の両方があります。同じ欄を使うため、どちらか一方にしてください。"
        "振込データは作っていません。"
    ),
    "transfer_amount_out_of_range": (
        "[{item_number}件目の]振込金額[（{given}）]はお取り扱いできません。"
        "[{min_yen}から{max_yen}までにしてください。]振込データは作っていません。お金は動いていません。"
    ),
    "transfer_total_too_large": (
        "振込の合計[（{total_yen}）]が、1つのデータの上限[（{max_yen}）]を超えています。"
        "振込データは作っていません。分けて作ってください。"
    ),
    "transfer_file_empty": (
        "振り込む明細がありません。振込データは作っていません。お金は動いていません。締めの内容をご確認ください。"
    ),
    "transfer_file_too_long": (
        "振込の数[（{items}件）]が、銀行の一度に受け付ける件数[（{max_items}件）]を超えています。"
        "振込データは作っていません。分けて作ってください。"
    ),
    "pay_date_not_business_day": (
        "振込指定日[（{pay_date}）]は銀行の休業日です。振込データは作っていません。銀行の営業日を指定してください。"
    ),
    "pay_date_outside_bank_window": (
        "振込指定日[（{pay_date}）]は、銀行が受け付ける期間の外です。"
        "[{first_date}から{last_date}までの日を指定してください。]振込データは作っていません。"
    ),
    "line_end_wrong": (
        "[{record_number}行目の]改行が正しくありません。ファイルは取り込んでいません。"
        "銀行から受け取ったままのファイルをお使いください。"
    ),
    "record_length_wrong": (
        "[{record_number}行目の]長さが違います[（{length_bytes}バイト、正しくは{expected_bytes}バイト）]。"
        "ファイルは取り込んでいません。銀行から受け取ったままのファイルをお使いください。"
    ),
    "record_byte_forbidden": (
        "[{record_number}行目の{position}けた目に]使えない文字があります。ファイルは取り込んでいません。"
        "銀行から受け取ったままのファイルをお使いください。"
    ),
    "record_out_of_order": (
        "[{record_number}行目の]並びが正しくありません[（{expected}であるところが「{found}」）]。"
        "ファイルは取り込んでいません。ファイルが途中で切れていないか確かめてください。"
    ),
    "record_constant_wrong": (
        "[{record_number}行目の]「{field}」が決まりと違います[（「{expected}」のところが「{found}」）]。"
        "ファイルは取り込んでいません。ファイルの種類を確かめてください。"
    ),
    "pay_date_not_a_day": (
        "振込指定日[（{month_day}）]が暦にありません。ファイルは取り込んでいません。日付を確かめてください。"
    ),
    "transfer_count_wrong": (
        "合計の行の件数[（{stated}件）]が、明細の件数[（{counted}件）]と合いません。"
        "ファイルは取り込んでいません。ファイルが途中で切れていないか確かめてください。"
    ),
    "transfer_sum_wrong": (
        "合計の行の金額[（{stated_yen}）]が、明細の合計[（{counted_yen}）]と合いません。"
        "ファイルは取り込んでいません。ファイルが途中で切れていないか確かめてください。"
    ),
}
