"""The trial balance, and closing the books through a day."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.clock import city_date
from kernel.pages import page_router
from ledger.operations.close_period import close_period
from staff_console.desks.books import trial_balance_at
from staff_console.pages.look import console, show
from staff_console.parts import Parts
from staff_console.rights import BOOK_KEEPERS, BOOK_READERS
from staff_console.viewer import StaffViewer, requires

router = page_router(console)


@router.get("/trial-balance")
def trial_balance(
    request: Request,
    viewer: Annotated[StaffViewer, Depends(requires(*BOOK_READERS))],
    parts: Parts,
    at: str = "",
) -> Response:
    """Debits and credits at the end of a day; an empty day means everything."""
    with parts.database.transaction() as session:
        balance = trial_balance_at(session, _day(at))
    yesterday = city_date(parts.clock.now()) - timedelta(days=1)
    may_close = viewer.may(BOOK_KEEPERS)
    return show(request, viewer, "trial_balance.html", balance=balance, yesterday=yesterday, may_close=may_close)


@router.post("/periods")
def close(
    viewer: Annotated[StaffViewer, Depends(requires(*BOOK_KEEPERS))],
    closed_through: Annotated[date, Form()],
    parts: Parts,
) -> Response:
    """Close the books through a day; sent twice, the second is refused and nothing is closed twice."""
    parts.database.run(
        lambda session: close_period(
            session, closed_through=closed_through, closed_by=str(viewer.staff_id), now=parts.clock.now()
        )
    )
    return RedirectResponse(f"/staff/trial-balance?at={closed_through.isoformat()}", 303)


def _day(text: str) -> date | None:
    """An empty or unreadable day asks for everything; the page says which day it shows."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
