"""The life of a PaymentIntent (docs.stripe.com/payments/paymentintents/lifecycle), for cards and konbini."""

from copy import deepcopy
from typing import Any

from kashiman.demo.stripe_double import balance, konbini
from kashiman.demo.stripe_double.account import Account, Json, new_stripe_id
from kashiman.demo.stripe_double.cards import CARDS, fingerprint
from kashiman.demo.stripe_double.faults import (
    ApiError,
    declined,
    not_found,
    parameter_invalid,
    parameter_missing,
    unexpected_state,
)

MIN_YEN, MAX_YEN = 50, 99_999_999
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLABLE = (*OPEN, "requires_capture")


def create(account: Account, params: Json) -> Json:
    """Create a PaymentIntent, and confirm it when `confirm` is true.

    Refuses another currency than jpy, an amount outside ¥50 to ¥99,999,999, metadata beyond the limits and
    unusable konbini options. A payment method type that does not fit disappears without an error.
    """
    _check_creation(account, params)
    intent = _new_intent(account, params)
    if params.get("confirm") and intent["payment_method"] is None:
        raise parameter_missing("payment_method")
    account.intents[intent["id"]] = intent
    account.emit("payment_intent.created", intent)
    return _run(account, intent) if params.get("confirm") else intent


def confirm(account: Account, intent_id: str, params: Json) -> Json:
    """Try to take the payment; a konbini payment confirmed again gets new codes.

    Refuses resource_missing; payment_intent_unexpected_state once it succeeded or was cancelled; a payment
    method that is missing, unknown or of a type not offered; 402 when declined.
    """
    intent = account.intent(intent_id)
    if intent["status"] not in OPEN:
        raise unexpected_state("confirm", intent["status"])
    draft = deepcopy(intent)
    _set_options(account, draft, params)
    _attach(draft, params)
    if draft["payment_method"] is None:
        raise parameter_missing("payment_method")
    intent.update(draft)
    return _run(account, intent)


def cancel(account: Account, intent_id: str, params: Json) -> Json:
    """Cancel. Refuses resource_missing; payment_intent_unexpected_state unless it is still open."""
    intent = account.intent(intent_id)
    if intent["status"] not in CANCELLABLE:
        raise unexpected_state("cancel", intent["status"])
    reason = params.get("cancellation_reason")
    if intent["status"] == "requires_capture":
        account.charges[intent["latest_charge"]]["refunded"] = True
        intent["amount_capturable"] = 0
    intent.update(status="canceled", canceled_at=account.now_s(), cancellation_reason=reason, next_action=None)
    account.emit("payment_intent.canceled", intent)
    return intent


def succeed(account: Account, intent: Json, store: str | None = None) -> Json:
    """Let the money arrive: a charge, and payment_intent.succeeded; of a card to be captured it is only authorised."""
    charge = _new_charge(account, intent, store)
    account.charges[charge["id"]] = charge
    intent.update(latest_charge=charge["id"], next_action=None, last_payment_error=None)
    if store is None and _card_options(intent).get("capture_method") == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        account.emit("payment_intent.amount_capturable_updated", intent)
        return intent
    return _receive(account, intent, charge)


def capture(account: Account, intent_id: str, _: Json) -> Json:
    """Take the whole of what was authorised. Refuses resource_missing; payment_intent_unexpected_state."""
    intent = account.intent(intent_id)
    if intent["status"] != "requires_capture":
        raise unexpected_state("capture", intent["status"])
    charge = account.charges[intent["latest_charge"]]
    intent["amount_capturable"] = 0
    received = _receive(account, intent, charge)
    account.emit("charge.captured", charge)
    return received


def expanded(account: Account, intent: Json, params: Json) -> Json:
    """A PaymentIntent with its charge inside, when that is asked for. Refuses to expand anything else."""
    wanted = params.get("expand", [])
    if any(name != "latest_charge" for name in wanted):
        raise parameter_invalid("expand", "This property cannot be expanded by the double.")
    charge = account.charges.get(intent["latest_charge"] or "")
    return {**intent, "latest_charge": charge} if wanted else intent


def fail(account: Account, intent: Json, code: str, decline_code: str | None = None) -> None:
    """Let an attempt fail: back to requires_payment_method, and payment_intent.payment_failed."""
    error = {"type": "card_error", "code": code, "message": "The payment attempt failed."}
    if decline_code is not None:
        error["decline_code"] = decline_code
    intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)
    account.emit("payment_intent.payment_failed", intent)


def _check_creation(account: Account, params: Json) -> None:
    if params["currency"] != "jpy":
        raise parameter_invalid("currency", "This account takes jpy only.")
    amount_yen = params["amount"]
    if amount_yen < MIN_YEN:
        code = "amount_too_small" if amount_yen > 0 else "parameter_invalid_integer"
        raise parameter_invalid("amount", "Amount must be at least ¥50 jpy", code)
    if amount_yen > MAX_YEN:
        raise parameter_invalid("amount", "Amount must be no more than ¥99,999,999", "amount_too_large")
    metadata = params.get("metadata") or {}
    if len(metadata) > 50 or any(len(name) > 40 or len(value) > 500 for name, value in metadata.items()):
        raise parameter_invalid("metadata", "At most 50 keys of 40 characters with values of 500.")


def _new_intent(account: Account, params: Json) -> Json:
    intent_id = new_stripe_id("pi")
    intent: Json = {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{intent_id}_{new_stripe_id('secret')}",
        "confirmation_method": "automatic",
        "created": account.now_s(),
        "currency": "jpy",
        "customer": None,
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": _offered(account, params),
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "status": "requires_payment_method",
    }
    _set_options(account, intent, params)
    _attach(intent, params)
    if intent["payment_method"] is not None:
        intent["status"] = "requires_confirmation"
    return intent


def _offered(account: Account, params: Json) -> list[str]:
    at_a_store = konbini.MIN_YEN <= params["amount"] <= konbini.MAX_YEN
    fitting = [method for method in account.activated_methods if method != "konbini" or at_a_store]
    allowed = params.get("allowed_payment_method_types")
    return fitting if allowed is None else [method for method in allowed if method in fitting]


def _set_options(account: Account, intent: Json, params: Json) -> None:
    for method, options in (params.get("payment_method_options") or {}).items():
        if method == "konbini":
            konbini.check_options(account, options)
        intent["payment_method_options"].setdefault(method, {}).update(options)


def _attach(intent: Json, params: Json) -> None:
    if not params.get("payment_method") and not params.get("payment_method_data"):
        return
    data: dict[str, Any] = params.get("payment_method_data") or {}
    kind = data.get("type", "card")
    if kind == "konbini":
        konbini.check_amount(intent["amount"])
        konbini.check_billing_details(data.get("billing_details") or {})
    elif params.get("payment_method") not in CARDS:
        raise not_found("PaymentMethod", str(params.get("payment_method") or kind), "payment_method")
    if kind not in intent["payment_method_types"]:
        message = f"The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent."
        raise ApiError(400, message, code="payment_intent_incompatible_payment_method")
    intent["payment_method"] = new_stripe_id("pm_konbini") if kind == "konbini" else params["payment_method"]


def _run(account: Account, intent: Json) -> Json:
    if intent["payment_method"].startswith("pm_konbini"):
        intent["next_action"] = konbini.slip(account, intent)
    else:
        outcome = CARDS[intent["payment_method"]].outcome
        if outcome not in ("succeeds", "authenticates"):
            fail(account, intent, "card_declined", outcome)
            raise declined("card_declined", outcome, intent)
        if outcome == "succeeds" and _card_options(intent).get("request_three_d_secure") != "any":
            return succeed(account, intent)
        intent["next_action"] = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"type": "three_d_secure_redirect"},
        }
    intent["status"] = "requires_action"
    account.emit("payment_intent.requires_action", intent)
    return intent


def _card_options(intent: Json) -> Json:
    options: Json = intent["payment_method_options"].get("card", {})
    return options


def _receive(account: Account, intent: Json, charge: Json) -> Json:
    charge["captured"] = True
    intent.update(status="succeeded", amount_received=intent["amount"])
    balance.add_payment(account, charge)
    account.emit("payment_intent.succeeded", intent)
    return intent


def _new_charge(account: Account, intent: Json, store: str | None) -> Json:
    return {
        "id": new_stripe_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_refunded": 0,
        "captured": False,
        "created": account.now_s(),
        "currency": "jpy",
        "disputed": False,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method_details": _card_details(account, intent) if store is None else _store_details(store),
        "refunded": False,
        "status": "succeeded",
    }


def _card_details(account: Account, intent: Json) -> Json:
    name: str = intent["payment_method"]
    card = CARDS[name]
    number = account.card_numbers.get(intent["id"], name)
    return {
        "type": "card",
        "card": {"brand": card.brand, "last4": card.last4, "fingerprint": fingerprint(number)},
    }


def _store_details(store: str) -> Json:
    return {"type": "konbini", "konbini": {"store": {"chain": store}}}
