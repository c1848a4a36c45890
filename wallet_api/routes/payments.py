"""Paying at a shop's code. The hot path: async, through the group commit."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from kernel.http import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    RequestInProgress,
    idempotency_key,
    refuses,
)
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from ledger.refusals import KeyReusedWithOtherContent, PeriodIsClosed, ValueNotEnough
from merchants.refusals import MerchantNotApproved, MerchantSuspended, PosterRevoked, PosterUnknown
from payments.codes.refusals import (
    CodeChecksumWrong,
    CodeKeyUnknown,
    CodeOfAnotherScheme,
    CodeSignatureInvalid,
    CodeUnreadable,
)
from payments.model import PaymentReceipt
from payments.refusals import (
    DynamicAmountDiffers,
    DynamicCodeExpired,
    DynamicCodePaid,
    DynamicCodeUnknown,
    PayerBelongsToShop,
)
from wallet_api.parts import Parts
from wallet_api.schemas import PayBody, PaymentAnswer
from wallet_api.shop_places import shop_place
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["payments"])

PAY_REFUSALS = (
    *SIGN_IN_REFUSALS,
    IdempotencyKeyMissing,
    IdempotencyKeyMalformed,
    AmountNotWholeYen,
    AmountOutOfRange,
    CodeUnreadable,
    CodeChecksumWrong,
    CodeOfAnotherScheme,
    CodeKeyUnknown,
    CodeSignatureInvalid,
    RequestInProgress,
    KeyReusedWithOtherContent,
    PosterUnknown,
    PosterRevoked,
    MerchantNotApproved,
    MerchantSuspended,
    DynamicCodeUnknown,
    DynamicCodePaid,
    DynamicCodeExpired,
    DynamicAmountDiffers,
    PayerBelongsToShop,
    PeriodIsClosed,
    ValueNotEnough,
)


@router.post("/payments", status_code=201, response_model=PaymentAnswer, responses=refuses(*PAY_REFUSALS))
async def pay(
    body: PayBody, resident: Resident, key: Annotated[str, Depends(idempotency_key)], parts: Parts
) -> Response:
    """Pay a shop; answers only after the payment is durable.

    A refusal burns the key: a payment that was declined can never succeed later under the same key.
    """
    place = await shop_place(body.code, parts)
    request = place.request(
        key=key, wallet_id=resident.wallet_id, amount_yen=body.amount_yen, asked_at=parts.clock.now()
    )
    with parts.keys_in_progress.entered(str(resident.wallet_id), key):
        receipt = await parts.payments.submit(request)
    return _answer(receipt)


def _answer(receipt: PaymentReceipt) -> Response:
    """Write the answer without building a model of it first: this is the one address that must be quick."""
    document = {
        "payment_id": receipt.payment_id,
        "amount_yen": receipt.amount_yen,
        "store_id": receipt.store_id,
        "store_name": receipt.store_name,
        "paid_at": receipt.paid_at,
        "match_phrase": receipt.match_phrase,
    }
    headers = {"Idempotency-Replayed": "true"} if receipt.is_replay else None
    return Response(orjson.dumps(document), 201, headers, "application/json")
