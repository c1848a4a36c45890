"""Where the vouchers can be used: a list that works everywhere, and beside it a map for who likes maps."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.pages import page_router, protect
from merchants.model import MerchantSize
from merchants.queries import shop_by_code, shop_kinds
from wallet_api.pages.look import PAGES
from wallet_api.parts import MapTiles, Parts
from wallet_api.routes.shops import favour
from wallet_api.routes.wallet import wallet
from wallet_api.shop_finding import AskedShops, find_page, seen, usable_sizes
from wallet_api.shop_schemas import FavouriteBody
from wallet_api.viewer import Resident

router = page_router(PAGES)


@router.get("/shops")
def show_shops(request: Request, asked: AskedShops, resident: Resident, parts: Parts, view: str = "list") -> Response:
    """Shops twenty at a time, by words, trade, district and size; with `view=map` all of them on a map above."""
    lots = wallet(resident, parts).lots
    with parts.database.transaction() as session:
        found = find_page(session, asked, resident, lots)
        kinds = shop_kinds(session)
    has_map = view == "map"
    page = PAGES.page(
        request, "wallet/shops.html", asked=asked, found=found, kinds=kinds, has_map=has_map, tiles=parts.map_tiles
    )
    return _with_tiles(page, parts.map_tiles) if has_map else page


@router.get("/shops/{store_code}")
def show_shop(request: Request, store_code: str, resident: Resident, parts: Parts) -> Response:
    """What everybody may know of a shop, and whether one's own vouchers can be used there. Refuses StoreUnknown."""
    lots = wallet(resident, parts).lots
    with parts.database.transaction() as session:
        found = shop_by_code(session, store_code, resident.wallet_id)
    page = PAGES.page(
        request,
        "wallet/shop.html",
        item=seen(found, usable_sizes(lots)),
        is_large=found.size is MerchantSize.LARGE,
        has_small_only=any(lot.usable_today and lot.left_yen > 0 and lot.usable_at == "small_shops" for lot in lots),
        tiles=parts.map_tiles,
    )
    return _with_tiles(page, parts.map_tiles)


@router.post("/shops/{store_code}/favourite")
def mark(
    store_code: str,
    asked: AskedShops,
    resident: Resident,
    parts: Parts,
    is_favourite: Annotated[bool, Form()],
    view: Annotated[str, Form()] = "",
) -> Response:
    """Mark a shop, or take the mark off, and lead back to where it stood: the list that was asked for, or the shop."""
    favour(store_code, FavouriteBody(is_favourite=is_favourite), resident, parts)
    if view not in ("list", "map"):
        return RedirectResponse(f"/wallet/shops/{store_code}", 303)
    query = "&".join(filter(None, (asked.written(), "view=map" if view == "map" else "")))
    return RedirectResponse(f"/wallet/shops?{query}#{store_code}", 303)


def _with_tiles(page: Response, tiles: MapTiles | None) -> Response:
    """Let the pictures of the city's own map be shown, where it has one; of nobody else's."""
    if tiles is not None and tiles.origin:
        policy = protect(page).headers["Content-Security-Policy"]
        page.headers["Content-Security-Policy"] = policy.replace("img-src 'self'", f"img-src 'self' {tiles.origin}")
    return page
