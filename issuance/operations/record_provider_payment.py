"""Record what the provider answered to the request for a payment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.operations.apply_provider_states import apply_provider_states
from issuance.provider_model import ProviderPayment
from issuance.purchase_model import UNPAID_STATES, ProviderResult, Purchase, PurchaseMove, PurchaseState
from issuance.refusals import PurchaseUnknown
from issuance.store import grants
from issuance.store import purchases as store
from kernel.refusals import Refusal


def record_provider_payment(
    session: Session, results: Sequence[ProviderResult], *, now: datetime
) -> list[Purchase | Refusal]:
    """Store the answers of calls that were made outside any transaction: the provider's id, a slip, or its no.

    A refused request ends its purchase and frees its units. Never stored: the client secret. One answer for each:
    the purchase as it stands, PurchaseUnknown, or an alarm of `apply_provider_states`.
    """
    payments = [
        replace(result.answer, purchase_id=str(result.purchase_id))
        for result in results
        if isinstance(result.answer, ProviderPayment)
    ]
    applied = iter(apply_provider_states(session, payments, now=now)) if payments else iter(())
    refused = [result for result in results if isinstance(result.answer, Refusal)]
    ended = _end_refused(session, refused, now)
    return [
        next(applied)
        if isinstance(result.answer, ProviderPayment)
        else ended.get(result.purchase_id) or PurchaseUnknown(purchase_id=str(result.purchase_id))
        for result in results
    ]


def _end_refused(session: Session, refused: Sequence[ProviderResult], now: datetime) -> dict[UUID, Purchase]:
    if not refused:
        return {}
    accounts = grants.lock_accounts(session, purchase_ids=[result.purchase_id for result in refused])
    known = {item.id: item for account in accounts.values() for item in account.purchases.values()}
    moves: dict[UUID, PurchaseMove] = {}
    for result in refused:
        purchase = known.get(result.purchase_id)
        if purchase is not None and purchase.state in UNPAID_STATES and isinstance(result.answer, Refusal):
            failed = replace(purchase, state=PurchaseState.FAILED)
            moves[purchase.id] = PurchaseMove(failed, purchase.state, result.answer.code)
            known[purchase.id] = failed
    store.update_purchases(session, list(moves.values()), now)
    return known
