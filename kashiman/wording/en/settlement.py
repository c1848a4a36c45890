"""Paying the shops: closings, payouts and the bank calendar."""

SENTENCES = {
    "cutoff_day_already_closed": (
        "[{cutoff_day} is ]already closed[ (closing no. {closing_number})]. It was not closed twice. "
        "Please look at the list of closings."
    ),
    "cutoff_day_before_last_closing": (
        "A later day[ ({last_cutoff_day})] is closed already[, so {cutoff_day} cannot be]. Nothing was changed. "
        "What was recorded late goes into the next closing."
    ),
    "cutoff_day_not_over": (
        "[{cutoff_day} is ]not over yet, so it cannot be closed[ (today is {today})]. Please do it on a later day."
    ),
    "closing_not_found": "The closing was not found. Please choose it again from the list of closings.",
    "statement_not_found": "The shop had no movement in this closing. Please choose another one.",
    "payout_not_found": "The payout was not found. Please choose it again from the list of payouts.",
    "payout_item_not_found": "The payout has no such item[ (no. {item_number})]. Please check the number.",
    "payout_step_not_allowed": (
        "[Item {item_number}: ]in the state “{state}” the step[ to “{asked}”] is not possible, or was taken "
        "with other facts. No money has moved. Please check the payout."
    ),
    "payout_day_impossible": (
        "This day[ ({given_day})] is not possible. [Please enter a day from {first_day} to {today}. ]"
        "No money has moved."
    ),
    "return_not_explained": (
        "“{missing}” is missing. No money has moved. "
        "Please enter the bank's reason and the reference of the credit that brought the money back."
    ),
    "bank_holidays_unknown": (
        "The bank holidays[ of {year}] are not known, so no pay day can be set. "
        "Update the holiday data or choose another year."
    ),
    "day_not_in_every_month": "Not every month has a day “{day}”. Please use 1 to 28, or “end” for the last day.",
    "closing_days_missing": "No closing day was given. Please name at least one.",
    "business_days_negative": (
        "The number of business days[ ({given})] is too small.[ Please use at least {min_days}.]"
    ),
    "pay_date_not_after_closing": (
        "The pay day[ ({pay_date})] is not after the closing day[ ({closing_day})]. "
        "Please correct the rule for pay days."
    ),
}
