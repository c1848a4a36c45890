"""Giving value back on a later day, for the owner: find the payment, type the amount, look once more, refund."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from kernel.clock import city_date
from kernel.http import idempotency_key
from kernel.pages import page_router, typed_yen
from kernel.pages.rendering import sentence_of
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from ledger.refusals import RefundExceedsPayment
from merchant_portal.pages.look import NOT_KNOWN_YET, PAGES, check_page
from merchant_portal.pages.payment import A_MOMENT
from merchant_portal.pages.reasons import REASONS, reason_of
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.reach import OwnPayment, OwnStores, find_own_payment, reversals_of
from merchant_portal.routes.takings import Day
from merchant_portal.takings import takings_of
from merchant_portal.till import take_back
from merchant_portal.viewer import RefundingOwner, ShopViewer
from payments.codes.match_phrase import match_phrase
from payments.codes.payment_number import payment_number

router = page_router(PAGES)


@router.get("/refunds")
def find_payment_to_refund(
    request: Request, viewer: RefundingOwner, stores: OwnStores, parts: Parts, day: Day = None
) -> Response:
    """The payments of a day, each with a way to its refund; today's if no day is named."""
    today = city_date(parts.clock.now())
    with parts.database.transaction() as session:
        takings = takings_of(session, stores, day or today)
    return PAGES.page(request, "shop/refunds.html", viewer=viewer, stores=stores, takings=takings, today=today)


@router.get("/payments/{payment_id}/refund")
def ask_amount(request: Request, payment_id: UUID, viewer: RefundingOwner, parts: Parts, reason: str = "") -> Response:
    """Ask how much is given back of a payment, for a reason: all that is left, or a part."""
    payment, left_yen = _payment(parts, viewer, payment_id)
    return _asked(request, viewer, payment, left_yen, {"amount": "", "reason": reason}, {})


@router.post("/payments/{payment_id}/refund/confirm")
def confirm_refund(
    request: Request,
    payment_id: UUID,
    viewer: RefundingOwner,
    parts: Parts,
    amount: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Show what would be given back; no money moves yet. An amount that cannot be is said at its field."""
    payment, left_yen = _payment(parts, viewer, payment_id)
    try:
        amount_yen = typed_yen(amount)
        if amount_yen > left_yen:
            raise RefundExceedsPayment(asked_yen=amount_yen, left_yen=left_yen)
    except (AmountNotWholeYen, AmountOutOfRange, RefundExceedsPayment) as refusal:
        typed = {"amount": amount, "reason": reason}
        return _asked(request, viewer, payment, left_yen, typed, {"amount": sentence_of(request, refusal)})
    return PAGES.page(
        request,
        "shop/refund_confirm.html",
        viewer=viewer,
        payment=payment,
        amount_yen=amount_yen,
        match_phrase=match_phrase(payment_id),
        number=payment_number(payment_id),
        reasons=REASONS,
        reason=reason_of(reason),
    )


@router.post("/payments/{payment_id}/refund")
async def refund(
    request: Request,
    payment_id: UUID,
    viewer: RefundingOwner,
    parts: Parts,
    form_key: Annotated[str, Form()],
    amount_yen: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Refund once for the key of the form and lead to the payment."""
    key = await idempotency_key(form_key)
    refund_yen, why = typed_yen(amount_yen), reason_of(reason)
    try:
        await run_in_threadpool(take_back, parts, viewer, payment_id, key=key, refund_yen=refund_yen, reason=why)
    except NOT_KNOWN_YET as unknown:
        fields = {"form_key": form_key, "amount_yen": amount_yen, "reason": reason}
        return check_page(request, unknown, f"/shop/payments/{payment_id}/refund", fields)
    return RedirectResponse(f"/shop/payments/{payment_id}", 303)


def _payment(parts: PortalParts, viewer: ShopViewer, payment_id: UUID) -> tuple[OwnPayment, int]:
    """A payment and what is left of it to give back."""
    with parts.database.transaction() as session:
        payment = find_own_payment(session, viewer, payment_id)
        given_back = reversals_of(session, payment, parts.clock.now() + A_MOMENT)
    return payment, payment.amount_yen + sum(each.amount_yen for each in given_back)


def _asked(
    request: Request,
    viewer: ShopViewer,
    payment: OwnPayment,
    left_yen: int,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    return PAGES.page(
        request,
        "shop/refund.html",
        status=422 if errors else 200,
        viewer=viewer,
        payment=payment,
        left_yen=left_yen,
        amount=typed["amount"],
        errors=errors,
        match_phrase=match_phrase(payment.payment_id),
        number=payment_number(payment.payment_id),
        reasons=REASONS,
        reason=reason_of(typed["reason"]),
    )
