"""Reading, exporting and deleting personal data."""

SENTENCES = {
    "reason_missing": "閲覧の理由が空です。情報は表示していません。理由を入力してください。",
    "reason_too_vague": "理由が具体的ではありません。本人が読んでわかる言葉で[{letters_min}文字以上]書いてください。",
    "reason_too_long": "理由が長すぎます[（{characters_max}文字まで）]。短くしてください。",
    "case_reference_missing": "この手続きには文書番号が必要です。番号を入力してください。",
    "case_reference_too_long": "文書番号が長すぎます[（{characters_max}文字まで）]。番号を確かめてください。",
    "personal_data_not_for_desk": (
        "あなたの担当では、この項目[（{fields}）]を見られません。情報は表示していません。窓口の担当にご相談ください。"
    ),
    "search_finds_too_many": (
        "[{people_max}人を超える]方が見つかりました。だれも表示していません。名のカナも入力してください。"
    ),
    "audit_kind_unknown": (
        "記録の種類[「{event_kind}」]が正しくありません。記録していません。システムの担当にご連絡ください。"
    ),
    "audit_fact_unusable": (
        "記録の項目[「{fact_name}」]の形が正しくありません。記録していません。システムの担当にご連絡ください。"
    ),
    "audit_fact_holds_secret": (
        "記録の項目[「{fact_name}」]に、記録してはならない情報があります。記録していません。"
        "システムの担当にご連絡ください。"
    ),
    "deletion_needs_two_people": "削除には、別の職員の確認が必要です。何も削除していません。",
    "deletion_not_for_desk": (
        "削除できる担当ではありません。何も削除していません。窓口または管理の担当にご相談ください。"
    ),
    "person_still_has_value": (
        "この方のウォレットに残高があります。何も削除していません。使い終えるか、手続きを済ませてから削除してください。"
    ),
    "deletion_already_requested": (
        "この方の削除は、すでに申し出があります。何も削除していません。「削除の確認」の画面で、"
        "ほかの職員の確認をお待ちください。"
    ),
    "deletion_not_requested": (
        "この申し出は見つかりません。すでに確認されたか、取り下げられています。何も変わっていません。"
    ),
}
