"""The record of one payment, to be looked at, printed and saved."""

from functools import partial
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from kernel.pages import Language, page_router
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.receipts import USABLE_WORDS, own_receipt
from wallet_api.routes.receipts import receipt_response
from wallet_api.viewer import Resident

router = page_router(PAGES)


@router.get("/receipts/{payment_id}")
def show_receipt(request: Request, payment_id: UUID, resident: Resident, parts: Parts) -> Response:
    """A payment of this wallet as it is kept: shop, amount, what was used, what came back.

    Refuses PaymentNotFound, also for a payment of somebody else.
    """
    with parts.database.transaction() as session:
        found = own_receipt(session, resident.wallet_id, payment_id)
    return PAGES.page(request, "wallet/payment_record.html", receipt=found, usable_words=USABLE_WORDS)


@router.get("/receipts/{payment_id}/receipt.pdf")
def save_receipt(request: Request, payment_id: UUID, resident: Resident, parts: Parts) -> Response:
    """The same on a sheet of A5, in the language of the page."""
    language = "en" if PAGES.look_of(request).language is Language.EN else "ja"
    return receipt_response(parts, resident.wallet_id, payment_id, partial(PAGES.text, request), language)
