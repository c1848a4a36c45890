"""Reading, exporting and deleting personal data."""

SENTENCES = {
    "reason_missing": "No reason was given. Nothing was shown. Please say why you need to look.",
    "reason_too_vague": (
        "The reason says too little. Please write [at least {letters_min} letters ]what the person would understand."
    ),
    "reason_too_long": "The reason is too long[ (at most {characters_max} characters)]. Please shorten it.",
    "case_reference_missing": "This needs the number of a document. Please enter it.",
    "case_reference_too_long": (
        "The document number is too long[ (at most {characters_max} characters)]. Please check it."
    ),
    "personal_data_not_for_desk": (
        "Your desk may not read this[ ({fields})]. Nothing was shown. Please ask the help desk."
    ),
    "search_finds_too_many": "[More than {people_max} people match. ]Nobody was shown. Please add the given name.",
    "audit_kind_unknown": (
        "The kind of event[ “{event_kind}”] is unknown. Nothing was recorded. Please tell the system desk."
    ),
    "audit_fact_unusable": (
        "A fact[ “{fact_name}”] has a form that the log cannot hold. Nothing was recorded. Please tell the system desk."
    ),
    "audit_fact_holds_secret": (
        "A fact[ “{fact_name}”] looks like a secret or personal data. Nothing was recorded. Please tell the "
        "system desk."
    ),
    "deletion_needs_two_people": "A deletion needs two different members of staff. Nothing was deleted.",
    "deletion_not_for_desk": (
        "One of you may not delete people. Nothing was deleted. Please ask the help desk or an administrator."
    ),
    "person_still_has_value": "This person’s wallet still holds value. Nothing was deleted. Please settle it first.",
    "deletion_already_requested": (
        "This deletion has already been requested and waits for a second member of staff. Nothing was deleted."
    ),
    "deletion_not_requested": "No such request is waiting: it was confirmed or withdrawn. Nothing was changed.",
}
