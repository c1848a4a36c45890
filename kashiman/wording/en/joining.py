"""Joining, and where a shop is paid."""

SENTENCES = {
    "joining_field_missing": "“{field_name}”[ of store {position+1}] is empty. Please fill it in.",
    "joining_field_too_long": (
        "“{field_name}”[ of store {position+1}] is too long[ (at most {length_max} characters)]. Please shorten it."
    ),
    "joining_field_malformed": (
        "“{field_name}”[ of store {position+1}] is written in another way than needed. Please write it[ like "
        "{example}]."
    ),
    "trade_excluded": (
        "Shops of this trade cannot join, because vouchers may not be spent on what they sell. If you sell "
        "something else as well, please choose that."
    ),
    "too_many_stores": (
        "One application can name at most [{stores_max} ]stores. Please name the others in another application."
    ),
    "pledge_not_taken": (
        "The shop's pledge is not agreed to yet. Please read it, and tick the box if you will keep it."
    ),
    "pledge_changed": (
        "The text of the pledge has changed[ (version {current_version})]. Nothing was sent. Please read it "
        "again and tick the box."
    ),
    "joining_draft_gone": (
        "There is no application being written. It was sent already, or 14 days have passed. If you sent it, "
        "look at its state."
    ),
    "shop_application_unknown": (
        "The number or the passphrase is wrong. Please look at what you wrote down and try again."
    ),
    "shop_application_step_not_allowed": (
        "This application[ ({receipt})] cannot take that step from where it stands. Nothing was changed. Please "
        "reload to see its state."
    ),
    "shop_application_changed_meanwhile": (
        "This application[ ({receipt})] has a newer version[ ({version})] than the one you read. Nothing was "
        "changed. Please read it first."
    ),
    "shop_application_reason_missing": (
        "No reason was given. Nothing was changed. Please write one that the applicant understands."
    ),
    "shop_application_needs_second_person": (
        "This application[ ({receipt})] is approved by another clerk than the one who examined it. Nothing was "
        "changed. Please ask a colleague."
    ),
    "account_change_under_way": (
        "Another change of account is under way. This one was not taken. Please stop the other one, or wait "
        "until it is over."
    ),
    "account_change_unknown": "There is no such change of account. Nothing was changed. Please look at the accounts.",
    "account_change_step_not_allowed": (
        "This change of account was decided already. Nothing was changed. Please look at its state."
    ),
    "account_in_force_already": (
        "This account is in use already[ since {valid_from}], so it cannot be stopped. Please ask for another "
        "one, or call the city at once if it was not you."
    ),
    "account_change_reason_missing": (
        "No reason was given. Nothing was changed. Please write one that the shop's owner understands."
    ),
    "holder_kana_forbidden": (
        "Character {position} of the account holder, “{character}”, cannot be written in a bank's file. Please "
        "write the kana as in the passbook."
    ),
    "holder_kana_too_long": (
        "The account holder is too long for a bank's file[ ({length} of at most {length_max}; voicing marks "
        "count)]. If the passbook says so, please call the city."
    ),
    "sign_in_too_weak_for_account": (
        "Only an owner who signed in with a passkey may change the account. Nothing was changed. Please sign in "
        "with a passkey."
    ),
}
