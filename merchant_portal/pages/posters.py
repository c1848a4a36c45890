"""The posters of the shop: a list, and one to be printed."""

from uuid import UUID

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from kernel.pages import page_router
from merchant_portal.pages.look import PAGES
from merchant_portal.parts import Parts
from merchant_portal.posters import own_poster, valid_posters
from merchant_portal.reach import OwnStores
from merchant_portal.viewer import ShopUser
from payments.codes.picture import code_svg

router = page_router(PAGES)


@router.get("/posters")
def list_posters(request: Request, viewer: ShopUser, stores: OwnStores, parts: Parts) -> Response:
    """The posters that count, store by store."""
    with parts.database.transaction() as session:
        posters = [(store, valid_posters(session, store)) for store in stores]
    return PAGES.page(request, "shop/posters.html", viewer=viewer, posters=posters)


@router.get("/posters/{store_id}/{serial}")
def show_poster(
    request: Request, store_id: UUID, serial: str, viewer: ShopUser, stores: OwnStores, parts: Parts
) -> Response:
    """One poster as it is printed: the code, the shop's name, and how to pay."""
    with parts.database.transaction() as session:
        poster = own_poster(session, parts, stores, store_id, serial)
    picture = Markup(code_svg(poster.text, f"{poster.store.display_name}の支払い用QRコード"))  # noqa: S704
    return PAGES.page(request, "shop/poster.html", viewer=viewer, poster=poster, picture=picture)
