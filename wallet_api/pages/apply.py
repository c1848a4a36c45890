"""Applying for units, and the receipt of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from issuance.queries import find_campaign, find_round, my_application
from issuance.refusals import ApplicationUnknown, RoundUnknown
from kernel.pages import FormKey, page_router
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.applications import apply, rounds
from wallet_api.schemas import ApplyBody
from wallet_api.viewer import ResidentPerson

router = page_router(PAGES)


@router.get("/rounds/{round_id}")
def show_round(request: Request, round_id: UUID, resident: ResidentPerson, parts: Parts) -> Response:
    """Ask how many units. Refuses RoundUnknown for a round that takes no applications now."""
    found = [offer for offer in rounds(resident, parts) if offer.round_id == round_id]
    if not found:
        raise RoundUnknown(round_id=str(round_id))
    return PAGES.page(request, "wallet/apply.html", offer=found[0])


@router.post("/rounds/{round_id}")
async def apply_now(
    round_id: UUID,
    resident: ResidentPerson,
    parts: Parts,
    units: Annotated[int, Form(ge=1, le=1_000)],
    form_key: FormKey,
) -> Response:
    """Apply, or change the application, and lead to the receipt."""
    await apply(round_id, ApplyBody(units=units), resident, parts, form_key)
    return RedirectResponse(f"/wallet/rounds/{round_id}/receipt", 303)


@router.get("/rounds/{round_id}/receipt")
def show_receipt(request: Request, round_id: UUID, resident: ResidentPerson, parts: Parts) -> Response:
    """The newest receipt, big; it stays here after the round has closed. Refuses ApplicationUnknown."""
    with parts.database.transaction() as session:
        mine = my_application(session, round_id, resident.person_id)
        round_ = find_round(session, round_id)
        campaign = find_campaign(session, round_.campaign_id) if round_ else None
    if mine is None or round_ is None or campaign is None:
        raise ApplicationUnknown
    is_open = round_.takes_applications(parts.clock.now())
    return PAGES.page(
        request, "wallet/receipt.html", application=mine, round=round_, campaign=campaign, is_open=is_open
    )
