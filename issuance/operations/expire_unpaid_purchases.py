"""Give up purchases that were not paid in time."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from issuance.purchase_model import UNPAID_STATES, Purchase, PurchaseMove, PurchaseState
from issuance.rules.purchases import UNPAID_MARGIN
from issuance.store import grants
from issuance.store import purchases as store


def expire_unpaid_purchases(session: Session, *, now: datetime, limit: int = 1_000) -> list[Purchase]:
    """End purchases unpaid two hours after their deadline and free their units, at most `limit` at a time.

    A slip's deadline is its own, otherwise that of the grant. Those with a provider's id are for the caller to
    cancel there, after the commit; money that arrives all the same is handled.
    """
    overdue = store.unpaid_before(session, now - UNPAID_MARGIN, limit)
    accounts = grants.lock_accounts(session, purchase_ids=overdue)
    known = {item.id: item for account in accounts.values() for item in account.purchases.values()}
    moves = [
        PurchaseMove(replace(known[key], state=PurchaseState.EXPIRED), known[key].state, "not_paid_in_time")
        for key in overdue
        if known[key].state in UNPAID_STATES and known[key].expires_at <= now - UNPAID_MARGIN
    ]
    store.update_purchases(session, moves, now)
    return [move.purchase for move in moves]
