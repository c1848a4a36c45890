"""Refunds: at once for cards, after the payer named a bank account for konbini (docs.stripe.com/refunds)."""

from kashiman.demo.stripe_double import balance
from kashiman.demo.stripe_double.account import Account, Json, new_stripe_id
from kashiman.demo.stripe_double.faults import (
    ApiError,
    not_found,
    parameter_invalid,
    parameter_missing,
    unexpected_state,
)


def create(account: Account, params: Json) -> Json:
    """Give money back; without `amount`, all that is left.

    Refuses a payment that is missing, unknown or has no money; charge_disputed; an amount that is not positive;
    charge_already_refunded; more than is left.
    """
    charge = _charge(account, params)
    if charge["disputed"]:
        raise ApiError(400, "The charge has been charged back.", code="charge_disputed")
    left_yen = charge["amount"] - charge["amount_refunded"]
    amount_yen = params.get("amount", left_yen)
    if left_yen == 0:
        raise ApiError(400, "Charge has already been refunded.", code="charge_already_refunded")
    if amount_yen < 1:
        raise parameter_invalid("amount", "Invalid positive integer", "parameter_invalid_integer")
    if amount_yen > left_yen:
        message = f"Refund amount (¥{amount_yen}) is greater than unrefunded amount on charge (¥{left_yen})"
        raise ApiError(400, message, param="amount")
    refund = _new_refund(account, charge, amount_yen, params)
    account.refunds[refund["id"]] = refund
    _count(charge, amount_yen)
    balance.add_refund(account, refund)
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge)
    return refund


def settle(account: Account, refund_id: str, status: str) -> Json:
    """Say what became of a konbini refund: `pending`, `succeeded`, `failed`, or `requires_action` again.

    Refuses resource_missing; a refund that is settled already. A failed refund can be asked for again.
    """
    refund = account.refund(refund_id)
    if refund["status"] not in ("requires_action", "pending"):
        raise unexpected_state("settle a refund of", refund["status"])
    refund["status"] = status
    if status == "failed":
        refund["failure_reason"] = "unknown"
        _count(account.charges[refund["charge"]], -refund["amount"])
        balance.add_refund(account, refund, failed=True)
    account.emit("refund.failed" if status == "failed" else "refund.updated", refund)
    return refund


def _charge(account: Account, params: Json) -> Json:
    charge_id = params.get("charge")
    if "payment_intent" in params:
        intent = account.intent(params["payment_intent"])
        charge_id = intent["latest_charge"]
        if charge_id is None or not account.charges[charge_id]["captured"]:
            message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            raise ApiError(400, message)
    if charge_id is None:
        raise parameter_missing("charge")
    if charge_id not in account.charges:
        raise not_found("charge", charge_id, "charge")
    return account.charges[charge_id]


def _count(charge: Json, amount_yen: int) -> None:
    charge["amount_refunded"] += amount_yen
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _new_refund(account: Account, charge: Json, amount_yen: int, params: Json) -> Json:
    at_a_store = charge["payment_method_details"]["type"] == "konbini"
    return {
        "id": new_stripe_id("re"),
        "object": "refund",
        "amount": amount_yen,
        "charge": charge["id"],
        "created": account.now_s(),
        "currency": "jpy",
        "failure_reason": None,
        "instructions_email": params.get("instructions_email"),
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "status": "requires_action" if at_a_store else "succeeded",
    }
