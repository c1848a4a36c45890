"""Closings: what the shops are paid, and why something waits."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from kernel.http import IdempotencyKeyMalformed, IdempotencyKeyMissing, idempotency_key, refuses
from ledger.refusals import KeyReusedWithOtherContent, PeriodIsClosed
from settlement.calendar import BankHolidaysUnknown, PayDateNotAfterClosing
from settlement.refusals import (
    ClosingNotFound,
    CutoffDayAlreadyClosed,
    CutoffDayBeforeLastClosing,
    CutoffDayNotOver,
)
from settlement.zengin.refusals import PayDateNotBusinessDay, PayDateOutsideBankWindow
from staff_console.desks import finance
from staff_console.file_answer import file_answer
from staff_console.finance_schemas import (
    CloseBody,
    ClosedAnswer,
    ClosingDetailAnswer,
    ClosingsAnswer,
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
