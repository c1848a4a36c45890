"""One payment: the screen that both people look at just after it, and the record of it later."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request
from starlette.responses import JSONResponse, Response

from identity.provider.jose.keys import jwks
from kernel.pages import page_router
from ledger.queries import END_OF_TIME
from merchants.queries import store_names
from payments.codes.match_phrase import match_phrase
from payments.codes.payment_number import payment_number
from payments.queries import find_payment, wallet_history
from payments.refusals import PaymentNotFound
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.wallet import wallet
from wallet_api.signed_results import sign_result
from wallet_api.viewer import Resident

router = page_router(PAGES)
JUST_NOW = timedelta(minutes=5)
MOVEMENTS_MAX = 200
KEYS_KEPT_S = 3_600


@router.get("/payments/keys")
def result_keys(parts: Parts) -> Response:
    """The key that signs results of payments, as a JSON Web Key Set (RFC 7517): anybody may check a paid screen."""
    headers = {"Cache-Control": f"public, max-age={KEYS_KEPT_S}"}
    return JSONResponse(jwks([parts.result_key]), headers=headers)


@router.get("/payments/{payment_id}")
def show_payment(request: Request, payment_id: UUID, resident: Resident, parts: Parts) -> Response:
    """A payment of this wallet: shown as complete for five minutes, as a past one after that or once given back.

    Refuses PaymentNotFound, also for a payment of somebody else.
    """
    now = parts.clock.now()
    with parts.database.transaction() as session:
        payment = find_payment(session, payment_id)
        if payment is None or payment.wallet_id != resident.wallet_id:
            raise PaymentNotFound(payment_id=str(payment_id))
        (shop,) = store_names(session, [payment.store_id]).values()
        movements = wallet_history(session, resident.wallet_id, before=END_OF_TIME, limit=MOVEMENTS_MAX)
    given_back = [item for item in movements if item.payment_id == payment_id and item.kind != "payment"]
    is_fresh = not given_back and now - payment.paid_at < JUST_NOW
    amount_yen, paid_at = payment.amount_yen, payment.paid_at
    result = sign_result(
        parts.result_key, payment_id=payment_id, shop=shop, amount_yen=amount_yen, paid_at=paid_at, now=now
    )
    return PAGES.page(
        request,
        "wallet/payment.html",
        payment=payment,
        shop=shop,
        match_phrase=match_phrase(payment_id),
        number=payment_number(payment_id),
        given_back=given_back,
        is_fresh=is_fresh,
        result=result if is_fresh else None,
        usable_yen=wallet(resident, parts).usable_yen,
    )
