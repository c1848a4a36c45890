"""The posters of the shop: a list, one to be looked at and printed, and whether what hangs there is genuine."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from markupsafe import Markup
from starlette.responses import Response

from kernel.pages import let_scan, page_router
from merchant_portal.pages.look import PAGES
from merchant_portal.papers import PosterPaper
from merchant_portal.parts import Parts
from merchant_portal.posters import own_poster, valid_posters
from merchant_portal.reach import OwnStores
from merchant_portal.routes.stores import poster_as_pdf
from merchant_portal.sticker_check import StickerCheck, check_sticker
from merchant_portal.viewer import ShopUser, ShopViewer
from payments.codes.picture import code_svg

router = page_router(PAGES)


@router.get("/posters")
def list_posters(request: Request, viewer: ShopUser, stores: OwnStores, parts: Parts) -> Response:
    """The posters that count, store by store."""
    with parts.database.transaction() as session:
        posters = [(store, valid_posters(session, store)) for store in stores]
    return PAGES.page(request, "shop/posters.html", viewer=viewer, posters=posters)


@router.get("/posters/check")
def ask_sticker(request: Request, viewer: ShopUser) -> Response:
    """Ask for what hangs in the shop: scanned, or by the number below it."""
    return _check_page(request, viewer, "", None)


@router.post("/posters/check")
def show_sticker_check(
    request: Request,
    viewer: ShopUser,
    stores: OwnStores,
    parts: Parts,
    code: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Say whether it is genuine, the shop's own, and current; nothing is changed."""
    if not code.strip():
        return _check_page(request, viewer, code, None, is_empty=True)
    with parts.database.transaction() as session:
        found = check_sticker(session, parts, stores, code)
    return _check_page(request, viewer, code, found)


@router.get("/posters/{store_id}/{serial}")
def show_poster(
    request: Request, store_id: UUID, serial: str, viewer: ShopUser, stores: OwnStores, parts: Parts
) -> Response:
    """One poster: the code, and the papers on which it can be printed."""
    with parts.database.transaction() as session:
        poster = own_poster(session, parts, stores, store_id, serial)
    picture = Markup(code_svg(poster.text, f"{poster.store.display_name}の支払い用QRコード"))  # noqa: S704
    return PAGES.page(request, "shop/poster.html", viewer=viewer, poster=poster, picture=picture, papers=PosterPaper)


router.get("/posters/{store_id}/{serial}/{paper}.pdf")(poster_as_pdf)


def _check_page(
    request: Request, viewer: ShopViewer, typed: str, found: StickerCheck | None, *, is_empty: bool = False
) -> Response:
    status = 422 if is_empty else 200
    facts = {"viewer": viewer, "typed": typed, "found": found, "is_empty": is_empty}
    return let_scan(PAGES.page(request, "shop/poster_check.html", status=status, **facts))
