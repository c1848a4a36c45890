"""One payment: the screen that both people look at just after it, and the record of it later."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from kernel.clock import city_date
from kernel.pages import page_router
from merchant_portal.feed import position_now
from merchant_portal.pages.look import PAGES
from merchant_portal.pages.reasons import REASONS
from merchant_portal.parts import Parts
from merchant_portal.reach import find_own_payment, find_own_stores, reversals_of
from merchant_portal.viewer import ShopUser
from merchants.queries import store_names
from payments.codes.match_phrase import match_phrase
from payments.codes.payment_number import payment_number
from payments.queries import reversal_reasons

router = page_router(PAGES)
JUST_NOW = timedelta(minutes=5)
A_MOMENT = timedelta(seconds=1)


@router.get("/payments/{payment_id}")
def show_payment(request: Request, payment_id: UUID, viewer: ShopUser, parts: Parts) -> Response:
    """A payment of the user's stores: as just arrived for five minutes, as a past one after that or once given back.

    Refuses PaymentNotFound, also for another shop's payment.
    """
    now = parts.clock.now()
    with parts.database.transaction() as session:
        payment = find_own_payment(session, viewer, payment_id)
        given_back = reversals_of(session, payment, now + A_MOMENT)
        names = store_names(session, [payment.store_id])
        reasons = reversal_reasons(session, [each.id for each in given_back])
        position = position_now(session, [store.store_id for store in find_own_stores(session, viewer)])
    return PAGES.page(
        request,
        "shop/payment.html",
        viewer=viewer,
        payment=payment,
        store_name=names[payment.store_id],
        match_phrase=match_phrase(payment_id),
        number=payment_number(payment_id),
        given_back=given_back,
        reasons=REASONS,
        reasons_given=reasons,
        position=position,
        now=now,
        is_fresh=not given_back and now - payment.paid_at < JUST_NOW,
        is_voidable=not given_back and city_date(payment.paid_at) == city_date(now),
        left_yen=payment.amount_yen + sum(each.amount_yen for each in given_back),
    )
