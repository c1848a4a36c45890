"""One payout: its transfers, the bank's file, and what the bank did with it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.clock import city_date
from kernel.pages import page_router
from settlement.calendar import business_days_after
from settlement.operations.record_payout_returned import record_payout_returned
from settlement.operations.record_payout_settled import record_payout_settled
from settlement.queries import payout_file
from staff_console.desks import finance
from staff_console.file_answer import file_answer
from staff_console.pages.look import console, show
from staff_console.parts import Parts
from staff_console.rights import BOOK_KEEPERS, BOOK_READERS
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

REISSUE_BUSINESS_DAYS = 3
"""How far ahead the pay day of a reissue is that the clerk is offered."""

Reader = Annotated[StaffViewer, Depends(requires(*BOOK_READERS))]
Keeper = Annotated[StaffViewer, Depends(requires(*BOOK_KEEPERS))]


@router.get("/payouts/{payout_id}")
def payout(request: Request, payout_id: UUID, viewer: Reader, parts: Parts) -> Response:
    """A payout with its transfers."""
    now = parts.clock.now()
    today = city_date(now)
    with parts.database.transaction() as session:
        found = finance.payout_detail(session, payout_id, now=now)
    return show(
        request,
        viewer,
        "payout.html",
        payout=found,
        today=today,
        next_pay_day=business_days_after(today, REISSUE_BUSINESS_DAYS),
        is_under_way=found.state in {"exported", "submitted"},
        may_book=viewer.may(BOOK_KEEPERS),
    )


@router.get("/payouts/{payout_id}/file")
def bank_file(payout_id: UUID, _viewer: Keeper, parts: Parts) -> Response:
    """The bank's file, byte for byte."""
    with parts.database.transaction() as session:
        file = payout_file(session, payout_id)
    return file_answer(file.file_bytes, file.file_name, "application/octet-stream")


@router.post("/payouts/{payout_id}/settled")
def settled(payout_id: UUID, viewer: Keeper, settled_on: Annotated[date, Form()], parts: Parts) -> Response:
    """Book that the bank carried it out; sent twice, it is one event."""
    parts.database.run(
        lambda session: record_payout_settled(
            session, payout_id, settled_on=settled_on, by=str(viewer.staff_id), now=parts.clock.now()
        )
    )
    return _back_to(payout_id)


@router.post("/payouts/{payout_id}/items/{item_number}/returned")
def returned(
    payout_id: UUID,
    item_number: int,
    viewer: Keeper,
    returned_on: Annotated[date, Form()],
    reason: Annotated[str, Form(max_length=200)],
    credit_ref: Annotated[str, Form(max_length=100)],
    parts: Parts,
) -> Response:
    """Book that one transfer came back; sent twice, it is one event."""
    parts.database.run(
        lambda session: record_payout_returned(
            session,
            payout_id,
            item_number,
            reason=reason,
            credit_ref=credit_ref,
            returned_on=returned_on,
            by=str(viewer.staff_id),
            now=parts.clock.now(),
        )
    )
    return _back_to(payout_id)


@router.post("/payouts/{payout_id}/items/{item_number}/reissued")
def reissued(
    payout_id: UUID, item_number: int, viewer: Keeper, pay_day: Annotated[date, Form()], parts: Parts
) -> Response:
    """Pay what came back anew; sent twice, it is one payout."""
    new_payout_id = parts.database.run(
        lambda session: finance.reissue(
            session,
            parts,
            payout_id,
            item_number,
            pay_day=pay_day,
            by=viewer.staff_id,
            now=parts.clock.now(),
        )
    )
    return _back_to(new_payout_id)


def _back_to(payout_id: UUID) -> Response:
    return RedirectResponse(f"/staff/payouts/{payout_id}", 303)
