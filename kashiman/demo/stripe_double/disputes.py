"""Disputes: a payer asks the bank of their card for the money back (docs.stripe.com/disputes)."""

from kashiman.demo.stripe_double import balance
from kashiman.demo.stripe_double.account import Account, Json, new_stripe_id
from kashiman.demo.stripe_double.faults import ApiError, unexpected_state

EVIDENCE_WITHIN_S = 9 * 24 * 60 * 60


def open_dispute(account: Account, intent_id: str, reason: str) -> Json:
    """The bank takes the money of a captured card payment back at once.

    Refuses a payment without money, a slip (stores know no disputes), and a second dispute.
    """
    charge = account.charges.get(account.intent(intent_id)["latest_charge"] or "")
    if charge is None or not charge["captured"] or charge["payment_method_details"]["type"] != "card":
        raise ApiError(400, "There is no card payment that could be disputed.")
    if charge["disputed"]:
        raise ApiError(400, "The charge is disputed already.", code="charge_disputed")
    charge["disputed"] = True
    dispute = _new_dispute(account, charge, reason)
    account.disputes[dispute["id"]] = dispute
    balance.add_dispute(account, dispute)
    account.emit("charge.dispute.created", dispute)
    account.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(account: Account, dispute_id: str, status: str) -> Json:
    """The bank decides: `won` gives the money back, `lost` keeps it. Refuses a dispute that is decided."""
    dispute = account.dispute(dispute_id)
    if dispute["status"] in ("won", "lost"):
        raise unexpected_state("close a dispute of", dispute["status"])
    dispute["status"] = status
    if status == "won":
        balance.add_dispute(account, dispute, won=True)
        account.emit("charge.dispute.funds_reinstated", dispute)
    account.emit("charge.dispute.closed", dispute)
    return dispute


def _new_dispute(account: Account, charge: Json, reason: str) -> Json:
    return {
        "id": new_stripe_id("dp"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": account.now_s(),
        "currency": "jpy",
        "evidence": {},
        "evidence_details": {
            "due_by": account.now_s() + EVIDENCE_WITHIN_S,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
