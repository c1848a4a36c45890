"""Shops: registration, standing and posters."""

SENTENCES = {
    "merchant_record_invalid": (
        "In the list of merchants,[ record {position+1},] “{field_name}” is not right. Nothing was registered. "
        "Please correct it and send it again."
    ),
    "merchant_already_registered": (
        "This merchant or store is registered already, or is named twice. Nothing was registered. "
        "Please check the list."
    ),
    "merchant_unknown": "The merchant was not found. Please check the number and try again.",
    "merchant_not_approved": (
        "This shop has not been approved by the city yet, so かしまんPAY cannot be used here. "
        "No money has moved. Please pay another way."
    ),
    "merchant_suspended": (
        "かしまんPAY cannot be used at this shop for now. No money has moved. Please pay another way. "
        "Shop staff: please ask the commerce desk at city hall."
    ),
    "merchant_status_not_allowed": (
        "The merchant cannot make this move[ from “{from_status}” to “{to_status}”]. Nothing was changed. "
        "Please check its present status."
    ),
    "suspension_reason_missing": (
        "No reason was given. Nothing was changed. Please write why the merchant is stopped or may go on."
    ),
    "store_unknown": (
        "The shop was not found[ ({store})]. No money has moved. Please check the shop's code and try again."
    ),
    "poster_unknown": "This poster's code[ ({serial})] is not registered. No money has moved. Please tell the shop.",
    "poster_revoked": (
        "This poster[ ({serial})] was taken out of use[ on {revoked_at}]. No money has moved. "
        "Please scan the shop's new poster."
    ),
}
