"""The account's balance: one entry for all that adds to it or takes from it, and payouts that empty it.

Fees as Stripe charges them in Japan: 3.6 % of a payment, kept when it is given back, and a fixed fee for a dispute.
"""

from kashiman.demo.stripe_double.account import Account, Json, new_stripe_id
from kashiman.demo.stripe_double.faults import ApiError, not_found, parameter_missing

FEE_PER_THOUSAND, DISPUTE_FEE_YEN = 36, 1_300


def add_payment(account: Account, charge: Json) -> None:
    """Money of a charge arrives, less the fee; what is not paid by card is called a payment."""
    kind = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    _add(account, kind, charge["id"], charge["amount"], (charge["amount"] * FEE_PER_THOUSAND + 500) // 1_000)


def add_refund(account: Account, refund: Json, *, failed: bool = False) -> None:
    """Money of a refund leaves, or comes back because it could not be given."""
    if failed:
        _add(account, "refund_failure", refund["id"], refund["amount"], 0)
        return
    charge = account.charges[refund["charge"]]
    kind = "refund" if charge["payment_method_details"]["type"] == "card" else "payment_refund"
    _add(account, kind, refund["id"], -refund["amount"], 0)


def add_dispute(account: Account, dispute: Json, *, won: bool = False) -> None:
    """Money of a dispute is taken with a fee, or given back without it."""
    amount_yen, fee_yen = (dispute["amount"], 0) if won else (-dispute["amount"], DISPUTE_FEE_YEN)
    _add(account, "adjustment", dispute["id"], amount_yen, fee_yen)


def pay_out(account: Account) -> Json:
    """Send all that lies in the balance to the bank. Refuses an empty or an overdrawn balance."""
    entries = [entry for entry in account.entries if entry["id"] not in account.payout_of_entry]
    amount_yen = sum(entry["net"] for entry in entries)
    if amount_yen <= 0:
        raise ApiError(400, "You have insufficient funds in your account.", code="balance_insufficient")
    payout = _new_payout(account, amount_yen)
    account.payouts[payout["id"]] = payout
    entries.append(_add(account, "payout", payout["id"], -amount_yen, 0))
    for entry in entries:
        account.payout_of_entry[entry["id"]] = payout["id"]
    account.emit("payout.paid", payout)
    account.emit("payout.reconciliation_completed", payout)
    return payout


def entries_of_payout(account: Account, params: Json) -> list[Json]:
    """What a payout is made of, oldest first. Refuses a list without a payout, and an unknown payout."""
    payout_id = params.get("payout")
    if payout_id is None:
        raise parameter_missing("payout")
    if payout_id not in account.payouts:
        raise not_found("payout", payout_id, "payout")
    entries = [entry for entry in account.entries if account.payout_of_entry.get(entry["id"]) == payout_id]
    if "data.source" not in params.get("expand", []):
        return entries
    return [{**entry, "source": _source(account, entry["source"])} for entry in entries]


def _add(account: Account, kind: str, source: str, amount_yen: int, fee_yen: int) -> Json:
    entry = {
        "id": new_stripe_id("txn"),
        "object": "balance_transaction",
        "amount": amount_yen,
        "available_on": account.now_s(),
        "created": account.now_s(),
        "currency": "jpy",
        "description": None,
        "fee": fee_yen,
        "fee_details": [],
        "net": amount_yen - fee_yen,
        "reporting_category": kind,
        "source": source,
        "status": "available",
        "type": kind,
    }
    account.entries.append(entry)
    return entry


def _source(account: Account, source: str) -> Json:
    return next(
        found
        for kept in (account.charges, account.refunds, account.disputes, account.payouts)
        if (found := kept.get(source)) is not None
    )


def _new_payout(account: Account, amount_yen: int) -> Json:
    return {
        "id": new_stripe_id("po"),
        "object": "payout",
        "amount": amount_yen,
        "arrival_date": account.now_s() // 86_400 * 86_400,
        "automatic": True,
        "created": account.now_s(),
        "currency": "jpy",
        "description": "STRIPE PAYOUT",
        "failure_code": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "status": "paid",
        "type": "bank_account",
    }
