"""Record that the provider does not give money back."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.purchase_model import REFUND_REFUSED, PurchaseState, RefundEvent, RefundMethod
from issuance.store import grants, refunds
from kernel.refusals import Refusal


def record_refused_refund(session: Session, purchase_id: UUID, refusal: Refusal, *, now: datetime) -> bool:
    """Log that a refund could not even begin, so that somebody gives the money back in another way.

    False, and nothing changes, when the purchase needs no refund, or one began meanwhile.
    """
    accounts = grants.lock_accounts(session, purchase_ids=[purchase_id])
    found = [item for account in accounts.values() for item in account.purchases.values() if item.id == purchase_id]
    if not found or found[0].state is not PurchaseState.REFUND_NEEDED or refunds.latest_events(session, [purchase_id]):
        return False
    amount_yen = found[0].received_yen or found[0].amount_yen
    event = RefundEvent(purchase_id, RefundMethod.PROVIDER, REFUND_REFUSED, amount_yen, reason=refusal.code)
    refunds.insert_events(session, [event], now)
    return True
