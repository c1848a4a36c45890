"""Applying for units, changing and withdrawing, and the receipt of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from identity.queries import household_ids_of
from issuance.effect.model import Opening
from issuance.queries import find_campaign, find_round, my_application, units_left_for
from issuance.refusals import ApplicationUnknown, RoundUnknown
from issuance.rules.caps import UNLIMITED
from kernel.pages import FormKey, page_router
from wallet_api.draw_links import draw_path
from wallet_api.openings import note_opening
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.applications import apply, rounds, story, withdraw
from wallet_api.schemas import ApplyBody
from wallet_api.viewer import ResidentPerson

router = page_router(PAGES)


@router.get("/rounds/{round_id}")
def show_round(request: Request, round_id: UUID, resident: ResidentPerson, parts: Parts) -> Response:
    """Ask how many units, with what is left under the caps. Refuses RoundUnknown for a round that is not open now."""
    found = [offer for offer in rounds(resident, parts) if offer.round_id == round_id]
    if not found:
        raise RoundUnknown(round_id=str(round_id))
    with parts.database.transaction() as session:
        household_id = household_ids_of(session, [resident.person_id]).get(resident.person_id)
        left = units_left_for(session, round_id, resident.person_id, household_id)
    mine = story(round_id, resident, parts) if found[0].receipt else None
    page = PAGES.page(
        request,
        "wallet/apply.html",
        offer=found[0],
        mine=mine,
        most_units=min(found[0].max_units, left.of_person, left.of_household),
        household_left=None if left.of_household >= UNLIMITED else left.of_household,
        had_a_turn=found[0].first_time_only and left.was_granted,
    )
    page.background = BackgroundTask(note_opening, parts, Opening(round_id, resident.wallet_id))
    return page


@router.post("/rounds/{round_id}")
async def apply_now(
    round_id: UUID,
    resident: ResidentPerson,
    parts: Parts,
    units: Annotated[int, Form(ge=1, le=1_000)],
    form_key: FormKey,
    replaces_version: Annotated[int | None, Form(ge=1)] = None,
) -> Response:
    """Apply, or change the application that the form showed, and lead to the receipt."""
    body = ApplyBody(units=units, replaces_version=replaces_version)
    await apply(round_id, body, resident, parts, form_key)
    return RedirectResponse(f"/wallet/rounds/{round_id}/receipt", 303)


@router.post("/rounds/{round_id}/withdrawal")
async def withdraw_now(round_id: UUID, resident: ResidentPerson, parts: Parts, form_key: FormKey) -> Response:
    """Withdraw the application, and lead to where it says so."""
    await withdraw(round_id, resident, parts, form_key)
    return RedirectResponse(f"/wallet/rounds/{round_id}/receipt", 303)


@router.get("/rounds/{round_id}/receipt")
def show_receipt(request: Request, round_id: UUID, resident: ResidentPerson, parts: Parts) -> Response:
    """The newest receipt, big, and how it came about; it stays after the closing. Refuses ApplicationUnknown."""
    with parts.database.transaction() as session:
        mine = my_application(session, round_id, resident.person_id)
        round_ = find_round(session, round_id)
        campaign = find_campaign(session, round_.campaign_id) if round_ else None
    if mine is None or round_ is None or campaign is None:
        raise ApplicationUnknown
    return PAGES.page(
        request,
        "wallet/receipt.html",
        application=mine,
        told=story(round_id, resident, parts),
        draw_path=draw_path(round_),
        round=round_,
        campaign=campaign,
        is_open=round_.takes_applications(parts.clock.now()),
    )
