"""The first screen: what there is, what it can be used for, and the four things to do."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.queries import resident_profile
from issuance.notices.queries import unread_notices
from issuance.purchase_model import UNPAID_STATES
from issuance.queries import find_campaign, my_grants, my_purchases
from kernel.clock import city_date
from kernel.pages import HostCookie, page_router
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.wallet import wallet
from wallet_api.viewer import Resident, ResidentPerson

router = page_router(PAGES)
SOON = timedelta(days=14)
BALANCE = HostCookie("kashiman_balance")
HIDDEN = "hidden"
YEAR_S = 365 * 24 * 3_600


@router.get("/")
def home(request: Request, resident: ResidentPerson, parts: Parts) -> Response:
    """The balance of today, the lots with their last days, what waits to be paid, and how much is unread."""
    now = parts.clock.now()
    today = city_date(now)
    held = wallet(resident, parts)
    lots = [lot for lot in held.lots if lot.left_yen > 0 and lot.last_day >= today]
    with parts.database.transaction() as session:
        name = resident_profile(session, resident.person_id).display_name
        grants = [grant for grant in my_grants(session, resident.person_id, now=now) if grant.is_payable]
        waiting = [item for item in my_purchases(session, resident.person_id) if item.state in UNPAID_STATES]
        unread = unread_notices(session, resident.wallet_id)
        campaigns = {lot.campaign_id: find_campaign(session, lot.campaign_id) for lot in lots}
    return PAGES.page(
        request,
        "wallet/home.html",
        name=name,
        usable_yen=held.usable_yen,
        small_shops_yen=sum(lot.left_yen for lot in lots if lot.usable_today and lot.usable_at == "small_shops"),
        hides_balance=BALANCE.read(request) == HIDDEN,
        next_expiry=next((lot for lot in lots if lot.usable_today), None),
        lots=lots,
        titles={key: campaign.title for key, campaign in campaigns.items() if campaign is not None},
        today=today,
        soon=today + SOON,
        grants=grants,
        waiting=waiting,
        unread=unread,
    )


@router.post("/balance")
def show_balance(request: Request, resident: Resident, shown: Annotated[Literal["yes", "no"], Form()]) -> Response:
    """Show or hide amounts on the first screen of this browser, until somebody chooses otherwise."""
    response = RedirectResponse("/wallet/", 303)
    if shown == "yes":
        BALANCE.drop(response, request)
    else:
        BALANCE.put(response, request, HIDDEN, YEAR_S)
    return response
