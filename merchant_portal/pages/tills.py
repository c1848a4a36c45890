"""The shop's tills: making this device one, releasing one, and signing a cashier out."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.doors.queries import till_device_of, till_devices_of
from identity.doors.refusals import LabelUnusable
from identity.doors.rules.binding import LABEL_LENGTH_MAX
from identity.doors.rules.tills import is_held
from kernel.pages import page_router
from kernel.pages.rendering import sentence_of
from merchant_portal.pages.look import PAGES, TILLS
from merchant_portal.parts import Parts, PortalParts
from merchant_portal.reach import OwnStores, StoreNotChosen, own_store
from merchant_portal.tills import (
    bind_till,
    is_recent,
    own_cashiers,
    own_till,
    own_tills,
    release_till,
    sign_cashier_out,
)
from merchant_portal.viewer import TILL, ShopOwner, ShopViewer
from merchants.model import StoreView

router = page_router(PAGES)


@router.get("/tills")
def show_tills(request: Request, viewer: ShopOwner, stores: OwnStores, parts: Parts, done: str = "") -> Response:
    """Show which devices are tills and who the cashiers are; `done` says what just happened."""
    return _shown(request, parts, viewer, stores, done=done)


@router.post("/tills")
def bind(
    request: Request,
    viewer: ShopOwner,
    stores: OwnStores,
    parts: Parts,
    label: Annotated[str, Form()] = "",
    store_id: Annotated[str, Form()] = "",
) -> Response:
    """Make this device a till and say so; what was typed wrong is said at its field."""
    typed = {"label": label, "store_id": store_id}
    secret = TILL.cookie.read(request)
    try:
        if len(stores) > 1 and store_id not in {str(store.store_id) for store in stores}:
            raise StoreNotChosen
        chosen = UUID(store_id) if len(stores) > 1 else None
        bound = bind_till(parts, viewer, stores, label=label, store_id=chosen, device_secret=secret)
    except (LabelUnusable, StoreNotChosen) as refusal:
        field = "label" if isinstance(refusal, LabelUnusable) else "store_id"
        return _shown(request, parts, viewer, stores, typed=typed, errors={field: sentence_of(request, refusal)})
    response = RedirectResponse(f"{TILLS}?done=bound", 303)
    TILL.keep(response, request, bound.secret)
    return response


@router.get("/tills/{till_id}/release")
def ask_release(request: Request, till_id: UUID, viewer: ShopOwner, stores: OwnStores, parts: Parts) -> Response:
    """Say what releasing a till means, and ask; nothing happens yet."""
    with parts.database.transaction() as session:
        till = own_till(session, viewer, stores, till_id)
        others = [each for each in till_devices_of(session, viewer.merchant_id) if each != till]
        here = till_device_of(session, TILL.cookie.read(request))
    return PAGES.page(
        request,
        "shop/till_release.html",
        viewer=viewer,
        till=till,
        store=own_store(stores, till.store_id),
        is_last=not is_held(till.store_id, others),
        is_here=till == here,
        is_recent=is_recent(viewer, parts.clock.now()),
    )


@router.post("/tills/{till_id}/release")
def release(request: Request, till_id: UUID, viewer: ShopOwner, stores: OwnStores, parts: Parts) -> Response:
    """Release a till and say so."""
    with parts.database.transaction() as session:
        here = till_device_of(session, TILL.cookie.read(request))
    release_till(parts, viewer, stores, till_id)
    response = RedirectResponse(f"{TILLS}?done=released", 303)
    if here is not None and here.device_id == till_id:
        TILL.cookie.drop(response, request)
    return response


@router.post("/cashiers/{cashier_id}/sign-out")
def sign_out(cashier_id: UUID, viewer: ShopOwner, parts: Parts) -> Response:
    """End every sign-in of a cashier and say so."""
    ended = sign_cashier_out(parts, viewer, cashier_id)
    return RedirectResponse(f"{TILLS}?done={'signed_out' if ended else 'nobody_there'}", 303)


def _shown(
    request: Request,
    parts: PortalParts,
    viewer: ShopViewer,
    stores: Sequence[StoreView],
    *,
    done: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    with parts.database.transaction() as session:
        here = till_device_of(session, TILL.cookie.read(request))
        tills = own_tills(session, viewer, stores)
        cashiers = own_cashiers(session, viewer)
    return PAGES.page(
        request,
        "shop/tills.html",
        status=422 if errors else 200,
        viewer=viewer,
        stores=stores,
        store_names={store.store_id: store.display_name for store in stores},
        tills=tills,
        here=here if here in tills else None,
        cashiers=cashiers,
        is_recent=is_recent(viewer, parts.clock.now()),
        label_length_max=LABEL_LENGTH_MAX,
        done=done,
        typed=typed or {},
        errors=errors or {},
    )
