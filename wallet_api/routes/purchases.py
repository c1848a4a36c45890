"""Buying granted units: held first, then asked of the payment provider, then recorded."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from issuance.model import PurchaseMethod
from issuance.operations.record_provider_payment import record_provider_payment
from issuance.operations.start_purchases import start_purchases
from issuance.provider_model import KONBINI_MIN_YEN, PaymentMethod, PaymentOrder, ProviderPayment, check_order
from issuance.provider_refusals import (
    AmountNotPayableAtKonbini,
    AmountNotPayableByCard,
    BillingNameNotPrintableAtKonbini,
    BillingNameOrEmailMissing,
    PaymentDeclined,
    PaymentMethodNotOffered,
)
from issuance.purchase_model import ProviderResult, Purchase, PurchaseRequest, PurchaseState
from issuance.queries import my_purchases
from issuance.refusals import (
    CampaignNotSelling,
    GrantUnknown,
    PayWindowNotOpen,
    UnitsExceedGrant,
    UnitsOutOfRange,
)
from kernel.http import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    RequestInProgress,
    idempotency_key,
    refuses,
)
from kernel.refusals import ProviderDown, Refusal
from ledger.refusals import KeyReusedWithOtherContent
from wallet_api.parts import Parts, WalletParts
from wallet_api.schemas import BuyBody, PurchaseAnswer, SlipAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, NotAResident, ResidentPerson, ResidentViewer

router = APIRouter(tags=["purchases"], responses=refuses(*SIGN_IN_REFUSALS, NotAResident))

BUY_REFUSALS = (
    IdempotencyKeyMissing,
    IdempotencyKeyMalformed,
    BillingNameOrEmailMissing,
    BillingNameNotPrintableAtKonbini,
    RequestInProgress,
    KeyReusedWithOtherContent,
    GrantUnknown,
    CampaignNotSelling,
    PayWindowNotOpen,
    PaymentMethodNotOffered,
    UnitsOutOfRange,
    UnitsExceedGrant,
    AmountNotPayableByCard,
    AmountNotPayableAtKonbini,
    PaymentDeclined,
)
DESCRIPTION = "かしまん商品券"


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase as it stands, and the secret of its card form, which is never stored."""

    purchase: Purchase
    client_secret: str | None = None


@router.post("/purchases", status_code=201, responses=refuses(*BUY_REFUSALS))
def buy(
    body: BuyBody,
    resident: ResidentPerson,
    key: Annotated[str, Depends(idempotency_key)],
    parts: Parts,
    response: Response,
) -> PurchaseAnswer:
    """Buy granted units; vouchers come into being only once the money has arrived.

    The same key gives the same purchase again as it stands now. When the provider does not answer, the purchase stays
    `requested` and holds its units; the same key asks the provider again.
    """
    bought = buy_units(body, resident, key, parts)
    if bought.purchase.is_replay:
        response.headers["Idempotency-Replayed"] = "true"
    return purchase_answer(bought.purchase, bought.client_secret)


@router.get("/purchases")
def purchases(resident: ResidentPerson, parts: Parts) -> list[PurchaseAnswer]:
    """The resident's purchases, the newest first."""
    with parts.database.transaction() as session:
        found = my_purchases(session, resident.person_id)
    return [purchase_answer(purchase) for purchase in found]


def buy_units(body: BuyBody, resident: ResidentViewer, key: str, parts: WalletParts) -> Bought:
    """Hold the units, ask the provider outside of any transaction, and record its answer.

    Refuses, in this order: a slip's missing or unprintable name or address; RequestInProgress; what `start_purchases`
    refuses; what the provider refuses, which ends the purchase and frees its units.
    """
    if body.method == "konbini":
        check_order(_order(body, body.method, KONBINI_MIN_YEN))
    request = PurchaseRequest(key, resident.wallet_id, body.units, PurchaseMethod(body.method), body.grant_id)
    with parts.keys_in_progress.entered(f"purchase/{resident.wallet_id}", key):
        purchase = _started(request, parts)
        try:
            return _asked_for(purchase, body, parts)
        except ProviderDown:
            return Bought(purchase)


def purchase_answer(purchase: Purchase, client_secret: str | None = None) -> PurchaseAnswer:
    """Write a purchase as the document that travels."""
    return PurchaseAnswer(
        purchase_id=purchase.id,
        units=purchase.units,
        amount_yen=purchase.amount_yen,
        method=purchase.method,
        state=purchase.state,
        expires_at=purchase.expires_at,
        client_secret=client_secret,
        slip=_slip_answer(purchase),
    )


def _started(request: PurchaseRequest, parts: WalletParts) -> Purchase:
    now = parts.clock.now()
    (started,) = parts.database.run(lambda session: start_purchases(session, [request], now=now))
    if isinstance(started, Refusal):
        raise started
    return started


def _asked_for(purchase: Purchase, body: BuyBody, parts: WalletParts) -> Bought:
    """Ask the provider about a purchase it has not answered yet; a card form needs its secret every time."""
    order = _order(body, body.method, purchase.amount_yen, purchase)
    if purchase.state is PurchaseState.AWAITING_PAYMENT and body.method == "card":
        return Bought(purchase, parts.provider.request_payment(order).client_secret)
    if purchase.state is not PurchaseState.REQUESTED:
        return Bought(purchase)
    try:
        payment = _payment_for(order, parts)
    except Refusal as refusal:
        _recorded(ProviderResult(purchase.id, refusal), parts)
        raise
    recorded = _recorded(ProviderResult(purchase.id, payment), parts)
    recorded = replace(recorded, is_replay=purchase.is_replay)
    return Bought(recorded, payment.client_secret if body.method == "card" else None)


def _payment_for(order: PaymentOrder, parts: WalletParts) -> ProviderPayment:
    payment = parts.provider.request_payment(order)
    return parts.provider.confirm_konbini(payment.provider_id, order) if order.method == "konbini" else payment


def _recorded(result: ProviderResult, parts: WalletParts) -> Purchase:
    now = parts.clock.now()
    (recorded,) = parts.database.run(lambda session: record_provider_payment(session, [result], now=now))
    if isinstance(recorded, Refusal):
        raise recorded
    return recorded


def _order(body: BuyBody, method: PaymentMethod, amount_yen: int, purchase: Purchase | None = None) -> PaymentOrder:
    return PaymentOrder(
        purchase_id=purchase.id if purchase else body.grant_id,
        amount_yen=amount_yen,
        method=method,
        description=DESCRIPTION,
        billing_name=body.billing_name,
        billing_email=body.billing_email,
    )


def _slip_answer(purchase: Purchase) -> SlipAnswer | None:
    if purchase.slip is None:
        return None
    return SlipAnswer(
        expires_at=purchase.slip.expires_at,
        stores={
            store: {"payment_code": numbers.payment_code, "confirmation_number": numbers.confirmation_number}
            for store, numbers in purchase.slip.stores.items()
        },
    )
