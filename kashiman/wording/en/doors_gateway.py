"""Signing in over other providers, and messages by LINE."""

SENTENCES = {
    "provider_sign_in_cancelled": "You stopped signing in. Nothing was changed. To go on, please sign in again.",
    "provider_sign_in_refused": (
        "The sign-in was refused where you were sent. Please try again, or sign in another way."
    ),
    "provider_sign_in_too_slow": (
        "Signing in took too long, so it has to start again. Please sign in from the beginning."
    ),
    "provider_sign_in_state_wrong": (
        "This sign-in was not started from here, so it was stopped. Please sign in from the beginning."
    ),
    "provider_sign_in_mixed_up": (
        "The answer came from somewhere else than where you were sent, so it was stopped for safety. Please sign "
        "in from the beginning."
    ),
    "provider_callback_unreadable": (
        "The answer to your sign-in could not be read. Please sign in from the beginning."
    ),
    "provider_code_refused": (
        "The proof of your sign-in is too old or was used already. Please sign in from the beginning."
    ),
    "provider_token_invalid": (
        "The proof of your sign-in could not be verified, so it was stopped. Please sign in again. If it goes "
        "on, please come to city hall."
    ),
    "provider_level_too_low": (
        "You were not verified with your My Number card. Please sign in again with the card and its PIN."
    ),
    "line_signature_invalid": (
        "The notice cannot be verified as LINE’s. Nothing was accepted. Please check the channel secret in "
        "LINE’s settings."
    ),
    "line_webhook_unreadable": (
        "The notice from LINE could not be read. Nothing was accepted. Please tell the system’s operator."
    ),
    "line_quota_used_up": (
        "This month’s LINE messages are used up. Nothing was sent. Please wait for next month or change the LINE plan."
    ),
    "line_recipient_unknown": (
        "This person cannot be reached on LINE. Nothing was sent. Please check that they are still a friend of "
        "the account."
    ),
    "line_text_not_sendable": (
        "The LINE message is empty or too long[ ({length} characters, at most {max_length})]. Nothing was sent. "
        "Please change the text."
    ),
    "mail_not_accepted": (
        "E-mail to this address is refused[ ({reply_code})]. Nothing was stored. "
        "Please check the address and type it again."
    ),
}
