"""Selling at the counter: the holder of a receipt pays granted units in cash."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from issuance.provider_refusals import PaymentMethodNotOffered
from issuance.refusals import (
    CampaignNotSelling,
    GrantUnknown,
    PayWindowNotOpen,
    UnitsExceedGrant,
    UnitsOutOfRange,
)
from kernel.http import IdempotencyKeyMalformed, IdempotencyKeyMissing, idempotency_key, refuses
from ledger.refusals import KeyReusedWithOtherContent, PeriodIsClosed, TermsImpossible
from staff_console.desks.commerce import sale_answer, sell_for_cash
from staff_console.desks.receipts import grants_of_receipt
from staff_console.parts import Parts
from staff_console.rights import COUNTER_CLERKS
from staff_console.schemas import CounterSaleAnswer, CounterSaleBody, GrantsAnswer
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["counter"])

CounterClerk = Annotated[StaffViewer, Depends(requires(*COUNTER_CLERKS))]
SELL_REFUSALS = (
    *VIEWER_REFUSALS,
    IdempotencyKeyMissing,
    IdempotencyKeyMalformed,
    KeyReusedWithOtherContent,
    GrantUnknown,
    CampaignNotSelling,
    PayWindowNotOpen,
    PaymentMethodNotOffered,
    UnitsOutOfRange,
    UnitsExceedGrant,
    PeriodIsClosed,
    TermsImpossible,
)


@router.get("/grants", responses=refuses(*VIEWER_REFUSALS))
def grants(
    _viewer: CounterClerk, parts: Parts, receipt: Annotated[str, Query(min_length=1, max_length=40)]
) -> GrantsAnswer:
    """What the holder of a receipt number may buy."""
    with parts.database.transaction() as session:
        return GrantsAnswer(grants=grants_of_receipt(session, receipt, parts.clock.now()))


@router.post("/counter-sales", status_code=201, responses=refuses(*SELL_REFUSALS))
def sell(
    body: CounterSaleBody,
    viewer: CounterClerk,
    key: Annotated[str, Depends(idempotency_key)],
    parts: Parts,
    response: Response,
) -> CounterSaleAnswer:
    """Take cash and issue the voucher at once; a refusal burns the key."""
    purchase = sell_for_cash(
        parts, grant_id=body.grant_id, units=body.units, clerk_id=viewer.staff_id, key=key, now=parts.clock.now()
    )
    if purchase.is_replay:
        response.headers["Idempotency-Replayed"] = "true"
    return sale_answer(purchase)
