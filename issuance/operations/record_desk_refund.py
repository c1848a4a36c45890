"""Record money that people gave back because the provider could not."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.provider_refusals import RefundEvidenceMissing, RefundStillUnderWay
from issuance.purchase_model import (
    REFUNDS_THAT_FAILED,
    DeskRefund,
    Purchase,
    PurchaseMove,
    PurchaseState,
    RefundEvent,
    RefundMethod,
)
from issuance.refusals import PurchaseUnknown, SecondPersonNeeded
from issuance.rules.purchases import check_purchase_move
from issuance.store import grants, refunds
from issuance.store import purchases as store


def record_desk_refund(session: Session, purchase_id: UUID, refund: DeskRefund, *, now: datetime) -> Purchase:
    """End a purchase whose money was given back in cash or by bank transfer; the same again changes nothing.

    Refuses, in this order: PurchaseUnknown; SecondPersonNeeded; RefundEvidenceMissing; PurchaseMoveNotLegal;
    RefundStillUnderWay while the provider was not asked, or may still give the money back.
    """
    accounts = grants.lock_accounts(session, purchase_ids=[purchase_id])
    known = {item.id: item for account in accounts.values() for item in account.purchases.values()}
    purchase = known.get(purchase_id)
    if purchase is None:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    if refund.by == refund.second_person:
        raise SecondPersonNeeded
    if not refund.evidence.strip() or refund.way is RefundMethod.PROVIDER:
        raise RefundEvidenceMissing
    latest = refunds.latest_events(session, [purchase_id]).get(purchase_id)
    if latest is not None and (latest.way, latest.evidence) == (refund.way, refund.evidence):
        return purchase
    check_purchase_move(purchase, PurchaseState.REFUNDED)
    if purchase.state is not PurchaseState.REFUND_NEEDED or latest is None or latest.status not in REFUNDS_THAT_FAILED:
        raise RefundStillUnderWay(status=latest.status if latest else "not_asked")
    refunded = replace(purchase, state=PurchaseState.REFUNDED)
    event = RefundEvent(purchase_id, refund.way, "succeeded", latest.amount_yen, None, None, *refund[1:])
    refunds.insert_events(session, [event], now)
    store.update_purchases(session, [PurchaseMove(refunded, purchase.state, refund.way)], now)
    return refunded
