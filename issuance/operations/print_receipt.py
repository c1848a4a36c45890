"""Print the receipt of a purchase in cash."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.provider_refusals import ReceiptOnlyForCash
from issuance.purchase_model import CounterReceipt
from issuance.refusals import PurchaseUnknown
from issuance.store import grants, refunds


def print_receipt(session: Session, purchase_id: UUID, *, clerk_id: UUID, now: datetime) -> CounterReceipt:
    """Give what is to be printed, and log the print: the first is the original, every later one a copy.

    Refuses, in this order: PurchaseUnknown; ReceiptOnlyForCash.
    """
    accounts = grants.lock_accounts(session, purchase_ids=[purchase_id])
    found = [item for account in accounts.values() for item in account.purchases.values() if item.id == purchase_id]
    if not found:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    purchase = found[0]
    if purchase.counter is None or purchase.clerk_id is None:
        raise ReceiptOnlyForCash(purchase_id=str(purchase_id))
    number, copy_number = refunds.print_receipt(session, purchase_id, clerk_id, now)
    return CounterReceipt(
        number=number,
        copy_number=copy_number,
        purchase_id=purchase_id,
        units=purchase.units,
        cash_yen=purchase.amount_yen,
        premium_yen=purchase.premium_yen,
        counter=purchase.counter,
        clerk_id=purchase.clerk_id,
        sold_at=purchase.created_at,
        state=purchase.state,
        printed_at=now,
    )
