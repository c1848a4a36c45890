"""Paying at a shop's code: scan it, type the amount, look at it together, pay.

Every step before the payment is an address of its own that shows and moves nothing, so that going back, reloading and
a second tab are harmless. The key of the payment is made when both shop and amount are known, and stands in the
address from then on: whatever somebody does there, it is one payment.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from issuance.queries import find_campaign
from kernel.http import RequestInProgress
from kernel.pages import FormKey, let_scan, new_form_key, page_router, sentence_of, typed_yen
from kernel.refusals import OutcomeUnknown, Refusal
from kernel.yen import AMOUNT_YEN_MAX, AmountNotWholeYen, AmountOutOfRange
from merchants.refusals import PosterUnknown
from payments.codes.refusals import (
    CodeChecksumWrong,
    CodeKeyUnknown,
    CodeOfAnotherScheme,
    CodeSignatureInvalid,
    CodeUnreadable,
)
from payments.queries import answer_to_key, usual_payment_yen
from wallet_api.pages.look import PAGES
from wallet_api.pages.outcomes import AskedPayment, check_page, not_paid_page, not_this_code_page, paid_page
from wallet_api.parts import Parts, WalletParts
from wallet_api.routes.payments import pay
from wallet_api.routes.wallet import wallet
from wallet_api.schemas import PayBody, PaymentAnswer
from wallet_api.shop_places import SHOP_CODE_LENGTH_MAX, ShopPlace, demand_payable, read_shop_place
from wallet_api.spending_plans import plan_spending
from wallet_api.viewer import Resident, ResidentViewer

router = page_router(PAGES)
CODE_REFUSALS = (
    *(CodeUnreadable, CodeChecksumWrong, CodeOfAnotherScheme, CodeKeyUnknown, CodeSignatureInvalid),
    PosterUnknown,
)
BY_CAMERA = "camera"
UNUSUAL_TIMES = 3
"""So many times what is usual at a shop is worth a second look: a digit too many is ten times."""


@router.get("/pay")
def show_pay(request: Request, resident: Resident, parts: Parts) -> Response:
    """Read the shop's code: by the camera, from a photo, or by the number that stands under it."""
    return _scan_page(request, {})


@router.get("/pay/amount")
def show_amount(
    request: Request, resident: Resident, parts: Parts, code: str = "", by: str = "", amount: str = ""
) -> Response:
    """Say which shop it is and ask for the amount; a code that carries one leads on to the confirmation."""
    try:
        place = read_shop_place(code, parts)
    except CODE_REFUSALS as refusal:
        if by == BY_CAMERA:
            return not_this_code_page(request, refusal)
        return _scan_page(request, {"code": sentence_of(request, refusal)}, code)
    if place.amount_yen is not None:
        return _confirmation_of(code, str(place.amount_yen))
    return _amount_page(request, resident, parts, place, code, amount, {})


@router.get("/pay/confirm")
def show_confirm(
    request: Request, resident: Resident, parts: Parts, code: str = "", amount: str = "", form_key: str = ""
) -> Response:
    """Show shop and amount big, for both people to look at; no money moves yet. What is wrong is said at its field."""
    try:
        place = read_shop_place(code, parts)
    except CODE_REFUSALS as refusal:
        return _scan_page(request, {"code": sentence_of(request, refusal)}, code)
    try:
        amount_yen = typed_yen(str(place.amount_yen or amount))
    except (AmountNotWholeYen, AmountOutOfRange) as refusal:
        errors = {"amount": sentence_of(request, refusal)}
        return _amount_page(request, resident, parts, place, code, amount, errors)
    if not form_key:
        return _confirmation_of(code, amount)
    if _was_decided(resident, parts, form_key):
        asked = AskedPayment(code.strip(), amount_yen, form_key)
        return RedirectResponse(f"/wallet/pay/check?{urlencode(asked._asdict())}", 303)
    try:
        facts = _confirm_facts(resident, parts, place, amount_yen)
    except Refusal as refusal:
        return not_this_code_page(request, refusal)
    return PAGES.page(request, "wallet/confirm.html", code=code.strip(), form_key=form_key, **facts)


@router.post("/pay")
async def pay_now(
    request: Request,
    resident: Resident,
    parts: Parts,
    code: Annotated[str, Form()],
    amount_yen: Annotated[str, Form()],
    form_key: FormKey,
) -> Response:
    """Pay, once for the key of the form, and lead to the payment; when nobody can tell yet, offer to look again."""
    body = PayBody(code=code.strip()[:SHOP_CODE_LENGTH_MAX], amount_yen=typed_yen(amount_yen))
    asked = AskedPayment(body.code, body.amount_yen, form_key)
    try:
        paid = await pay(body, resident, form_key, parts)
    except (OutcomeUnknown, RequestInProgress) as unknown:
        return check_page(request, asked, status=409 if isinstance(unknown, Refusal) else 503)
    except Refusal as refusal:
        return not_paid_page(request, refusal, asked)
    answer = PaymentAnswer.model_validate_json(bytes(paid.body))
    return paid_page(answer.payment_id, form_key)


def _confirmation_of(code: str, amount: str) -> Response:
    """Lead to the confirmation with a key of its own."""
    query = {"code": code.strip(), "amount": amount.strip(), "form_key": new_form_key()}
    return RedirectResponse(f"/wallet/pay/confirm?{urlencode(query)}", 303)


def _was_decided(resident: ResidentViewer, parts: WalletParts, form_key: str) -> bool:
    """Whether the payment of this confirmation was made or refused already: somebody went back, or reloaded."""
    with parts.database.transaction() as session:
        return answer_to_key(session, wallet_id=resident.wallet_id, key=form_key) is not None


def _scan_page(request: Request, errors: dict[str, str], code: str = "") -> Response:
    facts = {"code": code, "errors": errors, "has_line_camera": _has_line_camera(request)}
    return let_scan(PAGES.page(request, "wallet/pay.html", status=422 if errors else 200, **facts))


def _has_line_camera(request: Request) -> bool:
    """Whether LINE's own camera can help out: the city has a page inside LINE, and this is LINE's browser."""
    parts: WalletParts = request.app.state.wallet
    return parts.is_inside_line and "Line/" in request.headers.get("user-agent", "")


def _amount_page(
    request: Request,
    resident: ResidentViewer,
    parts: WalletParts,
    place: ShopPlace,
    code: str,
    amount: str,
    errors: dict[str, str],
) -> Response:
    try:
        with parts.database.transaction() as session:
            shop = demand_payable(session, place, resident, parts.clock.now())
    except Refusal as refusal:
        return not_this_code_page(request, refusal)
    return PAGES.page(
        request,
        "wallet/amount.html",
        status=422 if errors else 200,
        code=code.strip(),
        amount=amount,
        errors=errors,
        shop=shop,
        usable_yen=plan_spending(wallet(resident, parts).lots, shop.size, 0).usable_yen,
        digits_max=len(str(AMOUNT_YEN_MAX)),
    )


def _confirm_facts(resident: ResidentViewer, parts: WalletParts, place: ShopPlace, amount_yen: int) -> dict[str, Any]:
    """What the confirmation shows. Refuses as `demand_payable` does."""
    held = wallet(resident, parts)
    with parts.database.transaction() as session:
        shop = demand_payable(session, place, resident, parts.clock.now())
        usual_yen = usual_payment_yen(session, shop.store_id)
        plan = plan_spending(held.lots, shop.size, amount_yen)
        campaigns = {use.lot.campaign_id: find_campaign(session, use.lot.campaign_id) for use in plan.uses}
    return {
        "shop": shop,
        "amount_yen": amount_yen,
        "plan": plan,
        "titles": {key: campaign.title for key, campaign in campaigns.items() if campaign is not None},
        "is_unusual": usual_yen is not None and amount_yen > UNUSUAL_TIMES * usual_yen,
        "is_dynamic": place.reference is not None,
    }
