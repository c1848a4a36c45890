"""The OpenID provider: applications, codes, tokens, sign-ins and agreements."""

SENTENCES = {
    "authorization_request_invalid": (
        "The application’s request is not right[ ({parameter})]. No sign-in was started. Please start again from "
        "the application."
    ),
    "client_not_registered": "This application is not registered with Kashima ID. No sign-in was started.",
    "redirect_uri_not_registered": (
        "The address to return to is not the application’s own, so the sign-in was stopped. Please tell its operator."
    ),
    "response_type_not_supported": "The application asks in a way that is not supported. Please tell its operator.",
    "scope_not_allowed": "The application asked for more than it may. Nothing was told to it.",
    "request_object_not_supported": "Request objects are not supported. Please tell the application’s operator.",
    "request_uri_not_supported": "This request_uri is not supported. Please tell the application’s operator.",
    "pushed_request_needed": (
        "This application has to push its request first. Please start again from the application."
    ),
    "authorization_request_over": (
        "This sign-in is finished or took too long. No money has moved. Please start again from the application."
    ),
    "login_required": "You need to sign in first. Please sign in and try again.",
    "consent_required": "Your consent is needed first. Nothing was told to the application.",
    "level_not_reachable": (
        "The proof of identity that this needs could not be given. Nothing was changed. City hall can help."
    ),
    "consent_denied": "You did not agree. Nothing was told to the application.",
    "application_serves_others": "This application is for others. Please sign out and use your own.",
    "client_not_proven": "The application could not be confirmed. Please tell its operator.",
    "grant_not_valid": (
        "The sign-in could not be exchanged: it was used before, or took too long. Please sign in again."
    ),
    "grant_type_not_supported": "This way to a token does not exist here. Please tell the application’s operator.",
    "grant_type_not_allowed": "The application may not come this way. Please tell its operator.",
    "dpop_proof_needed": "This application has to bind its tokens to a key (DPoP). Please tell its operator.",
    "device_decision_pending": "Waiting for the decision on the phone.",
    "device_asks_too_often": "The device asks too often. Please wait a little.",
    "device_request_over": "The three minutes of the device’s request are over. Please begin again at the device.",
    "device_denied": "The device was not allowed on the phone. Nothing was done.",
    "device_code_unknown": "No device waits under this code. Please check the code on its screen and try again.",
    "client_description_invalid": "The application’s “{field_name}” is not right. Nothing was registered.",
    "session_not_yours": "This sign-in was not found; it may have ended already. Please look at the list.",
    "consent_not_yours": "This agreement was not found; it may have been withdrawn already. Please look at the list.",
    "not_signed_in": "You are not signed in, or your sign-in has ended. No money has moved. Please sign in.",
    "signing_keys_missing": "Kashima ID has no keys yet. An operator has to run “kashiman migrate”.",
    "sign_in_not_finished": "The sign-in was not finished[ ({part})]. No money has moved. Please sign in again.",
    "step_up_needed": "Please confirm it is you once more. No money has moved.",
    "dpop_proof_invalid": "Your device could not be confirmed[ ({reason})]. Please sign in again.",
    "dpop_nonce_needed": "Your device must be confirmed again. Please try again.",
    "client_assertion_invalid": "The application could not be confirmed[ ({reason})]. Please tell its operator.",
    "code_verifier_wrong": "This sign-in could not be confirmed. Please start again.",
    "id_token_invalid": "The sign-in result could not be verified[ ({reason})]. Please sign in again.",
    "id_token_hint_invalid": "The sign-in the application named could not be verified[ ({reason})].",
    "logout_token_invalid": "The sign-out notice could not be verified[ ({reason})]. Nobody was signed out.",
    "key_not_published_long_enough": (
        "The next signing key cannot be used yet[ (from {usable_at})]. Nothing was changed."
    ),
    "next_key_missing": "There is no next signing key ({alg}). Nothing was changed.",
    "signing_key_seal_broken": "The signing key could not be opened. Please check the configured secret.",
    "grant_used_twice": (
        "This sign-in was used a second time, so everything that came of it was ended for safety. Please sign in again."
    ),
    "protocol_refusal": "This request cannot be taken. Nothing was changed. Please start again from the application.",
}
