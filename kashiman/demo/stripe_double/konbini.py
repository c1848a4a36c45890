"""Slips for the convenience store (docs.stripe.com/payments/konbini and .../accept-a-payment)."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from kashiman.demo.stripe_double.account import Account, Json, new_stripe_id
from kashiman.demo.stripe_double.faults import ApiError, declined, parameter_invalid, parameter_missing
from kernel.clock import CITY_ZONE

MIN_YEN, MAX_YEN = 120, 300_000
STORES = ("familymart", "lawson", "ministop", "seicomart")
OPTIONS = "payment_method_options[konbini]"
REJECTED_NUMBER = "01234567890"
INVALID = "payment_intent_invalid_parameter"


def check_options(account: Account, options: Json) -> None:
    """Check the konbini options of a PaymentIntent.

    Refuses a description over 22 characters or outside Shift_JIS, days and moment together, days outside 1 to
    60, a moment not 30 minutes to 60 days ahead, and a confirmation number that is not 10 or 11 digits or is
    all zeros.
    """
    _check_description(options.get("product_description") or "")
    days, moment = options.get("expires_after_days"), options.get("expires_at")
    if days and moment:
        raise parameter_invalid(f"{OPTIONS}[expires_at]", "Only one expiry may be set.", INVALID)
    if days is not None and days != "" and not 1 <= days <= 60:
        raise parameter_invalid(f"{OPTIONS}[expires_after_days]", "Must be between 1 and 60.", INVALID)
    if moment and not 30 * 60 < moment - account.now_s() < 60 * 24 * 60 * 60:
        raise parameter_invalid(f"{OPTIONS}[expires_at]", "Must be 30 minutes to 60 days ahead.", INVALID)
    number = options.get("confirmation_number")
    if number and (not re.fullmatch(r"[0-9]{10,11}", number) or not number.strip("0")):
        raise parameter_invalid(f"{OPTIONS}[confirmation_number]", "Must be 10 or 11 digits.", INVALID)


def _check_description(description: str) -> None:
    if len(description) > 22 or not _in_shift_jis(description):
        message = "Must be at most 22 characters that Shift_JIS can represent."
        raise parameter_invalid(f"{OPTIONS}[product_description]", message, INVALID)


def check_billing_details(details: Json) -> None:
    """Check who the slip is for. Refuses a missing name, a missing e-mail, and a name outside Shift_JIS."""
    for name in ("name", "email"):
        if not details.get(name):
            raise parameter_missing(f"payment_method_data[billing_details][{name}]")
    if not _in_shift_jis(details["name"]):
        raise parameter_invalid("payment_method_data[billing_details][name]", "Must be in Shift_JIS.", INVALID)


def check_amount(amount_yen: int) -> None:
    """Check what a store accepts. Refuses amount_too_small and amount_too_large."""
    if amount_yen < MIN_YEN:
        raise ApiError(400, "Amount must be at least ¥120.", code="amount_too_small", param="amount")
    if amount_yen > MAX_YEN:
        raise ApiError(400, "Amount must be no more than ¥300,000.", code="amount_too_large", param="amount")


def slip(account: Account, intent: Json) -> Json:
    """Make the next_action that shows a slip with new codes.

    Refuses the confirmation number that stands for one that is not unique enough.
    """
    options: dict[str, Any] = intent["payment_method_options"].get("konbini", {})
    number = options.get("confirmation_number") or f"{secrets.randbelow(9 * 10**9) + 10**9}"
    if number == REJECTED_NUMBER:
        raise declined("payment_intent_konbini_rejected_confirmation_number", None, intent)
    stores = {
        store: {"confirmation_number": number, "payment_code": f"{secrets.randbelow(10**6):06}"} for store in STORES
    }
    return {
        "type": "konbini_display_details",
        "konbini_display_details": {
            "expires_at": options.get("expires_at") or _end_of_day(account, options),
            "hosted_voucher_url": f"https://payments.stripe.com/konbini/voucher/{new_stripe_id('test')}",
            "stores": stores,
        },
    }


def _end_of_day(account: Account, options: Json) -> int:
    days = options.get("expires_after_days") or 3
    day = account.clock.now().astimezone(CITY_ZONE).date() + timedelta(days=days)
    return int(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=CITY_ZONE).timestamp())


def _in_shift_jis(text: str) -> bool:
    try:
        text.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True
