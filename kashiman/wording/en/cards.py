"""Paper cards: issuing, PINs, limits and what stops one."""

SENTENCES = {
    "pin_malformed": "A PIN is four digits. No money has moved. Please type it again.",
    "pin_easily_guessed": (
        "That PIN is too easy to guess. Please choose four digits that are neither all the same nor in a row."
    ),
    "card_limit_out_of_range": (
        "The card's limits are not allowed[ (at most {payment_max_yen} at once and {day_max_yen} a day)]. "
        "No card was made. Please correct the limits."
    ),
    "card_in_use": (
        "This person has a card in use[ (its number ends in {serial_ending})]. No new card was made. "
        "Replace the card if it is lost."
    ),
    "card_unknown": "This card is not known here. No money has moved. Please check the card's number.",
    "card_replaced": "This card was replaced by a new one. No money has moved. Please use the new card.",
    "card_ended": "This card was ended for good. No money has moved. Please pay another way.",
    "card_locked_by_misses": (
        "The PIN was wrong three times, so the card is stopped. No money has moved. "
        "The counter at city hall can let it work again."
    ),
    "card_frozen": "This card is stopped. No money has moved. The counter at city hall can let it work again.",
    "card_not_frozen": "This card is not stopped. Nothing was changed. Please check how it stands.",
    "card_pin_wrong": (
        "The PIN is wrong[ (tries left: {tries_left})]. No money has moved. Please let the customer type it again."
    ),
    "card_pin_needed": (
        "This payment needs the card's PIN[ (without it {limit_payment_yen} at once and {limit_day_yen} a day)]. "
        "No money has moved. Please let the customer type it."
    ),
    "card_has_no_pin": (
        "This is more than the card pays[ ({limit_payment_yen} at once and {limit_day_yen} a day)]. "
        "No money has moved. Please charge less, or take the rest another way."
    ),
}
