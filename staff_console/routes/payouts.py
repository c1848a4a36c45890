"""Payouts: the bank's files, and what the bank did with them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kernel.http import refuses
from ledger.refusals import PeriodIsClosed
from merchants.refusals import MerchantUnknown
from settlement.model import PayoutEvent
from settlement.operations.record_payout_returned import record_payout_returned
from settlement.operations.record_payout_settled import record_payout_settled
from settlement.queries import payout_file
from settlement.refusals import (
    PayoutDayImpossible,
    PayoutItemNotFound,
    PayoutNotFound,
    PayoutStepNotAllowed,
    ReturnNotExplained,
)
from settlement.zengin.refusals import PayDateNotBusinessDay, PayDateOutsideBankWindow
from staff_console.desks import finance
from staff_console.file_answer import file_answer
from staff_console.finance_schemas import (
    PayoutDetailAnswer,
    PayoutEventAnswer,
    ReissueAnswer,
    ReissueBody,
    ReturnedBody,
    SettledBody,
)
from staff_console.parts import Parts
from staff_console.rights import BOOK_KEEPERS, BOOK_READERS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["payouts"])

Reader = Annotated[StaffViewer, Depends(requires(*BOOK_READERS))]
Finance = Annotated[StaffViewer, Depends(requires(*BOOK_KEEPERS))]
STEP_REFUSALS = (*VIEWER_REFUSALS, PayoutNotFound, PayoutStepNotAllowed, PayoutDayImpossible, PeriodIsClosed)
REISSUE_REFUSALS = (
    *VIEWER_REFUSALS,
    PayoutNotFound,
    PayoutItemNotFound,
    MerchantUnknown,
    PayoutStepNotAllowed,
    PayDateNotBusinessDay,
    PayDateOutsideBankWindow,
    PeriodIsClosed,
)


@router.get("/payouts/{payout_id}", responses=refuses(*VIEWER_REFUSALS, PayoutNotFound))
def payout(payout_id: UUID, _viewer: Reader, parts: Parts) -> PayoutDetailAnswer:
    """A payout with its transfers."""
    with parts.database.transaction() as session:
        return finance.payout_detail(session, payout_id, now=parts.clock.now())


@router.get("/payouts/{payout_id}/file", response_class=Response, responses=refuses(*VIEWER_REFUSALS, PayoutNotFound))
def bank_file(payout_id: UUID, _viewer: Finance, parts: Parts) -> Response:
    """The bank's file (総合振込), byte for byte as it was made."""
    with parts.database.transaction() as session:
        file = payout_file(session, payout_id)
    return file_answer(file.file_bytes, file.file_name, "application/octet-stream")


@router.post("/payouts/{payout_id}/settled", responses=refuses(*STEP_REFUSALS))
def settled(payout_id: UUID, body: SettledBody, viewer: Finance, parts: Parts) -> PayoutEventAnswer:
    """Book that the bank carried a payout out; the same again gives the first event."""
    event = parts.database.run(
        lambda session: record_payout_settled(
            session, payout_id, settled_on=body.settled_on, by=str(viewer.staff_id), now=parts.clock.now()
        )
    )
    return _event(event)


@router.post(
    "/payouts/{payout_id}/items/{item_number}/returned",
    responses=refuses(*STEP_REFUSALS, PayoutItemNotFound, ReturnNotExplained),
)
def returned(payout_id: UUID, item_number: int, body: ReturnedBody, viewer: Finance, parts: Parts) -> PayoutEventAnswer:
    """Book that one transfer came back; the same again gives the first event."""
    event = parts.database.run(
        lambda session: record_payout_returned(
            session,
            payout_id,
            item_number,
            reason=body.reason,
            credit_ref=body.credit_ref,
            returned_on=body.returned_on,
            by=str(viewer.staff_id),
            now=parts.clock.now(),
        )
    )
    return _event(event)


@router.post(
    "/payouts/{payout_id}/items/{item_number}/reissued",
    status_code=201,
    responses=refuses(*REISSUE_REFUSALS),
)
def reissued(payout_id: UUID, item_number: int, body: ReissueBody, viewer: Finance, parts: Parts) -> ReissueAnswer:
    """Pay a returned transfer anew with a file of its own; the same again gives the first payout."""
    new_payout_id = parts.database.run(
        lambda session: finance.reissue(
            session,
            parts,
            payout_id,
            item_number,
            pay_day=body.pay_day,
            by=viewer.staff_id,
            now=parts.clock.now(),
        )
    )
    return ReissueAnswer(payout_id=new_payout_id)


def _event(event: PayoutEvent) -> PayoutEventAnswer:
    return PayoutEventAnswer(
        payout_id=event.payout_id,
        kind=event.kind,
        event_day=event.event_day,
        item_number=event.item_number,
        journal_id=event.journal_id,
    )
