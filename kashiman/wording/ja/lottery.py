"""The verifiable draw: its files, receipts and beacon."""

SENTENCES = {
    "manifest_not_canonical": (
        "「{file}」が決められた書き方になっていません。抽選の結果は変わっていません。"
        "公開されたファイルをそのままお使いください。"
    ),
    "manifest_member_invalid": (
        "「{file}」の項目[「{member}」]がないか、決まりに合いません。抽選の結果は変わっていません。"
        "公開されたファイルをそのままお使いください。"
    ),
    "draw_file_not_well_formed": (
        "「{file}」の[{line}行目が]決められた形になっていません。抽選の結果は変わっていません。"
        "公開されたファイルをそのままお使いください。"
    ),
    "draw_row_not_well_formed": (
        "受付番号{receipt}の申込の「{member}」が名簿の決まりに合わないため、抽選名簿を作れません。"
        "何も変わっていません。申込を確かめてください。"
    ),
    "receipt_listed_twice": "受付番号{receipt}が名簿に二度出てきます。抽選は行っていません。名簿を確かめてください。",
    "group_listed_twice": (
        "同じ申込者のまとまり[（{group}）]が名簿に二度出てきます。抽選は行っていません。名簿を確かめてください。"
    ),
    "row_exceeds_max_units": (
        "受付番号{receipt}の口数[（{units}口）]が上限[（{max_units}口）]を超えています。抽選は行っていません。"
        "申込を確かめてください。"
    ),
    "root_does_not_match_list": (
        "名簿が、締切後に公開した名簿と一致しません。抽選は行っていません。公開した名簿をお使いください。"
    ),
    "counts_do_not_add_up": (
        "申込の件数が合いません[（受付{received}件、名簿{listed_rows}件、無効{void}件）]。抽選は行っていません。"
        "名簿を確かめてください。"
    ),
    "manifest_already_drawn": (
        "この抽選[（{campaign}）]は、すでに行われています。やり直していません。公開された結果をご覧ください。"
    ),
    "reveals_do_not_pair_with_commitments": (
        "公開された秘密の数[（{reveals}）]が、約束の数[（{commitments}）]と合いません。抽選は行っていません。"
        "立会人ごとに1つずつ入力してください。"
    ),
    "reveal_does_not_open_commitment": (
        "[{holder}人目の]立会人の秘密が、先に約束したものと一致しません。抽選は行っていません。入力を確かめてください。"
    ),
    "beacon_signature_invalid": (
        "公開乱数[（第{round_number}回）]の署名を確認できませんでした。抽選は行っていません。"
        "署名の値を確かめてください。"
    ),
    "fallback_statement_invalid": (
        "予備の抽選番号の記載が正しくありません[（{beacon_id}、第{round_number}回）]。抽選は行っていません。"
        "「名称:回:結果」の形で入力してください。"
    ),
    "draw_time_between_rounds": (
        "抽選の時刻[（{draw_at}）]に公開乱数は出ません。何も変わっていません。"
        "ちょうど何分という時刻を指定してください。"
    ),
    "draw_time_too_soon": (
        "抽選の時刻[（{draw_at}）]が早すぎます。何も変わっていません。[{earliest_at}以降を指定してください。]"
    ),
    "receipt_not_well_formed": (
        "受付票の「{member}」が正しくありません。申込の内容は変わっていません。受け取ったままの受付票をお使いください。"
    ),
    "receipt_signature_invalid": (
        "受付番号{receipt}の署名が市のものと確認できませんでした。申込の内容は変わっていません。"
        "市役所の商工観光課にお知らせください。"
    ),
    "receipt_leaf_differs": (
        "受付番号{receipt}の受付票と、番号・口数の内容が一致しません。申込の内容は変わっていません。"
        "市役所の商工観光課にお知らせください。"
    ),
}
