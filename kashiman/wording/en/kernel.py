"""The ground: keys, bodies, amounts, and the outages."""

SENTENCES = {
    "idempotency_key_missing": (
        "The request carried no Idempotency-Key, so it was not accepted. No money has moved. "
        "Please reopen the page and try again."
    ),
    "idempotency_key_malformed": (
        "The Idempotency-Key is not of the right form."
        "[ Send printable ASCII of at most {length_max} characters.] No money has moved."
    ),
    "request_in_progress": (
        "The same request is being worked on right now. You will not be charged twice. "
        "Wait a few seconds, then check the result."
    ),
    "body_not_readable": "What was sent could not be read. No money has moved. Please reopen the page and try again.",
    "body_too_large": (
        "What was sent is too large[ (the limit is {bytes_max} bytes)]. Nothing was changed. "
        "Please send it in smaller parts."
    ),
    "fields_invalid": (
        "Something is missing or not in the right form[: {fields}]. No money has moved. "
        "Please correct it and send it again."
    ),
    "address_unknown": "There is nothing at this address. Check the address, or start from the first page.",
    "amount_not_whole_yen": (
        "The amount could not be read[ (you entered: {given})]. No money has moved. Please enter a whole number of yen."
    ),
    "amount_out_of_range": (
        "This amount[, {given_yen},] cannot be used. Please enter an amount[ from {min_yen} to {max_yen}]. "
        "No money has moved."
    ),
    "busy": "It is very busy right now. No money has moved. Please wait a moment and try again.",
    "provider_down": (
        "The payment provider is not answering. "
        "What you asked for is saved and will go on as soon as it answers. Please check again in a moment."
    ),
    "outcome_unknown": (
        "We do not know yet whether this went through. "
        "Please do not start again: check the result on the same screen. You will not be charged twice."
    ),
    "database_unreachable": (
        "The system cannot be reached right now. No money has moved. Please wait a moment and try again."
    ),
    "origin_not_ours": (
        "The form was not sent from our own page, so it was not accepted. No money has moved. "
        "Please start again from the first page."
    ),
}
