"""The books: the trial balance, closing a period, and the second opinion."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends

from kernel.http import refuses
from ledger.operations.close_period import close_period
from ledger.refusals import PeriodIsClosed, PeriodNotOver
from staff_console.desks import books
from staff_console.finance_schemas import AuditAnswer, PeriodAnswer, PeriodBody, TrialBalanceAnswer
from staff_console.parts import Parts
from staff_console.rights import AUDITORS, BOOK_KEEPERS, BOOK_READERS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(prefix="/books", tags=["books"])

Reader = Annotated[StaffViewer, Depends(requires(*BOOK_READERS))]
Auditor = Annotated[StaffViewer, Depends(requires(*AUDITORS))]
Finance = Annotated[StaffViewer, Depends(requires(*BOOK_KEEPERS))]


@router.get("/trial-balance", responses=refuses(*VIEWER_REFUSALS))
def trial_balance(_viewer: Reader, parts: Parts, at: date | None = None) -> TrialBalanceAnswer:
    """Debits and credits by side, kind and campaign at the end of a city day; without one, of everything."""
    with parts.database.transaction() as session:
        return books.trial_balance_at(session, at)


@router.post("/periods", status_code=201, responses=refuses(*VIEWER_REFUSALS, PeriodNotOver, PeriodIsClosed))
def close(body: PeriodBody, viewer: Finance, parts: Parts) -> PeriodAnswer:
    """Close the books through a city day; it is never undone."""
    parts.database.run(
        lambda session: close_period(
            session, closed_through=body.closed_through, closed_by=str(viewer.staff_id), now=parts.clock.now()
        )
    )
    return PeriodAnswer(closed_through=body.closed_through)


@router.post("/audit", responses=refuses(*VIEWER_REFUSALS))
def audit(_viewer: Auditor, parts: Parts) -> AuditAnswer:
    """Recompute everything from the journals alone and say whether the books agree; nothing is changed."""
    with parts.database.transaction() as session:
        return books.audit(session, parts.clock.now())
