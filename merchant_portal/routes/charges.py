"""Charging the code that a resident shows. The hot path: async, through the group commit."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from kernel.http import (
    BodyNotReadable,
    FieldsInvalid,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    RequestInProgress,
    idempotency_key,
    refuses,
)
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from ledger.refusals import KeyReusedWithOtherContent, PeriodIsClosed
from merchant_portal.parts import Parts
from merchant_portal.reach import OwnStores, StoreNotChosen
from merchant_portal.schemas import ChargeAnswer, ChargeBody
from merchant_portal.till import CustomerValueNotEnough, charge_code
from merchant_portal.viewer import SIGN_IN_REFUSALS, ShopUser
from merchants.refusals import MerchantNotApproved, MerchantSuspended, StoreUnknown
from payments.cards.refusals import (
    CardEnded,
    CardFrozen,
    CardHasNoPin,
    CardLockedByMisses,
    CardPinNeeded,
    CardPinWrong,
    CardReplaced,
    CardUnknown,
    PinMalformed,
)
from payments.codes.refusals import CodeUnreadable
from payments.model import PaymentReceipt
from payments.refusals import ConsumerCodeExpired, ConsumerCodeUnknown, ConsumerCodeUsed, PayerBelongsToShop

router = APIRouter(tags=["shop: charges"])

CARD_REFUSALS = (
    PinMalformed,
    CardUnknown,
    CardReplaced,
    CardEnded,
    CardLockedByMisses,
    CardFrozen,
    CardPinWrong,
    CardPinNeeded,
    CardHasNoPin,
)
CHARGE_REFUSALS = (
    *SIGN_IN_REFUSALS,
    IdempotencyKeyMissing,
    IdempotencyKeyMalformed,
    BodyNotReadable,
    FieldsInvalid,
    AmountNotWholeYen,
    AmountOutOfRange,
    CodeUnreadable,
    StoreNotChosen,
    StoreUnknown,
    RequestInProgress,
    KeyReusedWithOtherContent,
    MerchantNotApproved,
    MerchantSuspended,
    ConsumerCodeUnknown,
    ConsumerCodeUsed,
    ConsumerCodeExpired,
    *CARD_REFUSALS,
    PayerBelongsToShop,
    PeriodIsClosed,
    CustomerValueNotEnough,
)


@router.post("/charges", status_code=201, response_model=ChargeAnswer, responses=refuses(*CHARGE_REFUSALS))
async def charge(
    body: ChargeBody,
    viewer: ShopUser,
    stores: OwnStores,
    key: Annotated[str, Depends(idempotency_key)],
    parts: Parts,
) -> Response:
    """Charge the code that a resident shows, or their paper card; answers only after the payment is durable.

    The code of a phone works for one attempt: a refusal burns it and the key, and the resident shows a new code. A card
    is asked again under a new key, with its PIN where `card_pin_needed` says so.
    """
    receipt = await charge_code(
        parts, viewer, stores, key=key, code=body.code, amount_yen=body.amount_yen, store_id=body.store_id, pin=body.pin
    )
    return _answer(receipt)


def _answer(receipt: PaymentReceipt) -> Response:
    """Write the answer without building a model of it first, as for every payment."""
    document: dict[str, object] = {
        "payment_id": receipt.payment_id,
        "amount_yen": receipt.amount_yen,
        "store_id": receipt.store_id,
        "store_name": receipt.store_name,
        "paid_at": receipt.paid_at,
        "match_phrase": receipt.match_phrase,
    }
    if receipt.card_ending is not None:
        document["card_ending"] = receipt.card_ending
    headers = {"Idempotency-Replayed": "true"} if receipt.is_replay else None
    return Response(orjson.dumps(document), 201, headers, "application/json")
