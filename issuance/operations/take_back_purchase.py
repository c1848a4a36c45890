"""Take a paid purchase back at the buyer's wish."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from issuance.operations.cancel_purchase import cancel_purchase
from issuance.provider_refusals import CashIsGivenBackAtItsCounter, TakeBackWindowOver
from issuance.purchase_model import Purchase, PurchaseState
from issuance.refusals import PurchaseMoveNotLegal, PurchaseUnknown
from issuance.rules.purchases import taken_back_until
from issuance.store import grants


class CounterClerk(NamedTuple):
    """A clerk at a counter, who can give cash back."""

    clerk_id: UUID
    counter: str


def take_back_purchase(
    session: Session, purchase_id: UUID, *, now: datetime, clerk: CounterClerk | None = None
) -> Purchase:
    """Take back a purchase of which nothing was touched, within the campaign's days; asked again, it stands as it is.

    Both of its lots leave the books. Cash is given back at once by a clerk at the counter that took it; what was paid
    through the provider is then to be given back by it. Refuses, in this order: PurchaseUnknown; PurchaseMoveNotLegal
    for what is not paid; TakeBackWindowOver; CashIsGivenBackAtItsCounter; what the books refuse (LotWasTouched).
    """
    accounts = grants.lock_accounts(session, purchase_ids=[purchase_id])
    found = [
        (item, account.grant)
        for account in accounts.values()
        for item in account.purchases.values()
        if item.id == purchase_id
    ]
    if not found:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    ((purchase, grant),) = found
    if purchase.paid_at is not None and purchase.state in {PurchaseState.REFUND_NEEDED, PurchaseState.REFUNDED}:
        return purchase
    if purchase.state is not PurchaseState.PAID:
        raise PurchaseMoveNotLegal(from_state=purchase.state, to_state=PurchaseState.REFUND_NEEDED)
    until = taken_back_until(purchase, grant.terms)
    if until is None or now >= until:
        raise TakeBackWindowOver(until=until.isoformat() if until else None)
    if purchase.counter is not None and (clerk is None or clerk.counter != purchase.counter):
        raise CashIsGivenBackAtItsCounter(counter=purchase.counter)
    by = f"taken back at the counter by {clerk.clerk_id}" if clerk else "taken back by the buyer"
    return cancel_purchase(session, purchase_id, now=now, reason=by)
