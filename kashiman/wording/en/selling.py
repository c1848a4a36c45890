"""Cards, taking back, refunds by hand, chargebacks and payouts."""

SENTENCES = {
    "card_over_its_cap": (
        "This card may not pay for so many units[ (asked for {asked_units}, {left_units} left of "
        "{max_units})]. The card was not charged. Please buy fewer units or pay in another way."
    ),
    "card_not_identified": (
        "The card could not be identified, so it was not accepted. It was not charged. Please try another "
        "card or another way to pay."
    ),
    "first_day_cap_reached": (
        "In the first 24 hours of paying by card there is a limit[ (asked for {asked_units}, {left_units} "
        "left for now)]. No money has moved. Please try[ after {until}, or] in another way."
    ),
    "take_back_window_over": (
        "The time to take the purchase back is over, or this campaign has none[ (it ended at {until})]. The "
        "voucher stays as it is, and no money has moved."
    ),
    "cash_is_given_back_at_its_counter": (
        "A purchase in cash is taken back at the counter where it was made[ ({counter})]. Nothing has "
        "changed yet. Please come to that counter, and do not use the voucher before."
    ),
    "refund_still_under_way": (
        "The provider may still give the money back, so it must not be given back in another way[ (now "
        "“{status}”)]. Nothing was recorded. Please wait for the outcome."
    ),
    "refund_evidence_missing": (
        "Nothing was recorded, because what proves the refund is missing. Please enter the number of the "
        "transfer or of the signed receipt."
    ),
    "provider_refund_not_possible": (
        "The provider cannot give this payment back[ ({provider_id}: {reason})]. No money has moved. Please "
        "give it back by bank transfer or in cash."
    ),
    "receipt_only_for_cash": (
        "The counter prints receipts only for purchases in cash. Nothing has changed. Please check the purchase."
    ),
    "no_units_left_to_sell": (
        "No units are left to sell[ (of {units_total})]. No round was opened. Please try again when units become free."
    ),
    "payout_not_adding_up": (
        "The payout[ {payout_id} of {amount_yen}] is not what its entries sum to[ ({entries_yen} less fees "
        "of {fees_yen})]. Nothing was booked. Please ask the provider."
    ),
    "payout_not_bookable": (
        "The books have no move for this payout[ ({payout_id}, {amount_yen})], such as one that takes money "
        "from the city. Nothing was booked. The finance desk should decide."
    ),
    "payout_not_there_yet": (
        "The payout[ {payout_id}] has not arrived yet, or its entries are not complete[ (now “{status}”)]. "
        "Nothing was booked. It is looked at again by itself."
    ),
}
