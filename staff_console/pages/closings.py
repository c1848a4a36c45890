"""Closings: the list, closing the next period, and one closing with its payouts and statements."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.clock import city_date
from kernel.pages import page_router
from settlement.calendar import closing_days_between
from staff_console.desks import finance
from staff_console.file_answer import file_answer
from staff_console.pages.look import FormKey, console, show
from staff_console.parts import ConsoleParts, Parts
from staff_console.rights import BOOK_KEEPERS, BOOK_READERS
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Reader = Annotated[StaffViewer, Depends(requires(*BOOK_READERS))]
Keeper = Annotated[StaffViewer, Depends(requires(*BOOK_KEEPERS))]
LONGEST_PERIOD = timedelta(days=62)


@router.get("/closings")
def closings(request: Request, viewer: Reader, parts: Parts) -> Response:
    """All closings, and the form that closes the period that ended last."""
    with parts.database.transaction() as session:
        found = finance.closings(session)
    cutoff_day = last_closing_day(parts, city_date(parts.clock.now()))
    return show(
        request,
        viewer,
        "closings.html",
        closings=found,
        cutoff_day=cutoff_day,
        pay_day=finance.pay_day_of(parts, cutoff_day),
        is_due=all(closing.cutoff_day < cutoff_day for closing in found),
        may_close=viewer.may(BOOK_KEEPERS),
    )


@router.post("/closings")
def close(
    viewer: Keeper,
    key: FormKey,
    cutoff_day: Annotated[date, Form()],
    pay_day: Annotated[date, Form()],
    parts: Parts,
) -> Response:
    """Close, once however often the form is sent."""
    closed = parts.database.run(
        lambda session: finance.close_through(
            session,
            parts,
            cutoff_day=cutoff_day,
            pay_day=pay_day,
            closed_by=viewer.staff_id,
            key=key,
            now=parts.clock.now(),
        )
    )
    return RedirectResponse(f"/staff/closings/{closed.closing_id}", 303)


@router.get("/closings/{closing_id}")
def closing(request: Request, closing_id: UUID, viewer: Reader, parts: Parts) -> Response:
    """One closing: its payouts, whose sums are told three times, and what each shop is told."""
    with parts.database.transaction() as session:
        found = finance.closing_detail(session, closing_id)
    first_payouts = [payout for payout in found.payouts if not payout.is_reissue]
    sums = {
        "statements": found.paid_yen,
        "files": sum(payout.file_yen for payout in first_payouts),
        "flight": sum(payout.put_in_flight_yen for payout in first_payouts),
    }
    return show(
        request,
        viewer,
        "closing.html",
        closing=found,
        sums=sums,
        agrees=len(set(sums.values())) == 1 and all(payout.agrees for payout in found.payouts),
        may_fetch=viewer.may(BOOK_KEEPERS),
    )


@router.get("/closings/{closing_id}/statements.csv")
def statements(closing_id: UUID, _viewer: Reader, parts: Parts) -> Response:
    """The statements for a spreadsheet."""
    with parts.database.transaction() as session:
        content = finance.statements_csv(session, closing_id)
    return file_answer(content, f"statements-{closing_id}.csv", "text/csv; charset=utf-8")


def last_closing_day(parts: ConsoleParts, today: date) -> date:
    """The newest closing day of the city's calendar that is over."""
    return closing_days_between(today - LONGEST_PERIOD, today - timedelta(days=1), parts.closing_rule)[-1]
