"""The resident roll, and numbers that nobody may give."""

SENTENCES = {
    "my_number_given": (
        "マイナンバーが書かれています[（{fields}）]。受け取っていません。消してから、もう一度送ってください。"
    ),
    "roll_file_undecodable": (
        "名簿の文字を{encoding}として読み取れません[（{row}行目、{byte}バイト目）]。何も登録していません。"
        "UTF-8かCP932で保存し直してください。"
    ),
    "roll_row_unreadable": "名簿の{row}行目をCSVとして読み取れません。何も登録していません。書き出し直してください。",
    "roll_columns_missing": (
        "名簿の見出しに足りない列があります[（{columns}）]。何も登録していません。1行目を確かめてください。"
    ),
    "roll_column_twice": "名簿の見出しに「{column}」が2回あります。何も登録していません。1つにしてください。",
    "roll_has_no_rows": "名簿に人が1人もいません。何も登録していません。ファイルを確かめてください。",
    "roll_holds_my_number": (
        "名簿にマイナンバーが{cell_count}か所あります。[最初は{row}行目の「{column}」です。"
        "]何も登録していません。除いてから、もう一度取り込んでください。"
    ),
    "roll_rows_unusable": (
        "名簿に直すところが{problem_count}件あります。[最初は{row}行目の「{column}」です。]何も登録していません。"
        "直してから、もう一度取り込んでください。"
    ),
    "roll_base_date_in_future": (
        "基準日（{base_date}）はまだ来ていません。何も登録していません。日付を確かめてください。"
    ),
    "roll_older_than_last": (
        "より新しい名簿[（基準日{last_base_date}）]を取り込み済みです。何も登録していません。"
        "新しい名簿を使ってください。"
    ),
    "roll_file_differs": (
        "先にたしかめたファイルとちがいます。何も取り込んでいません。同じファイルを選ぶか、"
        "はじめからたしかめなおしてください。"
    ),
}
