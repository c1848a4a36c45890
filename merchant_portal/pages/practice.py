"""Practice: the till's screens with made-up payments. Nothing here asks the books or writes to them."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.responses import Response

from kernel.ids import new_id
from kernel.pages import page_router, typed_yen
from kernel.pages.rendering import sentence_of
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from merchant_portal.pages.look import PAGES
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.viewer import ShopUser, ShopViewer
from payments.codes.match_phrase import match_phrase
from payments.codes.payment_number import payment_number

router = page_router(PAGES)

MADE_UP_YEN = (1_280, 540, 3_000)
"""What practice residents pay by themselves, one after the other."""


@router.get("/practice")
def begin(request: Request, viewer: ShopUser) -> Response:
    """Ask for an amount, as the till does; payments that nobody made arrive meanwhile."""
    return _asked(request, viewer, "", {})


@router.post("/practice")
def charge(request: Request, viewer: ShopUser, parts: Parts, amount: Annotated[str, Form()] = "") -> Response:
    """Show how an amount looks that was received. No money moves."""
    try:
        amount_yen = typed_yen(amount)
    except (AmountNotWholeYen, AmountOutOfRange) as refusal:
        return _asked(request, viewer, amount, {"amount": sentence_of(request, refusal)})
    return _received(request, viewer, parts, amount_yen, new_id())


@router.get("/practice/taken-back")
def take_back(request: Request, viewer: ShopUser) -> Response:
    """Show how a payment looks that was taken back. No money moves."""
    return PAGES.page(request, "shop/practice_taken_back.html", viewer=viewer, amount_yen=MADE_UP_YEN[0])


def _asked(request: Request, viewer: ShopViewer, amount: str, errors: dict[str, str]) -> Response:
    made_up = [(yen, match_phrase(UUID(int=yen))) for yen in MADE_UP_YEN]
    return PAGES.page(
        request,
        "shop/practice.html",
        status=422 if errors else 200,
        viewer=viewer,
        amount=amount,
        errors=errors,
        made_up=made_up,
    )


def _received(request: Request, viewer: ShopViewer, parts: PortalParts, amount_yen: int, made_up_id: UUID) -> Response:
    return PAGES.page(
        request,
        "shop/practice_received.html",
        viewer=viewer,
        amount_yen=amount_yen,
        match_phrase=match_phrase(made_up_id),
        number=payment_number(made_up_id),
        now=parts.clock.now(),
    )
