"""Taking a payment back: a void on the same day, a refund later."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from kernel.http import (
    BodyNotReadable,
    FieldsInvalid,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    RequestInProgress,
    idempotency_key,
    refuses,
)
from kernel.refusals import Refusal
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from ledger.refusals import (
    KeyReusedWithOtherContent,
    PaymentAlreadyReversed,
    PeriodIsClosed,
    RefundExceedsPayment,
    ReversedBeforeItHappened,
    VoidOnlyOnSameDay,
)
from merchant_portal.parts import Parts
from merchant_portal.schemas import RefundBody, ReversalAnswer
from merchant_portal.till import take_back
from merchant_portal.viewer import SIGN_IN_REFUSALS, OwnerOnly, RefundingOwner, ShopUser
from payments.codes.match_phrase import match_phrase
from payments.model import ReversalReceipt
from payments.refusals import PaymentNotFound

router = APIRouter(prefix="/payments/{payment_id}", tags=["shop: reversals"])
Key = Annotated[str, Depends(idempotency_key)]

REVERSAL_REFUSALS: tuple[type[Refusal], ...] = (
    *SIGN_IN_REFUSALS,
    IdempotencyKeyMissing,
    IdempotencyKeyMalformed,
    FieldsInvalid,
    RequestInProgress,
    PaymentNotFound,
    KeyReusedWithOtherContent,
    ReversedBeforeItHappened,
    PeriodIsClosed,
)
VOID_REFUSALS = (*REVERSAL_REFUSALS, PaymentAlreadyReversed, VoidOnlyOnSameDay)
REFUND_REFUSALS = (
    *REVERSAL_REFUSALS,
    OwnerOnly,
    BodyNotReadable,
    AmountNotWholeYen,
    AmountOutOfRange,
    RefundExceedsPayment,
)


@router.post("/void", status_code=201, responses=refuses(*VOID_REFUSALS))
def void(payment_id: UUID, viewer: ShopUser, key: Key, parts: Parts, response: Response) -> ReversalAnswer:
    """Take a whole payment back on the day on which it was made; owner and cashier may.

    A refusal burns the key.
    """
    return _answer(take_back(parts, viewer, payment_id, key=key), response)


@router.post("/refunds", status_code=201, responses=refuses(*REFUND_REFUSALS))
def refund(
    payment_id: UUID, body: RefundBody, viewer: RefundingOwner, key: Key, parts: Parts, response: Response
) -> ReversalAnswer:
    """Give part or all of a payment back, on any day; the owner alone may.

    A refusal burns the key.
    """
    return _answer(
        take_back(parts, viewer, payment_id, key=key, refund_yen=body.amount_yen, reason=body.reason), response
    )


def _answer(receipt: ReversalReceipt, response: Response) -> ReversalAnswer:
    if receipt.is_replay:
        response.headers["Idempotency-Replayed"] = "true"
    return ReversalAnswer(
        reversal_id=receipt.reversal_id,
        payment_id=receipt.payment_id,
        amount_yen=receipt.amount_yen,
        reversed_at=receipt.reversed_at,
        match_phrase=match_phrase(receipt.payment_id),
    )
