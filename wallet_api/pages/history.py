"""What was paid and given back, month by month."""

from functools import partial
from uuid import UUID

from fastapi import Request
from pydantic import AwareDatetime
from starlette.responses import Response

from kernel.clock import city_date
from kernel.pages import page_router
from payments.queries import BEFORE_ALL
from wallet_api.household import Cursor, month_after, month_before, month_of
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.receipts import USABLE_WORDS
from wallet_api.routes.receipts import MonthText, csv_response, first_day_of
from wallet_api.viewer import Resident

router = page_router(PAGES)


@router.get("/history")
def show_history(
    request: Request,
    resident: Resident,
    parts: Parts,
    month: MonthText = None,
    before: AwareDatetime | None = None,
    before_id: UUID = BEFORE_ALL,
) -> Response:
    """A month with its sums and thirty entries, newest first; this month if none is named."""
    today = city_date(parts.clock.now())
    first_day = first_day_of(month) or today.replace(day=1)
    cursor = Cursor(before, before_id) if before else None
    with parts.database.transaction() as session:
        found = month_of(session, resident.wallet_id, first_day, today, cursor)
    return PAGES.page(
        request,
        "wallet/history.html",
        month=found,
        usable_words=USABLE_WORDS,
        is_first_page=cursor is None,
        month_before=month_before(first_day) if first_day > found.months[-1] else None,
        month_after=month_after(first_day) if first_day < found.months[0] else None,
    )


@router.get("/history.csv")
def save_history(request: Request, resident: Resident, parts: Parts, month: MonthText = None) -> Response:
    """The same as a table for a spreadsheet, of one month or of all."""
    return csv_response(parts, resident.wallet_id, month, partial(PAGES.text, request))
