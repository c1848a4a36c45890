"""Paying: codes, payers, payments and their reversals."""

SENTENCES = {
    "code_unreadable": "The code could not be read. No money has moved. Hold the whole code in view and try again.",
    "code_checksum_wrong": "The code was misread. No money has moved. Avoid dirt and reflections, and try again.",
    "code_of_another_scheme": (
        "This is not a かしまんPAY code. No money has moved. Please scan the code on the かしまんPAY poster."
    ),
    "code_signature_invalid": (
        "It could not be verified that the city issued this code. No money has moved. "
        "Please do not pay with it; tell the shop and city hall."
    ),
    "code_key_unknown": (
        "The key that signed this code[ ({key_id})] is not in use. No money has moved. Please scan the shop's new code."
    ),
    "code_not_writable": (
        "The code could not be made, because “{part}” does not fit its form. No money has moved. "
        "Please correct the registration."
    ),
    "consumer_code_unknown": (
        "The customer's code is not known here. No money has moved. "
        "Ask the customer to show a new code, and scan it again."
    ),
    "consumer_code_used": (
        "This code was used before; it works once. No money has moved this time. "
        "Check whether the earlier payment went through, then ask for a new code."
    ),
    "consumer_code_expired": (
        "The code is too old[ (it lives {lifetime_s} seconds)]. No money has moved. "
        "Ask the customer to show a new code."
    ),
    "dynamic_code_unknown": (
        "This code could not be confirmed as the shop's. No money has moved. Please ask the shop to show a new code."
    ),
    "dynamic_code_paid": (
        "This code was paid already. No money has moved this time. "
        "Please look in your history whether your payment went through."
    ),
    "dynamic_code_expired": (
        "The code is too old[ (it lived until {expired_at})]. No money has moved. "
        "Please ask the shop to show a new code."
    ),
    "dynamic_amount_differs": (
        "The amount is not the one in the code[ ({amount_yen})]. No money has moved. Please scan the code again."
    ),
    "payer_belongs_to_shop": (
        "You cannot pay with かしまんPAY at a shop that you own or work at. No money has moved. Please pay another way."
    ),
    "payment_given_up": (
        "You gave up this payment. No money has moved, and it cannot be made later. Please pay another way."
    ),
    "payment_not_found": (
        "The payment was not found. No money has moved this time. "
        "Please check that it belongs to this shop, and its number."
    ),
    "customer_value_not_enough": (
        "The customer's balance does not cover this[ ({asked_yen})]. No money has moved. "
        "Please charge less, or take the rest another way."
    ),
}
