"""Campaigns, rounds, applications and purchases."""

SENTENCES = {
    "slug_not_well_formed": (
        "The short name[ “{slug}”] cannot be used. Nothing was saved. "
        "Please use up to 64 of a–z, 0–9 and hyphen, not beginning with a hyphen."
    ),
    "slug_already_taken": ("The short name[ “{slug}”] is already taken. Nothing was saved. Please choose another one."),
    "face_not_above_price": (
        "The face value[ ({face_yen})] is not above the price[ ({price_yen})]. Nothing was saved. "
        "Please correct the amounts."
    ),
    "campaign_number_out_of_range": (
        "“{name}”[ ({given})] is out of range.[ Please choose {min} to {max}.] Nothing was saved."
    ),
    "no_payment_method": "No way to pay was chosen. Nothing was saved. Please choose at least one.",
    "budget_below_premium": (
        "The budget[ ({budget_yen})] does not cover the premium of all units[ ({premium_yen})]. "
        "Nothing was saved. Please correct the budget or the units."
    ),
    "campaign_unknown": "The campaign was not found. Please choose it again from the list.",
    "campaign_move_not_legal": (
        "The campaign cannot make this move[ from “{from_state}” to “{to_state}”]. Nothing was changed. "
        "Please check its present state."
    ),
    "desk_may_not_move_campaign": (
        "Your desk[ ({desk})] may not do this[ (move to “{to_state}”)]. Nothing was changed. "
        "Please ask the desk in charge."
    ),
    "second_person_needed": (
        "This needs a second, different person. Nothing was changed. Please ask a colleague to do this step."
    ),
    "rounds_not_decided": (
        "Some rounds are not drawn yet[: {round_slugs}]. The campaign is unchanged. Please draw them first."
    ),
    "campaign_still_in_use": (
        "Vouchers can still be used[ until {last_day}], so the campaign cannot be closed. Nothing was changed. "
        "Please do it after the last day."
    ),
    "campaign_takes_no_rounds": (
        "In its present state[ ({state})] the campaign takes no rounds. Nothing was saved. Please check the campaign."
    ),
    "round_dates_not_in_order": ("“{later}” must come after “{earlier}”. Nothing was saved. Please correct the dates."),
    "use_longer_than_six_months": (
        "The last day of use[ ({last_day})] is later than six months from issue."
        "[ Please choose {last_day_allowed} or earlier.] Nothing was saved."
    ),
    "commitment_not_well_formed": (
        "A witness's commitment is not right. Nothing was saved. Please enter 64 digits of 0–9 and a–f."
    ),
    "units_exceed_campaign": (
        "The round offers more units[ ({asked_units})] than the campaign has left[ ({left_units})]. "
        "Nothing was saved. Please correct the number."
    ),
    "round_unknown": "The round was not found. Please choose it again from the list.",
    "round_withdrawn": (
        "This round[ ({round_slug})] was withdrawn. Nothing was recorded. Please look for the city’s announcement."
    ),
    "rules_not_published": (
        "The rules of this draw are not published yet, so applications are not being taken.[ They are taken once the "
        "rules are published, and not before {opens_at}.] Nothing was recorded."
    ),
    "round_not_open": (
        "Applications are not being taken now.[ They are taken from {opens_at} to {closes_at}.] "
        "Your application is unchanged."
    ),
    "application_is_final": (
        "The application[ ({receipt})] is already granted, so it cannot be changed. No money has moved. "
        "Please go on to the purchase."
    ),
    "units_out_of_range": (
        "You cannot apply for this number of units[ ({asked_units})].[ It may be 1 to {max_units}.] "
        "Nothing was changed. Please correct the number."
    ),
    "units_sold_out": (
        "Sorry, not enough units are left[ ({asked_units} asked, {left_units} left)]. No money has moved. "
        "Please try a smaller number."
    ),
    "application_unknown": "There is no application of yours in this round. Please check the receipt, or apply anew.",
    "round_still_open": (
        "The round still takes applications[ (until {closes_at})]. It was not closed. Please do it afterwards."
    ),
    "round_never_opened": (
        "The application period ended[ ({closes_at})] before the rules of the draw were published, so nobody applied. "
        "Nothing was changed. Please withdraw this round and open a new one."
    ),
    "round_not_announced": (
        "Only a round whose rules are not published yet can be withdrawn, and this one is “{state}”. "
        "Nothing was changed."
    ),
    "round_not_ready": "The round is “{state}” now.[ It must be “{needed}” first.] Nothing was changed.",
    "round_has_no_draw": (
        "This round[ ({round_slug})] is first come, first served: nothing is drawn. Nothing was changed. "
        "Please see its applications."
    ),
    "draw_fact_not_hex": (
        "“{name}” is not right. Nothing was drawn. Please enter it in digits 0–9 and lower-case a–f."
    ),
    "round_already_drawn": (
        "This round[ ({round_slug})] has already been drawn. It was not drawn again. Please see the published result."
    ),
    "grant_unknown": (
        "There is nothing granted that this wallet could buy. No money has moved. "
        "Please check the notice of the result."
    ),
    "campaign_not_selling": (
        "Nothing is being sold now[ (the campaign is “{state}”)]. No money has moved. Please check the sale period."
    ),
    "pay_window_not_open": (
        "Units cannot be bought now.[ They can be bought from {pay_from} to {pay_until}.] No money has moved."
    ),
    "units_exceed_grant": (
        "More units were asked for[ ({asked_units})] than you may still buy[ ({left_units})]. "
        "No money has moved. Please correct the number."
    ),
    "purchase_unknown": "The purchase was not found. No money has moved this time. Please check your purchases.",
    "purchase_move_not_legal": (
        "This purchase is “{from_state}”, so it cannot change[ to “{to_state}”]. "
        "No money has moved this time. Please check the purchase."
    ),
    "provider_payment_unmatched": (
        "The provider received a payment[ of {received_yen}] that belongs to no purchase[ ({provider_id})]. "
        "No voucher was issued. The finance desk should give the money back."
    ),
    "provider_amount_differs": (
        "The amount received[ ({received_yen})] is not that of the purchase[ ({amount_yen})], so no voucher was "
        "issued. The finance desk should check the payment."
    ),
    "payment_came_too_late": (
        "The money[ ({received_yen})] came too late, so no voucher was issued. "
        "It will be given back; city hall will contact you."
    ),
}
