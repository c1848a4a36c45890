"""A paper card above its limit: the shop turns the screen round, and the holder types the PIN."""

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from kernel.pages import typed_yen
from kernel.pages.rendering import sentence_of
from kernel.refusals import Refusal
from merchant_portal.pages.look import PAGES
from merchant_portal.viewer import ShopViewer
from payments.cards.refusals import CardPinNeeded, CardPinWrong, PinMalformed

ASKS_FOR_PIN = (CardPinNeeded, CardPinWrong, PinMalformed)


def ask_pin(request: Request, viewer: ShopViewer, refusal: Refusal, typed: Mapping[str, str]) -> Response:
    """The same charge again with a field for the PIN; `typed` has the amount, the card's code and the store."""
    wrong = "" if isinstance(refusal, CardPinNeeded) else sentence_of(request, refusal)
    return PAGES.page(
        request,
        "shop/card_pin.html",
        status=422,
        viewer=viewer,
        amount_yen=typed_yen(typed["amount"]),
        typed=typed,
        errors={"pin": wrong} if wrong else {},
    )
