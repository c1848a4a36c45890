"""Applications on paper and at the counter."""

SENTENCES = {
    "application_withdrawn": (
        "This application[ ({receipt})] was withdrawn[ at {withdrawn_at}]. Nothing was stored now. If the "
        "resident wants to take it up again, write down that wish and enter it."
    ),
    "already_applied": (
        "An application for this round is already here[ ({channel}, {received_at}, {units} units, "
        "{receipt})]. It stays as it is and no money has moved. To change the units, look at it first and "
        "change it from there."
    ),
    "change_reason_missing": (
        "The resident's wish is not written down. Nothing was stored. Please write what the resident asked for."
    ),
    "paper_form_not_well_formed": (
        "The number of the paper form[ “{form_number}”] is not right. Nothing was stored. Please type the "
        "printed number: letters, digits and hyphens, at most 20."
    ),
    "paper_day_not_possible": (
        "The day on which the form came in[ ({received_on})] must lie in the round and not after today[: "
        "{first_day} to {last_day}]. Nothing was stored."
    ),
    "paper_form_already_entered": (
        "The paper form[ “{form_number}”] was already entered for somebody else. Nothing was stored now. "
        "Please check the number and the person."
    ),
}
