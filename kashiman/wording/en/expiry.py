"""Expiry in two steps and back, and clocks."""

SENTENCES = {
    "lot_parts_differ": (
        "This lot holds something else[ ({left_paid_yen} paid, {left_premium_yen} premium)] than was "
        "approved. No money has moved. Please make a new dry run."
    ),
    "expiry_already_reversed": "This expiry was reversed before. No money has moved. There is nothing to do.",
    "clocks_disagree": (
        "The clocks of the server and the database do not agree[ (by {difference_s} seconds)]. Nothing was "
        "done. Please tell the system's operator."
    ),
    "desk_may_not_expire": (
        "Expiring value and giving it back is not for this desk[ ({desk})]. Nothing was changed. Please ask "
        "the commerce or the finance desk."
    ),
    "expiry_day_not_over": (
        "That day[ ({asked_day})] is not over yet[; today is {today}]. Nothing has expired. Please choose a "
        "day that is over."
    ),
    "expiry_run_under_way": (
        "An approved expiry run is not finished. No new dry run was made. Please wait for its end, or stop it first."
    ),
    "nothing_to_expire": (
        "Nothing that ended by {through_day} holds any value. Nothing has expired. There is nothing to do."
    ),
    "expiry_run_unknown": "The expiry run was not found. Please choose it again from the list.",
    "expiry_run_not_ready": "The expiry run is “{state}” now.[ It must be “{needed}” for this.] Nothing was changed.",
    "expiry_digest_differs": (
        "The list you looked at is not the list of this run. Nothing was approved. Please open the page "
        "again and look once more."
    ),
    "expiry_lots_changed": (
        "What would expire has changed since the dry run[ ({planned_lots} lots, {planned_yen})][; now "
        "{found_lots} lots, {found_yen}]. Nothing was approved. Please make a new dry run."
    ),
    "reversal_reason_missing": "No reason for the reversal is given. Nothing was changed. Please enter one.",
    "nothing_to_reverse": (
        "Nothing of this kind expired in the run, or all of it came back before. No money has moved. Please "
        "check the number of the lot or the wallet."
    ),
    "expiry_reversal_too_late": (
        "The time to reverse this expiry is over[: it was {last_day}][, for what expired on {expired_on}]. "
        "No money has moved. Please ask the finance desk."
    ),
    "reversal_day_impossible": (
        "The new last day[ ({last_day})] is not possible.[ Please choose a day from {earliest} to {latest}.] "
        "No money has moved."
    ),
    "expiry_reversal_unknown": "The reversal was not found. Please choose it again from the list.",
    "expiry_reversal_not_ready": (
        "The reversal is “{state}” now.[ It must be “{needed}” for this.] Nothing was changed."
    ),
    "lots_reversed_elsewhere": (
        "Some of these lots[ ({lots})] came back by another reversal, or are about to. No money has moved. "
        "Please ask again for the rest alone."
    ),
    "notice_unknown": "The notice was not found. Please choose it again from the list.",
}
