"""Signing in, residents, shop users and staff."""

SENTENCES = {
    "sign_in_code_unreadable": (
        "The sign-in code could not be read. Please enter it again as it stands on the postcard."
    ),
    "sign_in_code_wrong": (
        "The sign-in code is not right. Please check it against the postcard and try again. "
        "City hall can issue a new one."
    ),
    "sign_in_locked": (
        "This code is paused after too many wrong tries. [Try again after {locked_until}. ]"
        "If it is urgent, please come to city hall."
    ),
    "token_missing": "You need to sign in. No money has moved. Please sign in and try again.",
    "token_invalid": "Your sign-in could not be verified. No money has moved. Please sign in again.",
    "token_expired": "Your sign-in has ended[ (at {expired_at})]. No money has moved. Please sign in again.",
    "resident_record_invalid": (
        "In the list of residents,[ record {position+1},] “{field_name}” is not right. Nothing was imported. "
        "Please correct the list and import it again."
    ),
    "resident_already_known": (
        "Somebody on the list is registered already, or stands in it twice. Nothing was imported. "
        "Please check the list and import it again."
    ),
    "holder_unknown": (
        "There is no such {holder_kind} to give a sign-in code to. No code was issued. Please check the registration."
    ),
    "sign_in_codes_exhausted": (
        "There are not enough unused sign-in codes[ ({asked} needed, {left} left)]. No code was issued. "
        "Please tell the system's operator."
    ),
    "display_name_missing": (
        "The display name is empty. Nothing was registered. Please enter a name that others can read."
    ),
    "staff_role_missing": "No desk was chosen. Nothing was registered. Please choose at least one.",
    "person_unknown": "This person was not found. Please check the number and try again.",
    "provider_login_too_old": (
        "You have not signed in anew at {provider}, as is needed here. You are not signed in. Please sign "
        "out there and try again, or sign in another way."
    ),
    "person_has_died": (
        "The resident roll records that this person has died, so nobody can sign in as them. Nothing was "
        "changed. Family, or whoever finds this wrong, please come to city hall."
    ),
}
