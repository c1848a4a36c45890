"""Record how the provider gives money back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.provider_model import ProviderRefund, ProviderRefundStatus
from issuance.purchase_model import Purchase, PurchaseMove, PurchaseState, RefundEvent, RefundMethod
from issuance.store import grants
from issuance.store import purchases as store
from issuance.store import refunds as refund_store


def record_refunds(session: Session, refunds: Sequence[ProviderRefund], *, now: datetime) -> list[Purchase]:
    """Log refunds as they stand at the provider, and end purchases whose whole money it has given back.

    Gives those that ended. A refund that is only asked for, has failed, or is smaller than what was received ends
    nothing; the same state again changes nothing.
    """
    accounts = grants.lock_accounts(session, provider_ids={refund.provider_id for refund in refunds})
    purchases = {item.provider_id: item for account in accounts.values() for item in account.purchases.values()}
    latest = refund_store.latest_events(session, [item.id for item in purchases.values()])
    events: list[RefundEvent] = []
    ended: dict[UUID, PurchaseMove] = {}
    for refund in refunds:
        purchase = purchases.get(refund.provider_id)
        if purchase is None:
            continue
        event = RefundEvent(purchase.id, RefundMethod.PROVIDER, refund.status, refund.amount_yen, refund.refund_id)
        if _is_news(event, latest):
            latest[purchase.id] = event
            events.append(event)
        if _is_whole(refund, purchase):
            refunded = replace(purchase, state=PurchaseState.REFUNDED)
            ended[purchase.id] = PurchaseMove(refunded, purchase.state, "money_given_back")
    refund_store.insert_events(session, events, now)
    store.update_purchases(session, list(ended.values()), now)
    return [move.purchase for move in ended.values()]


def _is_news(event: RefundEvent, latest: Mapping[UUID, RefundEvent]) -> bool:
    """Whether a refund stands elsewhere than it was last seen; who gave money back by hand has the last word."""
    known = latest.get(event.purchase_id)
    is_seen = known is not None and (known.refund_id, known.status) == (event.refund_id, event.status)
    return not is_seen and (known is None or known.way is RefundMethod.PROVIDER)


def _is_whole(refund: ProviderRefund, purchase: Purchase) -> bool:
    return (
        refund.status is ProviderRefundStatus.SUCCEEDED
        and purchase.state is PurchaseState.REFUND_NEEDED
        and refund.amount_yen == purchase.received_yen
    )
