"""The resident's paper card: which one it is, what it pays, and one button that stops it."""

from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from kernel.pages import page_router
from payments.cards.model import CardState
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts
from wallet_api.routes.cards import cards, freeze
from wallet_api.viewer import Resident

router = page_router(PAGES)


@router.get("/cards")
def show_cards(request: Request, resident: Resident, parts: Parts) -> Response:
    """The card in use, and earlier ones below it."""
    found = cards(resident, parts).cards
    in_use = [card for card in found if card.state in {CardState.ACTIVE, CardState.FROZEN}]
    return PAGES.page(
        request,
        "wallet/cards.html",
        cards=in_use,
        earlier=[card for card in found if card not in in_use],
    )


@router.post("/cards/{card_id}/freeze")
def freeze_here(card_id: UUID, resident: Resident, parts: Parts) -> Response:
    """Stop a card and show that it is stopped. Refuses CardUnknown, CardReplaced, CardEnded."""
    freeze(card_id, resident, parts)
    return RedirectResponse("/wallet/cards", 303)
