"""The shops that take payments: found by name, place and kind, and marked by those who like them."""

from typing import Annotated

from fastapi import APIRouter, Query

from kernel.http import refuses
from merchants.operations.mark_favourite import mark_favourite
from merchants.queries import shop_by_code
from merchants.refusals import StoreUnknown
from wallet_api.parts import Parts
from wallet_api.routes.wallet import wallet
from wallet_api.shop_finding import (
    AskedShops,
    SeenShop,
    ShopPage,
    ShopQuery,
    find_on_map,
    find_page,
    seen,
    usable_sizes,
)
from wallet_api.shop_schemas import FavouriteBody, ShopAnswer, ShopPointAnswer, ShopPointsAnswer, ShopsAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["shops"], responses=refuses(*SIGN_IN_REFUSALS))


@router.get("/shops")
def shops(asked: AskedShops, resident: Resident, parts: Parts) -> ShopsAnswer:
    """Stores that take payments now, in the order of their readings, twenty a page."""
    lots = wallet(resident, parts).lots
    with parts.database.transaction() as session:
        found = find_page(session, asked, resident, lots)
    return _page_answer(found, asked.page)


@router.get("/shops/{store_code}", responses=refuses(*SIGN_IN_REFUSALS, StoreUnknown))
def shop(store_code: str, resident: Resident, parts: Parts) -> ShopAnswer:
    """One store that takes payments now."""
    lots = wallet(resident, parts).lots
    with parts.database.transaction() as session:
        found = shop_by_code(session, store_code, resident.wallet_id)
    return _answer(seen(found, usable_sizes(lots)))


@router.post("/shops/{store_code}/favourite", status_code=204, responses=refuses(*SIGN_IN_REFUSALS, StoreUnknown))
def favour(store_code: str, body: FavouriteBody, resident: Resident, parts: Parts) -> None:
    """Mark a store, or take the mark off; the same again changes nothing."""
    now, wallet_id = parts.clock.now(), resident.wallet_id
    parts.database.run(
        lambda session: mark_favourite(session, wallet_id, store_code, is_favourite=body.is_favourite, now=now)
    )


@router.get("/favourites")
def favourites(resident: Resident, parts: Parts, page: Annotated[int, Query(ge=1, le=1_000)] = 1) -> ShopsAnswer:
    """The stores that the resident marked and that take payments now, twenty a page."""
    return shops(ShopQuery(favourites=True, page=page), resident, parts)


@router.get("/shop-points")
def shop_points(asked: AskedShops, resident: Resident, parts: Parts) -> ShopPointsAnswer:
    """The same stores on the map, all at once."""
    lots = wallet(resident, parts).lots
    with parts.database.transaction() as session:
        found = find_on_map(session, asked, resident, lots)
    points = [_point_answer(each) for each in found if each.shop.point is not None]
    return ShopPointsAnswer(points=points, unplaced=len(found) - len(points))


def _page_answer(found: ShopPage, page: int) -> ShopsAnswer:
    return ShopsAnswer(total=found.total, page=page, pages=found.pages, shops=[_answer(each) for each in found.shops])


def _answer(each: SeenShop) -> ShopAnswer:
    shop = each.shop
    latitude, longitude = shop.point or (None, None)
    return ShopAnswer(
        store_code=shop.store_code,
        name=shop.display_name,
        name_kana=shop.name_kana,
        trade=shop.trade,
        district=shop.district,
        size=shop.size.value,
        address=shop.address,
        latitude=latitude,
        longitude=longitude,
        usable_today=each.usable_today,
        is_favourite=shop.is_favourite,
    )


def _point_answer(each: SeenShop) -> ShopPointAnswer:
    shop = each.shop
    assert shop.point is not None
    return ShopPointAnswer(
        store_code=shop.store_code,
        name=shop.display_name,
        district=shop.district,
        latitude=shop.point.latitude,
        longitude=shop.point.longitude,
        usable_today=each.usable_today,
        is_favourite=shop.is_favourite,
    )
