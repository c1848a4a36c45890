"""Charging a resident's code: the amount, the code by scanner or by hand, and then the payment's own screen."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.http import idempotency_key
from kernel.pages import let_scan, page_router, typed_yen
from kernel.pages.rendering import sentence_of
from kernel.refusals import Refusal
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from merchant_portal.feed import position_now
from merchant_portal.pages.card_pin import ASKS_FOR_PIN, ask_pin
from merchant_portal.pages.look import CHARGE, NOT_KNOWN_YET, PAGES, check_page
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.reach import OwnStores, StoreNotChosen
from merchant_portal.till import charge_code, demand_readable
from merchant_portal.viewer import ShopUser, ShopViewer
from merchants.model import StoreView
from payments.codes.refusals import CodeUnreadable

router = page_router(PAGES)


@router.get("/charge")
def show_charge(
    request: Request, viewer: ShopUser, stores: OwnStores, parts: Parts, store: str = "", amount: str = ""
) -> Response:
    """Ask for the amount and the resident's code; `store` and `amount` are those that are known already."""
    return ask_charge(request, viewer, stores, parts, {"store_id": store, "amount": amount[:20]}, {})


@router.post("/charge")
async def charge(
    request: Request,
    viewer: ShopUser,
    stores: OwnStores,
    parts: Parts,
    form_key: Annotated[str, Form()],
    amount: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    store_id: Annotated[str, Form()] = "",
    pin: Annotated[str, Form()] = "",
) -> Response:
    """Charge once for the key of the form and lead to the payment; what was typed wrong is said at its field.

    A card that needs its PIN, or whose PIN was wrong, leads to the form that asks for it, under a new key.
    """
    typed = {"amount": amount, "code": code, "store_id": store_id}
    errors = _errors(request, stores, typed)
    if errors:
        return ask_charge(request, viewer, stores, parts, typed, errors)
    chosen = UUID(store_id) if len(stores) > 1 else None
    key = await idempotency_key(form_key)
    try:
        receipt = await charge_code(
            parts, viewer, stores, key=key, code=code, amount_yen=typed_yen(amount), store_id=chosen, pin=pin or None
        )
    except ASKS_FOR_PIN as refusal:
        return ask_pin(request, viewer, refusal, typed)
    except NOT_KNOWN_YET as unknown:
        return check_page(request, unknown, CHARGE, {"form_key": form_key, **typed})
    return RedirectResponse(f"/shop/payments/{receipt.payment_id}", 303)


def _errors(request: Request, stores: list[StoreView], typed: Mapping[str, str]) -> dict[str, str]:
    errors: dict[str, Refusal] = {}
    try:
        typed_yen(typed["amount"])
    except (AmountNotWholeYen, AmountOutOfRange) as refusal:
        errors["amount"] = refusal
    try:
        demand_readable(typed["code"])
    except CodeUnreadable as refusal:
        errors["code"] = refusal
    if len(stores) > 1 and typed["store_id"] not in {str(store.store_id) for store in stores}:
        errors["store_id"] = StoreNotChosen()
    return {name: sentence_of(request, refusal) for name, refusal in errors.items()}


def ask_charge(
    request: Request,
    viewer: ShopViewer,
    stores: Sequence[StoreView],
    parts: PortalParts,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    """The screen that asks; it may use the camera, and shows what arrives meanwhile."""
    with parts.database.transaction() as session:
        position = position_now(session, [store.store_id for store in stores])
    page = PAGES.page(
        request,
        "shop/charge.html",
        status=422 if errors else 200,
        viewer=viewer,
        stores=stores,
        typed=typed,
        errors=errors,
        position=position,
    )
    return let_scan(page)
