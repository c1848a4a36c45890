"""What can be applied for, what was granted, and buying it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from issuance.provider_refusals import BillingNameNotPrintableAtKonbini, BillingNameOrEmailMissing
from issuance.queries import find_campaign, my_grants, my_purchases
from issuance.refusals import GrantUnknown
from kernel.pages import FormKey, msgid, page_router, sentence_of
from wallet_api.draw_links import draw_paths
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts, WalletParts
from wallet_api.routes.applications import rounds
from wallet_api.routes.purchases import buy_units
from wallet_api.schemas import BuyBody
from wallet_api.viewer import PersonViewer, ResidentPerson

router = page_router(PAGES)
NAME_LENGTH_MAX, EMAIL_LENGTH_MAX = 60, 200
MISSING = {
    "billing_name": msgid("コンビニ払いには、お名前が必要です。"),
    "billing_email": msgid("コンビニ払いには、メールアドレスが必要です。"),
}


@router.get("/buy")
def show_all(request: Request, resident: ResidentPerson, parts: Parts) -> Response:
    """Rounds that take applications, grants that can be bought, and purchases as they stand."""
    now = parts.clock.now()
    with parts.database.transaction() as session:
        grants = my_grants(session, resident.person_id, now=now)
        titles = {grant.campaign_id: find_campaign(session, grant.campaign_id) for grant in grants}
        published = draw_paths(session, [grant.round_id for grant in grants])
        purchases = my_purchases(session, resident.person_id)
    return PAGES.page(
        request,
        "wallet/buy.html",
        rounds=rounds(resident, parts),
        grants=grants,
        titles={key: campaign.title for key, campaign in titles.items() if campaign is not None},
        draw_paths=published,
        purchases=purchases,
        now=now,
    )


@router.get("/grants/{grant_id}")
def show_grant(request: Request, grant_id: UUID, resident: ResidentPerson, parts: Parts) -> Response:
    """Ask how many units to buy and how they will be paid. Refuses GrantUnknown."""
    return _asked(request, grant_id, resident, parts, {}, {})


@router.post("/grants/{grant_id}")
def buy_now(
    request: Request,
    grant_id: UUID,
    resident: ResidentPerson,
    parts: Parts,
    form_key: FormKey,
    units: Annotated[int, Form(ge=1, le=1_000)],
    method: Annotated[Literal["card", "konbini"], Form()],
    billing_name: Annotated[str, Form(max_length=NAME_LENGTH_MAX)] = "",
    billing_email: Annotated[str, Form(max_length=EMAIL_LENGTH_MAX)] = "",
) -> Response:
    """Buy, once for the key of the form, and lead to the purchase; what a slip lacks is said at its field."""
    typed = {"units": units, "method": method, "billing_name": billing_name, "billing_email": billing_email}
    body = BuyBody.model_validate({"grant_id": grant_id, **typed})
    try:
        bought = buy_units(body, resident, form_key, parts)
    except BillingNameOrEmailMissing as refusal:
        errors = {field: PAGES.text(request, MISSING[field]) for field in refusal.missing}
        return _asked(request, grant_id, resident, parts, typed, errors)
    except BillingNameNotPrintableAtKonbini as refusal:
        errors = {"billing_name": sentence_of(request, refusal)}
        return _asked(request, grant_id, resident, parts, typed, errors)
    return RedirectResponse(f"/wallet/purchases/{bought.purchase.id}", 303)


def _asked(
    request: Request,
    grant_id: UUID,
    resident: PersonViewer,
    parts: WalletParts,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Response:
    now = parts.clock.now()
    with parts.database.transaction() as session:
        mine = [grant for grant in my_grants(session, resident.person_id, now=now) if grant.grant_id == grant_id]
        campaign = find_campaign(session, mine[0].campaign_id) if mine else None
        published = draw_paths(session, [grant.round_id for grant in mine])
    if not mine or campaign is None:
        raise GrantUnknown
    draw_path = published.get(mine[0].round_id)
    facts = {"grant": mine[0], "campaign": campaign, "draw_path": draw_path, "typed": typed, "errors": errors}
    return PAGES.page(request, "wallet/grant.html", status=422 if errors else 200, **facts)
