"""The first screen: what was taken today in one big number, and every payment with its void button."""

from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from kernel.clock import city_date
from kernel.pages import page_router
from merchant_portal.account_changes import own_accounts
from merchant_portal.coming_payout import coming_payout
from merchant_portal.feed import position_now
from merchant_portal.pages.look import PAGES
from merchant_portal.parts import Parts
from merchant_portal.reach import OwnStores
from merchant_portal.routes.takings import Day
from merchant_portal.takings import takings_of
from merchant_portal.viewer import ShopUser

router = page_router(PAGES)


@router.get("/")
def today(request: Request, viewer: ShopUser, stores: OwnStores, parts: Parts, day: Day = None) -> Response:
    """A day's takings of the user's stores, today's if none is named; the owner sees the next payout too."""
    this_day = city_date(parts.clock.now())
    with parts.database.transaction() as session:
        position = position_now(session, [store.store_id for store in stores])
        takings = takings_of(session, stores, day or this_day)
        coming = coming_payout(session, parts, viewer.merchant_id) if viewer.sees_statements else None
        accounts = own_accounts(session, viewer, parts.clock.now()) if viewer.sees_statements else None
    return PAGES.page(
        request,
        "shop/today.html",
        viewer=viewer,
        stores=stores,
        takings=takings,
        position=position,
        coming=coming,
        account_change=accounts.asked_for if accounts else None,
        is_today=takings.day == this_day,
        day_before=takings.day - timedelta(days=1),
        day_after=takings.day + timedelta(days=1) if takings.day < this_day else None,
    )
