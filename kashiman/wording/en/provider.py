"""The payment provider: cards, convenience stores and its notices."""

SENTENCES = {
    "amount_not_payable_by_card": (
        "This amount[ ({amount_yen})] cannot be paid by card[ ({min_yen} to {max_yen})]. No money has moved. "
        "Please change the units or pay another way."
    ),
    "amount_not_payable_at_konbini": (
        "This amount[ ({amount_yen})] cannot be paid at a convenience store[ ({min_yen} to {max_yen})]. "
        "No money has moved. Please change the units or pay another way."
    ),
    "description_not_printable_at_konbini": (
        "The description cannot be printed at a convenience store[ (at most {max_characters} characters)]. "
        "No slip was made and no money has moved. Please correct it."
    ),
    "slip_days_out_of_range": (
        "The days to pay a slip[ ({expires_after_days})] are out of range."
        "[ Please choose {min_days} to {max_days}.] No slip was made and no money has moved."
    ),
    "billing_name_or_email_missing": (
        "Paying at a convenience store needs your name and e-mail address[ (missing: {missing})]. "
        "No money has moved. Please fill them in and try again."
    ),
    "billing_name_not_printable_at_konbini": (
        "The name[ “{billing_name}”] has a character that convenience stores cannot print. No money has moved. "
        "Please write it in katakana."
    ),
    "payment_method_not_offered": (
        "This way to pay[ ({method})] is not available. No money has moved.[ Please choose: {offered}.]"
    ),
    "payment_order_changed_under_its_key": (
        "The same key was used for an order with other content. No money has moved. "
        "Please reopen the purchase and try again."
    ),
    "payment_declined": (
        "The payment was declined[ (reason: {reason})]. No money has moved. "
        "Please try another card or another way to pay."
    ),
    "provider_payment_unknown": (
        "The provider knows no such payment. No money has moved this time. Please check your purchases."
    ),
    "provider_payment_closed": (
        "This payment has already succeeded or was cancelled. No money has moved this time. Please check the purchase."
    ),
    "provider_money_not_received": (
        "Nothing can be given back, because the money has not arrived[ (status: {status})]. No money has moved. "
        "Please try again once it has."
    ),
    "provider_refund_too_large": (
        "The refund[ ({amount_yen})] is more than what can still be given back. No money has moved. "
        "Please correct the amount."
    ),
    "webhook_signature_invalid": (
        "The notice's signature could not be verified. Nothing was changed. "
        "Please check the provider's signing secret in the settings."
    ),
    "webhook_unreadable": (
        "The notice could not be read. Nothing was changed. Please check which events the provider sends."
    ),
    "webhook_of_other_mode": (
        "A test notice reached the live system, or a live one a test system. Nothing was changed. "
        "Please check the provider's settings."
    ),
}
