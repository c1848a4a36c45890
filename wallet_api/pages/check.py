"""A payment of which nobody knows yet: look what became of it, or give it up for good."""

from typing import Annotated

from fastapi import Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kernel.http import RequestInProgress
from kernel.pages import FormKey, page_router, typed_yen
from kernel.refusals import OutcomeUnknown, Refusal
from payments.operations.give_up_payment import give_up_payment
from payments.queries import answer_to_key
from wallet_api.pages.look import PAGES
from wallet_api.pages.outcomes import AskedPayment, check_page, not_paid_page, paid_page
from wallet_api.parts import Parts
from wallet_api.shop_places import shop_place
from wallet_api.viewer import Resident

router = page_router(PAGES)


@router.get("/pay/check")
def show_check(
    request: Request, resident: Resident, parts: Parts, form_key: str, code: str = "", amount_yen: str = ""
) -> Response:
    """Lead to the payment that was made under a key, or say why it was refused, or that it has not arrived.

    It looks and moves nothing, so that somebody who paid in cash meanwhile may look too.
    """
    with parts.database.transaction() as session:
        answer = answer_to_key(session, wallet_id=resident.wallet_id, key=form_key)
    asked = AskedPayment(code, typed_yen(amount_yen), form_key)
    if isinstance(answer, Refusal):
        return not_paid_page(request, answer, asked)
    if answer is not None:
        return paid_page(answer, form_key)
    return check_page(request, asked, is_looked_up=True)


@router.post("/pay/give-up")
async def give_up(
    request: Request,
    resident: Resident,
    parts: Parts,
    code: Annotated[str, Form()],
    amount_yen: Annotated[str, Form()],
    form_key: FormKey,
) -> Response:
    """Make sure that a payment is never made; when it was made already, lead to it."""
    asked = AskedPayment(code, typed_yen(amount_yen), form_key)
    place, now = await shop_place(code, parts), parts.clock.now()
    given_up = place.request(key=form_key, wallet_id=resident.wallet_id, amount_yen=asked.amount_yen, asked_at=now)
    try:
        with parts.keys_in_progress.entered(str(resident.wallet_id), form_key):
            outcome = await run_in_threadpool(parts.database.run, lambda session: give_up_payment(session, given_up))
    except (OutcomeUnknown, RequestInProgress) as unknown:
        return check_page(request, asked, status=409 if isinstance(unknown, Refusal) else 503)
    if isinstance(outcome, Refusal):
        return not_paid_page(request, outcome, asked)
    return paid_page(outcome, form_key)
