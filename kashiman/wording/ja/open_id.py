"""The OpenID provider: applications, codes, tokens, sign-ins and agreements."""

SENTENCES = {
    "authorization_request_invalid": (
        "アプリからの依頼に誤りがあります[（{parameter}）]。ログインは始まっていません。"
        "アプリの最初の画面からやり直してください。"
    ),
    "client_not_registered": "このアプリは、かしまIDに登録されていません。ログインは始まっていません。",
    "redirect_uri_not_registered": (
        "アプリの戻り先が登録されたものと違うため、ログインを止めました。アプリの担当にご連絡ください。"
    ),
    "response_type_not_supported": "アプリの依頼の方式には対応していません。アプリの担当にご連絡ください。",
    "scope_not_allowed": "アプリに許されていない情報が求められました。何も伝えていません。",
    "request_object_not_supported": (
        "アプリの依頼の方式には対応していません（request）。アプリの担当にご連絡ください。"
    ),
    "request_uri_not_supported": (
        "アプリの依頼の方式には対応していません（request_uri）。アプリの担当にご連絡ください。"
    ),
    "pushed_request_needed": (
        "このアプリは、依頼を先に送る約束になっています。アプリの最初の画面からやり直してください。"
    ),
    "authorization_request_over": (
        "ログインの手続きが終わったか、時間がたちました。お金は動いていません。"
        "アプリの最初の画面からやり直してください。"
    ),
    "login_required": "ログインが必要です。ログインしてから、もう一度お試しください。",
    "consent_required": "アプリとつなぐことへの同意が必要です。何も伝えていません。",
    "level_not_reachable": (
        "この手続きに必要な本人確認ができませんでした。何も変わっていません。市役所の窓口でもお手続きできます。"
    ),
    "consent_denied": "つながないことにしました。アプリには何も伝えていません。",
    "application_serves_others": (
        "この画面は、別の方のためのものです。ログアウトして、ご自分の画面からお入りください。"
    ),
    "client_not_proven": "アプリの確認ができませんでした。アプリの担当にご連絡ください。",
    "grant_not_valid": (
        "ログインの引きかえができませんでした。すでに使われたか、時間がたちました。もう一度ログインしてください。"
    ),
    "grant_type_not_supported": "この引きかえの方式には対応していません。アプリの担当にご連絡ください。",
    "grant_type_not_allowed": "このアプリには、この引きかえの方式が許されていません。アプリの担当にご連絡ください。",
    "dpop_proof_needed": "このアプリには、端末の確認（DPoP）が必要です。アプリの担当にご連絡ください。",
    "device_decision_pending": "スマホでの許可を待っています。",
    "device_asks_too_often": "問い合わせの間かくが短すぎます。少し待ってください。",
    "device_request_over": "端末の受付時間（3分）が過ぎました。端末でもう一度始めてください。",
    "device_denied": "スマホで「許可しない」が選ばれました。何もしていません。",
    "device_code_unknown": (
        "このコードで待っている端末はありません。端末の画面のコードを確かめて、もう一度入力してください。"
    ),
    "client_description_invalid": "アプリの登録内容「{field_name}」が正しくありません。登録していません。",
    "session_not_yours": "このログインは見つかりません。すでに終わっているかもしれません。一覧を確かめてください。",
    "consent_not_yours": "このつながりは見つかりません。すでにやめているかもしれません。一覧を確かめてください。",
    "not_signed_in": (
        "ログインしていないか、時間がたってログアウトしました。お金は動いていません。ログインしてください。"
    ),
    "signing_keys_missing": "かしまIDの鍵がまだありません。担当者が「kashiman migrate」を実行してください。",
    "sign_in_not_finished": (
        "ログインが終わっていません[（{part}）]。お金は動いていません。もう一度ログインしてください。"
    ),
    "step_up_needed": "この操作には、もう一度の本人確認が必要です。お金は動いていません。",
    "dpop_proof_invalid": "端末の確認ができませんでした[（{reason}）]。もう一度ログインしてください。",
    "dpop_nonce_needed": "端末の確認をやり直します。もう一度お試しください。",
    "client_assertion_invalid": "アプリの確認ができませんでした[（{reason}）]。アプリの担当にご連絡ください。",
    "code_verifier_wrong": "ログインの手続きを確認できませんでした。最初からやり直してください。",
    "id_token_invalid": "ログインの結果を確認できませんでした[（{reason}）]。もう一度ログインしてください。",
    "id_token_hint_invalid": "アプリが示したログインを確認できませんでした[（{reason}）]。",
    "logout_token_invalid": "ログアウトの知らせを確認できませんでした[（{reason}）]。ログアウトしていません。",
    "key_not_published_long_enough": "次の署名鍵は、まだ使えません[（{usable_at}から）]。何も変えていません。",
    "next_key_missing": "次の署名鍵（{alg}）がありません。何も変えていません。",
    "signing_key_seal_broken": "署名鍵を開けませんでした。設定の秘密鍵を確かめてください。",
    "grant_used_twice": (
        "ログインの引きかえが2回使われたため、安全のために、そこから始まった利用をすべて止めました。"
        "もう一度ログインしてください。"
    ),
    "protocol_refusal": (
        "この依頼は受け付けられません。何も変わっていません。アプリの最初の画面からやり直してください。"
    ),
}
