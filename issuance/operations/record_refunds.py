"""Record money that the provider gave back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from issuance.provider_model import ProviderRefund, ProviderRefundStatus
from issuance.purchase_model import Purchase, PurchaseMove, PurchaseState
from issuance.store import grants
from issuance.store import purchases as store


def record_refunds(session: Session, refunds: Sequence[ProviderRefund], *, now: datetime) -> list[Purchase]:
    """End purchases whose whole money the provider has given back; gives those that ended.

    A refund that is only asked for, or smaller than what was received, changes nothing.
    """
    settled = {
        refund.provider_id: refund.amount_yen for refund in refunds if refund.status is ProviderRefundStatus.SUCCEEDED
    }
    accounts = grants.lock_accounts(session, provider_ids=settled)
    moves = [
        PurchaseMove(replace(item, state=PurchaseState.REFUNDED), item.state, "money_given_back")
        for account in accounts.values()
        for item in account.purchases.values()
        if item.state is PurchaseState.REFUND_NEEDED
        and item.provider_id is not None
        and settled.get(item.provider_id) == item.received_yen
    ]
    store.update_purchases(session, moves, now)
    return [move.purchase for move in moves]
