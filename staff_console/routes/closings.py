"""Closings and their payouts: what the shops are paid."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kernel.http import IdempotencyKeyMalformed, IdempotencyKeyMissing, idempotency_key, refuses
from ledger.refusals import KeyReusedWithOtherContent, PeriodIsClosed
from settlement.calendar import BankHolidaysUnknown, PayDateNotAfterClosing
from settlement.model import PayoutEvent
from settlement.operations.record_payout_returned import record_payout_returned
from settlement.operations.record_payout_settled import record_payout_settled
from settlement.queries import payout_file
from settlement.refusals import (
    ClosingNotFound,
    CutoffDayAlreadyClosed,
    CutoffDayBeforeLastClosing,
    CutoffDayNotOver,
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
    CloseBody,
    ClosedAnswer,
    ClosingDetailAnswer,
    ClosingsAnswer,
    PayoutDetailAnswer,
    PayoutEventAnswer,
    ReturnedBody,
    SettledBody,
)
from staff_console.parts import Parts
from staff_console.rights import BOOK_KEEPERS, BOOK_READERS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["closings"])

Reader = Annotated[StaffViewer, Depends(requires(*BOOK_READERS))]
Finance = Annotated[StaffViewer, Depends(requires(*BOOK_KEEPERS))]
CLOSE_REFUSALS = (
    *VIEWER_REFUSALS,
    IdempotencyKeyMissing,
    IdempotencyKeyMalformed,
    KeyReusedWithOtherContent,
    CutoffDayAlreadyClosed,
    CutoffDayBeforeLastClosing,
    CutoffDayNotOver,
    BankHolidaysUnknown,
    PayDateNotAfterClosing,
    PayDateNotBusinessDay,
    PayDateOutsideBankWindow,
    PeriodIsClosed,
)
STEP_REFUSALS = (*VIEWER_REFUSALS, PayoutNotFound, PayoutStepNotAllowed, PayoutDayImpossible, PeriodIsClosed)


@router.get("/closings", responses=refuses(*VIEWER_REFUSALS))
def closings(_viewer: Reader, parts: Parts) -> ClosingsAnswer:
    """All closings, the newest first."""
    with parts.database.transaction() as session:
        return ClosingsAnswer(closings=finance.closings(session))


@router.get("/closings/{closing_id}", responses=refuses(*VIEWER_REFUSALS, ClosingNotFound))
def closing(closing_id: UUID, _viewer: Reader, parts: Parts) -> ClosingDetailAnswer:
    """A closing with its payouts and what every merchant is told."""
    with parts.database.transaction() as session:
        return finance.closing_detail(session, closing_id)


@router.get(
    "/closings/{closing_id}/statements.csv",
    response_class=Response,
    responses=refuses(*VIEWER_REFUSALS, ClosingNotFound),
)
def statements(closing_id: UUID, _viewer: Reader, parts: Parts) -> Response:
    """The statements for a spreadsheet: UTF-8 with a byte order mark, no cell that would be executed."""
    with parts.database.transaction() as session:
        content = finance.statements_csv(session, closing_id)
    return file_answer(content, f"statements-{closing_id}.csv", "text/csv; charset=utf-8")


@router.post("/closings", status_code=201, responses=refuses(*CLOSE_REFUSALS))
def close(
    body: CloseBody, viewer: Finance, key: Annotated[str, Depends(idempotency_key)], parts: Parts, response: Response
) -> ClosedAnswer:
    """Close everything that happened up to the end of a city day and make the bank's files."""
    closed = parts.database.run(
        lambda session: finance.close_through(
            session,
            parts,
            cutoff_day=body.cutoff_day,
            pay_day=body.pay_day,
            closed_by=viewer.staff_id,
            key=key,
            now=parts.clock.now(),
        )
    )
    if closed.is_replay:
        response.headers["Idempotency-Replayed"] = "true"
    return ClosedAnswer(closing_id=closed.closing_id, number=closed.number)


@router.get("/payouts/{payout_id}", responses=refuses(*VIEWER_REFUSALS, PayoutNotFound))
def payout(payout_id: UUID, _viewer: Reader, parts: Parts) -> PayoutDetailAnswer:
    """A payout with its transfers."""
    with parts.database.transaction() as session:
        return finance.payout_detail(session, payout_id)


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


def _event(event: PayoutEvent) -> PayoutEventAnswer:
    return PayoutEventAnswer(
        payout_id=event.payout_id,
        kind=event.kind,
        event_day=event.event_day,
        item_number=event.item_number,
        journal_id=event.journal_id,
    )
