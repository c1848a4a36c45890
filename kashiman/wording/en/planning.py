"""Plans of campaigns, quotas and who may apply."""

SENTENCES = {
    "quota_not_well_formed": (
        "A quota[ “{quota}”] has a name, a number of units or a condition that is not right. Nothing was "
        "stored. Please correct it."
    ),
    "quotas_exceed_units": (
        "The quotas keep more units[ ({quota_units})] than the campaign has[ ({units_total})]. Nothing was "
        "stored. Please correct the numbers."
    ),
    "quota_unknown": "This campaign has no quota[ “{quota}”]. Nothing was stored. Please choose another one.",
    "small_shop_part_not_possible": (
        "The part for small shops[ ({small_shop_face_yen})] must be less than the face[ ({face_yen})], and "
        "what the buyer pays of it whole yen. Nothing was stored."
    ),
    "base_date_missing": (
        "An age is asked for, but no base date says on which day. Nothing was stored. Please enter the base date."
    ),
    "pay_window_too_short": (
        "The time to pay[ ({days} days)] is too short.[ It must be at least {days_min} days.] Nothing was stored."
    ),
    "applicant_has_died": (
        "By the resident roll, no application can be taken in this person’s name. Nothing was stored. Please "
        "ask at the counter of city hall."
    ),
    "not_resident_on_base_date": (
        "It could not be confirmed that you lived in the city on the base date[ ({base_date})], so you "
        "cannot apply. No money has moved. Please ask the commerce desk."
    ),
    "age_outside_campaign": (
        "It could not be confirmed that you were[ {age_min} or] old enough on the base date[ ({base_date})], "
        "so you cannot apply. No money has moved. Please ask the commerce desk."
    ),
    "not_for_this_quota": (
        "This round is kept for others[ ({quota})], so you cannot apply in it. No money has moved. Please "
        "see the other rounds, or ask at the counter."
    ),
    "granted_in_earlier_round": (
        "This round is for those who have won nothing yet. Another round granted you units, so you cannot "
        "apply in it. No money has moved. Please see the other rounds, or ask at the counter."
    ),
    "household_not_known": (
        "Your household is not known, so you cannot apply. No money has moved. Please ask the commerce desk."
    ),
    "units_exceed_person_cap": (
        "Together with the other rounds this is more than one person may have[ ({max_units}; {left_units} "
        "left)]. No money has moved. Please ask for fewer units."
    ),
    "units_exceed_household_cap": (
        "Together with your household this is more than one household may have[ ({max_units}; {left_units} "
        "left)]. No money has moved. Please ask for fewer units."
    ),
    "round_differs_from_plan": (
        "A round of this name[ ({round_slug})] was approved with other rules. It was not opened. Please open "
        "it as it was approved."
    ),
    "campaign_not_a_draft": (
        "The campaign is no draft any more[ (it is “{state}”)], so its rules are frozen. Nothing was "
        "changed. Please check its state."
    ),
    "rules_changed_meanwhile": (
        "The rules that you saw[ (version {seen_version})] are not the newest ones[ (version "
        "{newest_version})]. Nothing was changed. Please look at the newest and do it again."
    ),
    "rule_version_unknown": (
        "The rules have no such version[ ({version})]. Nothing was changed. Please choose one from the list."
    ),
    "plan_has_red_findings": (
        "Some lights are red[: {findings}], so this cannot go on. Nothing was changed. Please put all of "
        "them right first."
    ),
    "planning_reason_missing": "No reason was given. Nothing was changed. Please say why and do it again.",
    "planning_is_for_commerce": (
        "Campaigns are planned by the commerce desk[ (you are “{desk}”)]. Nothing was changed. Please ask "
        "the commerce desk."
    ),
    "round_not_planned": (
        "The approved plan has no round of this name[ ({round_slug})]. It was not opened. Please choose one "
        "of the plan."
    ),
}
