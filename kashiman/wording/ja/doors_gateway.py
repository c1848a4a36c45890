"""Signing in over other providers, and messages by LINE."""

SENTENCES = {
    "provider_sign_in_cancelled": (
        "ログインを途中でやめました。何も変わっていません。続けるときは、もう一度ログインしてください。"
    ),
    "provider_sign_in_refused": (
        "ログイン先で手続きができませんでした。もう一度お試しいただくか、ほかの方法でログインしてください。"
    ),
    "provider_sign_in_too_slow": (
        "ログインに時間がかかったため、やり直しが必要です。もう一度、最初からログインしてください。"
    ),
    "provider_sign_in_state_wrong": (
        "このログインは、この画面から始めたものではないため、止めました。もう一度、最初からログインしてください。"
    ),
    "provider_sign_in_mixed_up": (
        "別のログイン先からの返事だったため、安全のために止めました。もう一度、最初からログインしてください。"
    ),
    "provider_callback_unreadable": (
        "ログイン先からの返事を読み取れませんでした。もう一度、最初からログインしてください。"
    ),
    "provider_code_refused": (
        "ログインの確認が期限切れか、すでに使われています。もう一度、最初からログインしてください。"
    ),
    "provider_token_invalid": (
        "ログインの証明を確認できなかったため、止めました。もう一度ログインしてください。続くときは、"
        "市役所の窓口へお越しください。"
    ),
    "provider_level_too_low": (
        "マイナンバーカードでの確認ができませんでした。カードと暗証番号で、もう一度ログインしてください。"
    ),
    "line_signature_invalid": (
        "LINEからの通知であることを確認できません。何も受け付けていません。"
        "LINEの設定（チャネルシークレット）を確かめてください。"
    ),
    "line_webhook_unreadable": (
        "LINEからの通知を読み取れませんでした。何も受け付けていません。システムの担当にご連絡ください。"
    ),
    "line_quota_used_up": (
        "今月LINEで送れる通数を使い切りました。送っていません。翌月まで待つか、LINEのプランを見直してください。"
    ),
    "line_recipient_unknown": "LINEでこの方に送れません。送っていません。友だち登録が続いているか、確かめてください。",
    "line_text_not_sendable": (
        "LINEの文が空か、長すぎます[（{length}字、上限{max_length}字）]。送っていません。文を直してください。"
    ),
    "mail_not_accepted": (
        "このアドレスには、メールが届きません[（{reply_code}）]。登録していません。アドレスを確かめて、"
        "もう一度入力してください。"
    ),
}
