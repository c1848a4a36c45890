"""Voiding a payment of the day: a screen that asks once more, then the void."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from kernel.http import idempotency_key
from kernel.pages import page_router
from merchant_portal.pages.look import NOT_KNOWN_YET, PAGES, check_page
from merchant_portal.pages.reasons import REASONS, reason_of
from merchant_portal.parts import Parts
from merchant_portal.reach import find_own_payment
from merchant_portal.till import take_back
from merchant_portal.viewer import ShopUser
from payments.codes.match_phrase import match_phrase
from payments.codes.payment_number import payment_number

router = page_router(PAGES)


@router.get("/payments/{payment_id}/void")
def ask_void(request: Request, payment_id: UUID, viewer: ShopUser, parts: Parts, reason: str = "") -> Response:
    """Show the payment and ask whether it is to be voided, for a reason; nothing happens yet."""
    with parts.database.transaction() as session:
        payment = find_own_payment(session, viewer, payment_id)
    return PAGES.page(
        request,
        "shop/void.html",
        viewer=viewer,
        payment=payment,
        match_phrase=match_phrase(payment_id),
        number=payment_number(payment_id),
        reasons=REASONS,
        reason=reason_of(reason),
    )


@router.post("/payments/{payment_id}/void")
async def void(
    request: Request,
    payment_id: UUID,
    viewer: ShopUser,
    parts: Parts,
    form_key: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Void once for the key of the form and lead to the payment."""
    key = await idempotency_key(form_key)
    try:
        await run_in_threadpool(take_back, parts, viewer, payment_id, key=key, reason=reason_of(reason))
    except NOT_KNOWN_YET as unknown:
        fields = {"form_key": form_key, "reason": reason}
        return check_page(request, unknown, f"/shop/payments/{payment_id}/void", fields)
    return RedirectResponse(f"/shop/payments/{payment_id}", 303)
