"""A code with an amount on the till's own screen, and what became of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from kernel.pages import page_router, typed_yen
from kernel.pages.rendering import sentence_of
from kernel.refusals import Refusal
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from merchant_portal.dynamic_codes import own_code, show_code
from merchant_portal.feed import position_now
from merchant_portal.pages.charge import ask_charge
from merchant_portal.pages.look import CODES, PAGES
from merchant_portal.parts import Parts
from merchant_portal.reach import OwnStores, StoreNotChosen
from merchant_portal.viewer import ShopUser
from payments.codes.picture import code_svg

router = page_router(PAGES)


@router.post("/codes")
def show(
    request: Request,
    viewer: ShopUser,
    stores: OwnStores,
    parts: Parts,
    amount: Annotated[str, Form()] = "",
    store_id: Annotated[str, Form()] = "",
) -> Response:
    """Make a code for one sale and lead to it; what was typed wrong is said at its field."""
    typed = {"amount": amount, "code": "", "store_id": store_id}
    errors: dict[str, Refusal] = {}
    amount_yen = 0
    try:
        amount_yen = typed_yen(amount)
    except (AmountNotWholeYen, AmountOutOfRange) as refusal:
        errors["amount"] = refusal
    if len(stores) > 1 and store_id not in {str(store.store_id) for store in stores}:
        errors["store_id"] = StoreNotChosen()
    if errors:
        sentences = {name: sentence_of(request, refusal) for name, refusal in errors.items()}
        return ask_charge(request, viewer, stores, parts, typed, sentences)
    chosen = UUID(store_id) if len(stores) > 1 else None
    shown = show_code(parts, viewer, stores, amount_yen=amount_yen, store_id=chosen)
    return RedirectResponse(f"{CODES}/{shown.code.reference}", 303)


@router.get("/codes/{code_reference}")
def show_shown(request: Request, code_reference: str, viewer: ShopUser, stores: OwnStores, parts: Parts) -> Response:
    """The code, for the resident to scan; once it is paid, the payment. Refuses DynamicCodeUnknown."""
    shown = own_code(parts, stores, code_reference)
    now = parts.clock.now()
    if shown.code.payment_id is not None:
        return RedirectResponse(f"/shop/payments/{shown.code.payment_id}", 303)
    with parts.database.transaction() as session:
        position = position_now(session, [store.store_id for store in stores])
    return PAGES.page(
        request,
        "shop/code.html",
        viewer=viewer,
        shown=shown,
        picture=Markup(code_svg(shown.text, PAGES.text(request, "支払い用のQRコード"))),  # noqa: S704 - we drew it
        is_over=shown.state(now) == "expired",
        left_s=max(0, int((shown.code.expires_at - now).total_seconds())),
        position=position,
    )
