"""The doors: postcards, passkeys, links, the counter and tills."""

SENTENCES = {
    "passkey_response_unreadable": "The passkey's answer could not be read. Please start again.",
    "passkey_challenge_over": "The time for the passkey is over, or it was used already. Please start again.",
    "passkey_unknown": (
        "This passkey is not registered, or was removed. Please sign in with another passkey or a postcard."
    ),
    "passkey_not_verified": (
        "The passkey could not be verified. You are not signed in. Please open the city's page again and try once more."
    ),
    "passkey_may_be_copied": (
        "A copy of this passkey may exist, so it is paused. "
        "Please sign in another way, remove it and register a new one."
    ),
    "passkey_waits_for_second_person": (
        "This passkey does not work yet. Please ask an administrator to confirm its registration."
    ),
    "passkey_already_registered": "This passkey is registered already. Nothing was added.",
    "passkey_already_confirmed": "This passkey is confirmed already, or needs no confirmation. Nothing was changed.",
    "passkeys_too_many": (
        "You can register up to {passkeys_max} passkeys. Nothing was added. Please remove one that you do not use."
    ),
    "sign_in_not_recent": "This needs a fresh sign-in. Nothing was changed. Please sign in again and continue.",
    "sign_in_too_weak_for_door": (
        "The way you signed in is not enough for this. Nothing was changed. "
        "Please sign in with a passkey, a postcard, Myna App or at city hall's counter."
    ),
    "new_postcard_needed": (
        "A postcard from before your passkey is not enough for this. Nothing was changed. "
        "Please sign in with the passkey, or ask city hall for a new postcard."
    ),
    "door_not_for_holder": "This way to sign in is not for {holder_kind} users. Nothing was changed.",
    "door_not_found": "This way to sign in was not found. It may have been removed already. Nothing was changed.",
    "last_door_stays": (
        "The last way to sign in cannot be removed. Nothing was changed. Please add another way first."
    ),
    "label_unusable": "Please enter a name of 1 to {length_max} characters. Nothing was registered.",
    "provider_not_linked": (
        "This account is not linked yet. "
        "Please sign in another way, such as with a postcard, and link it in the settings."
    ),
    "subject_already_linked": (
        "This account is linked to somebody else. Nothing was linked. If you do not know why, please come to city hall."
    ),
    "verified_person_differs": (
        "The name and birth date on the card could not be matched to you. Nothing was linked. "
        "If it is your card, please come to city hall."
    ),
    "verified_person_not_found": (
        "No registration of a resident matches the card's name, birth date and address. You are not signed in. "
        "Please use a postcard or come to city hall."
    ),
    "staff_role_needed": "Only staff[ of the role “{needed}”] may do this. Nothing was changed.",
    "same_person_twice": (
        "Another member of staff must confirm this. Nothing was changed. Please ask another administrator."
    ),
    "counter_code_unreadable": "The counter's code has eight digits. Please enter it again.",
    "counter_code_wrong": (
        "The counter's code is wrong or no longer valid. Please check it and try again, "
        "or ask at the counter for a new one."
    ),
    "counter_codes_exhausted": "All codes of the counter are in use. Please wait a few minutes and try again.",
    "too_many_attempts": (
        "Too many wrong codes came from your network. [Please wait {retry_after_s} seconds and try again. ]"
        "If it is urgent, please come to city hall."
    ),
    "till_unknown": (
        "This till was not found. It may have been released already. Nothing was changed. Please look at the "
        "list of tills."
    ),
    "cashier_unknown": "This cashier was not found. Nothing was changed. Please look at the list of cashiers.",
    "till_not_bound": (
        "Cashiers of this shop use its registered tills only. You are not signed in on this device. Please "
        "use the shop's till, or ask the owner to register this device."
    ),
    "shop_owner_needed": (
        "Only the owner of the shop can add and remove tills. Nothing was changed. Please ask the owner."
    ),
    "mail_address_unreadable": "This is not an e-mail address we can read. Nothing was stored. Please type it again.",
    "mail_code_wrong": (
        "This code is wrong or no longer works. Nothing was stored. Please check the e-mail, or ask for a new code."
    ),
    "mail_address_missing": (
        "There is no confirmed e-mail address. Nothing was changed. Please register an address first."
    ),
    "too_many_mail_codes": (
        "Enough codes were sent for today. Nothing was sent. Please try again[ in {retry_after_s} seconds]."
    ),
    "mail_door_closed": (
        "The city does not send e-mail at present. Nothing was changed. Please look at your inbox here."
    ),
}
