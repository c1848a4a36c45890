"""Selling at the counter: receipt number, grant, cash, done."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from kernel.pages import page_router
from staff_console.desks.commerce import counter_sale, sell_for_cash
from staff_console.desks.receipts import grants_of_receipt
from staff_console.pages.look import FormKey, console, show
from staff_console.parts import Parts
from staff_console.rights import COUNTER_CLERKS
from staff_console.viewer import StaffViewer, requires

router = page_router(console)

Clerk = Annotated[StaffViewer, Depends(requires(*COUNTER_CLERKS))]


@router.get("/counter")
def counter(
    request: Request, viewer: Clerk, parts: Parts, receipt: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """Ask for a receipt number and show what its holder may buy."""
    grants = []
    if receipt.strip():
        with parts.database.transaction() as session:
            grants = grants_of_receipt(session, receipt, parts.clock.now())
    return show(request, viewer, "counter.html", receipt=receipt.strip(), grants=grants)


@router.post("/counter/sales")
def sell(
    viewer: Clerk,
    key: FormKey,
    grant_id: Annotated[UUID, Form()],
    units: Annotated[int, Form(ge=1, le=1_000)],
    parts: Parts,
) -> Response:
    """Take the cash, once however often the form is sent."""
    purchase = sell_for_cash(
        parts, grant_id=grant_id, units=units, clerk_id=viewer.staff_id, key=key, now=parts.clock.now()
    )
    return RedirectResponse(f"/staff/counter/sales/{purchase.id}", 303)


@router.get("/counter/sales/{purchase_id}")
def sold(request: Request, purchase_id: UUID, viewer: Clerk, parts: Parts) -> Response:
    """What was sold, read again from where it is stored."""
    with parts.database.transaction() as session:
        sale = counter_sale(session, purchase_id)
    return show(request, viewer, "counter_done.html", sale=sale)
