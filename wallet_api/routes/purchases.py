"""Buying granted units: held first, then asked of the payment provider, then recorded; and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from issuance.model import PurchaseMethod
from issuance.operations.cancel_purchase import cancel_purchase
from issuance.operations.record_provider_payment import record_provider_payment
from issuance.operations.start_purchases import start_purchases
from issuance.operations.take_back_purchase import take_back_purchase
from issuance.provider_model import KONBINI_MIN_YEN, PaymentMethod, PaymentOrder, ProviderPayment, check_order
from issuance.provider_refusals import (
    AmountNotPayableAtKonbini,
    AmountNotPayableByCard,
    BillingNameNotPrintableAtKonbini,
    BillingNameOrEmailMissing,
    CashIsGivenBackAtItsCounter,
    FirstDayCapReached,
    PaymentDeclined,
    PaymentMethodNotOffered,
    ProviderPaymentClosed,
    TakeBackWindowOver,
)
from issuance.purchase_model import UNPAID_STATES, ProviderResult, Purchase, PurchaseRequest, PurchaseState
from issuance.queries import find_purchase, my_purchases
from issuance.refusals import (
    CampaignNotSelling,
    GrantUnknown,
    PayWindowNotOpen,
    PurchaseMoveNotLegal,
    PurchaseUnknown,
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
from ledger.refusals import KeyReusedWithOtherContent, LotWasTouched
from wallet_api.parts import Parts, WalletParts
from wallet_api.refusals import NotAResident
from wallet_api.schemas import BuyBody, PurchaseAnswer, SlipAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, ResidentPerson, ResidentViewer

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
    FirstDayCapReached,
    PaymentDeclined,
)
TAKE_BACK_REFUSALS = (
    PurchaseUnknown,
    PurchaseMoveNotLegal,
    ProviderPaymentClosed,
    TakeBackWindowOver,
    CashIsGivenBackAtItsCounter,
    LotWasTouched,
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


@router.post("/purchases/{purchase_id}/cancel", responses=refuses(*TAKE_BACK_REFUSALS))
def cancel(purchase_id: UUID, resident: ResidentPerson, parts: Parts) -> PurchaseAnswer:
    """Give an unpaid purchase up, or take a paid one back within the campaign's days while nothing of it was touched.

    What was paid is then given back by the provider; cash only at the counter that took it. The same wish again changes
    nothing. Refuses, in this order: PurchaseUnknown; for an unpaid one, PurchaseMoveNotLegal while the provider has not
    answered about it, and ProviderPaymentClosed when its money has arrived; then what `take_back_purchase` refuses.
    """
    with parts.database.transaction() as session:
        mine = [item for item in my_purchases(session, resident.person_id) if item.id == purchase_id]
    if not mine:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    return purchase_answer(_cancelled(mine[0], parts))


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
            return Bought(_as_it_stands(purchase, parts))


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


def _as_it_stands(purchase: Purchase, parts: WalletParts) -> Purchase:
    """What was recorded before the provider stopped answering."""
    with parts.database.transaction() as session:
        found = find_purchase(session, purchase.id)
    return replace(found, is_replay=purchase.is_replay) if found else purchase


def _asked_for(purchase: Purchase, body: BuyBody, parts: WalletParts) -> Bought:
    """Ask the provider for what a purchase has not got yet; a card form needs its secret every time."""
    order = _order(body, body.method, purchase.amount_yen, purchase)
    if purchase.state not in UNPAID_STATES:
        return Bought(purchase)
    secret, known_id = None, purchase.provider_id
    if known_id is None:
        payment = _answered(purchase, parts, lambda: parts.provider.request_payment(order))
        purchase, known_id = _recorded(purchase, payment, parts), payment.provider_id
        secret = payment.client_secret
    elif body.method == "card":
        secret = parts.provider.payment_state(known_id).client_secret
    if body.method == "konbini" and purchase.slip is None and purchase.state in UNPAID_STATES:
        slip = _answered(purchase, parts, lambda: parts.provider.confirm_konbini(known_id, order))
        purchase = _recorded(purchase, slip, parts)
    return Bought(purchase, secret if body.method == "card" else None)


def _answered(purchase: Purchase, parts: WalletParts, ask: Callable[[], ProviderPayment]) -> ProviderPayment:
    """What the provider answers; its refusal ends the purchase."""
    try:
        return ask()
    except Refusal as refusal:
        _recorded(purchase, refusal, parts)
        raise


def _cancelled(purchase: Purchase, parts: WalletParts) -> Purchase:
    now = parts.clock.now()
    if purchase.state is PurchaseState.CANCELLED:
        return purchase
    if purchase.state not in UNPAID_STATES:
        return parts.database.run(lambda session: take_back_purchase(session, purchase.id, now=now))
    if purchase.provider_id is None:
        raise PurchaseMoveNotLegal(from_state=purchase.state, to_state=PurchaseState.CANCELLED)
    parts.provider.cancel(purchase.provider_id)
    return parts.database.run(
        lambda session: cancel_purchase(session, purchase.id, now=now, reason="given up by the buyer")
    )


def _recorded(purchase: Purchase, answer: ProviderPayment | Refusal, parts: WalletParts) -> Purchase:
    now, result = parts.clock.now(), ProviderResult(purchase.id, answer)
    (recorded,) = parts.database.run(lambda session: record_provider_payment(session, [result], now=now))
    if isinstance(recorded, Refusal):
        raise recorded
    return replace(recorded, is_replay=purchase.is_replay)


def _order(body: BuyBody, method: PaymentMethod, amount_yen: int, purchase: Purchase | None = None) -> PaymentOrder:
    return PaymentOrder(
        purchase_id=purchase.id if purchase else body.grant_id,
        amount_yen=amount_yen,
        method=method,
        description=DESCRIPTION,
        billing_name=body.billing_name,
        billing_email=body.billing_email,
        checks_card=purchase is not None and purchase.checks_card,
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
