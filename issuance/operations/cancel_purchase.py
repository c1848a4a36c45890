"""Cancel a purchase."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.purchase_model import UNPAID_STATES, Purchase, PurchaseMove, PurchaseState
from issuance.refusals import PurchaseUnknown
from issuance.rules.purchases import check_purchase_move
from issuance.rules.selling import sale_cancellations
from issuance.store import grants
from issuance.store import purchases as store
from kernel.refusals import Refusal
from ledger.operations.post_journals import post_journals


def cancel_purchase(session: Session, purchase_id: UUID, *, now: datetime, reason: str = "cancelled") -> Purchase:
    """Cancel a purchase and free its units; asked again, the purchase comes back as it stands.

    An unpaid one is cancelled (with the provider it is the caller's to cancel first; money that arrives all the
    same is handled). A paid one is taken back from the books, with all its lots, while nothing of it was spent: cash
    is given back at once (`refunded`), the provider must give it back (`refund_needed`).
    Refuses, in this order: PurchaseUnknown, PurchaseMoveNotLegal, what the books refuse (LotWasTouched).
    """
    accounts = grants.lock_accounts(session, purchase_ids=[purchase_id])
    known = {item.id: item for account in accounts.values() for item in account.purchases.values()}
    purchase = known.get(purchase_id)
    if purchase is None:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    to_state = _cancelled_state(purchase)
    if purchase.state is to_state:
        return purchase
    check_purchase_move(purchase, to_state)
    if purchase.state is PurchaseState.PAID:
        for outcome in post_journals(session, sale_cancellations(purchase, "cancel-purchase", now)):
            if isinstance(outcome, Refusal):
                raise outcome
    cancelled = replace(purchase, state=to_state)
    store.update_purchases(session, [PurchaseMove(cancelled, purchase.state, reason)], now)
    return cancelled


def _cancelled_state(purchase: Purchase) -> PurchaseState:
    """Where cancelling leads; a purchase that ended otherwise cannot be cancelled."""
    if purchase.state in UNPAID_STATES or purchase.state is PurchaseState.CANCELLED:
        return PurchaseState.CANCELLED
    if purchase.counter is not None:
        return PurchaseState.REFUNDED
    has_money = purchase.state in {PurchaseState.PAID, PurchaseState.REFUND_NEEDED}
    return PurchaseState.REFUND_NEEDED if has_money else PurchaseState.CANCELLED
