"""The books: lots, payments, reversals, holds, periods and payouts."""

SENTENCES = {
    "key_reused_with_other_content": (
        "The same key was already used to ask for something else. No money has moved this time. "
        "Check the history for the earlier request, then reopen the page."
    ),
    "period_is_closed": (
        "The period[ of {event_day}] is closed[ (through {closed_through})], so nothing can be entered in it. "
        "No money has moved. Please date the correction in the open period."
    ),
    "period_not_over": (
        "[{asked_day} is ]not over yet, so it cannot be closed[ (today is {today})]. Please do it on a later day."
    ),
    "lot_already_exists": (
        "This lot was issued before. It was not issued twice. Please check the balance of the wallet."
    ),
    "terms_impossible": (
        "The period of use[ ({first_day} to {last_day})] is not possible. "
        "It must be at least one day and at most the six months that the law allows. No money has moved."
    ),
    "value_not_enough": (
        "The balance is not enough. [The payment is {asked_yen}; ][{usable_yen} can be used at this shop today. ]"
        "No money has moved. Pay a smaller amount, or pay the rest another way."
    ),
    "journal_not_found": (
        "The original transaction was not found. No money has moved. Please check its number and try again."
    ),
    "payment_already_reversed": (
        "Part or all of this payment[ of {paid_yen}] was already given back[ ({reversed_yen})], so it cannot be "
        "voided. No money has moved this time. Use “Refund” for what is left."
    ),
    "void_only_on_same_day": (
        "A payment can be voided only on the day it was made[ ({paid_on})]. No money has moved. "
        "On a later day, the owner of the shop can use “Refund”."
    ),
    "refund_exceeds_payment": (
        "The refund[ of {asked_yen}] is more than what can still be given back[ ({left_yen})]. "
        "No money has moved. Please correct the amount and try again."
    ),
    "reversed_before_it_happened": (
        "The reversal[ ({reversed_at})] is dated before the transaction that it undoes[ ({happened_at})]. "
        "No money has moved. Please correct the date."
    ),
    "lot_was_touched": (
        "Something of this voucher was already used, so its sale cannot be taken back[ (issued {issued_yen}, "
        "left {left_yen})]. No money has moved. Please ask at city hall."
    ),
    "hold_already_exists": "This hold was placed before. Nothing was held twice. Please check it.",
    "hold_not_found": "The hold was not found. No money has moved. Please check its number and try again.",
    "hold_already_resolved": (
        "This hold was already captured or released. No money has moved this time. Please check the wallet's history."
    ),
    "hold_deadline_passed": (
        "The deadline of the hold[ ({deadline_at})] has passed, so it cannot be captured. "
        "No money has moved; the value goes back to the wallet. Start again if you still need it."
    ),
    "hold_deadline_impossible": (
        "The deadline of the hold[ ({deadline_at})] lies before the hold itself. No money has moved. "
        "Please correct the deadline."
    ),
    "lot_not_found": "The lot was not found. No money has moved. Please check its number and try again.",
    "lot_not_yet_expired": (
        "This lot can still be used[ until {last_day}], so it cannot expire yet. No money has moved. "
        "Please do it after its last day."
    ),
    "lot_is_empty": "Nothing is left in this lot. No money has moved. There is nothing to do.",
    "move_not_allowed": (
        "The books know no such entry[ from {debit_kind} to {credit_kind}][ for {journal_kind}]. "
        "No money has moved. Please tell the system's operator."
    ),
    "payout_not_in_flight": (
        "More[ ({asked_yen})] would leave the payout than is in flight[ ({in_flight_yen})]. No money has moved. "
        "Please check the payout's items."
    ),
    "transfer_already_returned": (
        "This transfer[ (line {line})] was already returned, or is not part of the payout. No money has moved. "
        "Please check the payout's items."
    ),
}
