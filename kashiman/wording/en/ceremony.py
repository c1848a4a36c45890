"""The ceremony of a draw: rule sheets, dispute windows, beacons."""

SENTENCES = {
    "rule_sheet_missing": (
        "No rule sheet was published for this round[ ({round_slug})] before it opened, so it cannot be "
        "drawn. Nothing was changed. Please open a new round."
    ),
    "applicants_not_checked": (
        "Some applicants[ ({unchecked})] were not checked against the roll yet. The list was not closed. "
        "Please close it again."
    ),
    "campaign_key_differs": (
        "The key that hides households is missing or is not the one on the rule sheet[ ({round_slug})]. "
        "Nothing was changed. Please tell the administrator."
    ),
    "dispute_window_open": (
        "The list can still be disputed[ until {ends_at}]. Nothing was changed. Please wait until then."
    ),
    "objections_unanswered": (
        "Objections to the list wait for an answer[ ({unanswered})] or for a corrected list[ "
        "({uncorrected})]. Nothing was changed. Please see to them first."
    ),
    "beacon_not_on_rule_sheet": (
        "This beacon[ ({beacon_id})] is not on the rule sheet. Nothing was changed. Please choose one that is."
    ),
    "beacon_round_not_as_announced": (
        "This round appears[ at {draw_at},] not when the draw was announced for[ ({announced_at})]. Nothing "
        "was changed. Please name the announced one."
    ),
    "beacon_frozen_already": (
        "The beacon[ ({beacon_id}, round {beacon_round})] is frozen already. Nothing was changed. Please "
        "wait for the draw."
    ),
    "fallback_too_soon": (
        "Another beacon may take over only a day after the named one failed[ (from {earliest_at})]. Nothing "
        "was changed. Please wait until then."
    ),
    "beacon_not_named": (
        "Nobody has named a round of the beacon yet[ ({round_slug})]. Nothing was changed. Please let a "
        "first person name it."
    ),
    "beacon_not_due": (
        "The named beacon does not exist yet[ (it appears at {due_at})]. Nothing was drawn. Please wait until then."
    ),
    "round_opened_already": (
        "Applications are open already[ (since {opens_at})], so the rule sheet stays as it is. Nothing was "
        "changed. Please open a new round."
    ),
    "holders_do_not_match_round": (
        "The holders of secrets[ ({holders})] are not those of the round’s commitments[ ({commitments})], or "
        "an office has no name. Nothing was changed. Please enter them in order."
    ),
    "household_cap_missing": (
        "Households can be grouped only in a campaign with a cap for one. Nothing was changed. Please do not "
        "group them, or use such a campaign."
    ),
    "draw_dates_not_in_order": (
        "The draw[ ({draw_at})] must be an hour after the dispute[ (from {earliest_at})] and before winners "
        "pay[ ({pay_from})]. Nothing was changed. Please choose another time."
    ),
    "nothing_to_confirm": (
        "There is nothing to confirm: nobody proposed it, it was confirmed, or a newer proposal took its "
        "place. Nothing was changed. Please load the page again."
    ),
    "proposal_differs": (
        "What you looked at is not what is proposed now. Nothing was changed. Please look at the new "
        "proposal and confirm that."
    ),
    "ceremony_reason_missing": "No reason was given. Nothing was changed. Please say why and do it again.",
    "extension_too_late": (
        "The deadline[ ({closes_at})] has passed, so it cannot be extended. Nothing was changed. An "
        "extension is possible only before it."
    ),
    "extension_not_later": (
        "The new deadline[ ({asked_at})] must be later than the present one[ ({closes_at})] and before "
        "winners pay. Nothing was changed. Please choose another."
    ),
    "receipt_key_unknown": (
        "The key on this receipt[ ({kid})] is not one of the city’s. Nothing was changed. Please look at the "
        "receipt again."
    ),
    "receipt_of_other_round": (
        "This receipt belongs to another round[ ({campaign})]. Nothing was changed. Please check it there."
    ),
    "dispute_window_over": (
        "The time to dispute the list is over[ (since {ended_at})]. Nothing was stored. Please ask the "
        "auditors of city hall."
    ),
    "objection_unknown": (
        "No objection has this id[ ({objection_id})]. Nothing was changed. Please choose one from the list."
    ),
    "objection_answered_before": (
        "This objection[ ({objection_id})] has another answer already, and answers stay. Nothing was changed."
    ),
    "exclusion_not_possible": (
        "The receipt[ ({receipt})] cannot be left out for this reason. Nothing was changed. Please check "
        "number and reason."
    ),
    "beacon_file_unreadable": (
        "The file of the beacon cannot be read. Nothing was drawn. Please bring it exactly as the relay gives it."
    ),
    "beacon_of_other_round": (
        "This value is of round {given_round}; the draw was named for round {named_round}. Nothing was "
        "drawn. Please bring the named one."
    ),
    "beacon_files_differ": (
        "The file is not the same as the first person’s. Nothing was drawn. Please compare both with the source."
    ),
    "beacon_not_yet_there": (
        "No relay has the named round[ ({round_number})] yet. Nothing was drawn. Please try again a little later."
    ),
    "draw_not_made": (
        "The round was not drawn yet[ (it is “{state}”)]. Nothing was changed. Please come back after the draw."
    ),
    "receipt_unknown": (
        "No application in this round has the receipt number[ “{receipt}”]. Nothing was changed. Please "
        "check the number."
    ),
}
