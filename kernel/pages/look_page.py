"""The page on which somebody chooses how all pages look."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.pages.look import Language, Look, TextSize, Theme, keep_look
from kernel.pages.rendering import Money, Pages
from kernel.pages.route import page_router
from kernel.pages.way_back import LOOK, way_back

PAGES = Pages("kernel.pages", brand="かしまんPAY", home=f"{LOOK}/", sign_in=f"{LOOK}/", money_if_broken=Money.UNSAID)


def look_pages() -> APIRouter:
    """The router of the page, for all faces at once; behind /look its address holds the way back."""
    router = page_router(PAGES)
    router.add_api_route(LOOK + "/{back:path}", show_look, methods=["GET"])
    router.add_api_route(LOOK + "/{back:path}", choose_look, methods=["POST"])
    return router


def show_look(request: Request, back: str) -> Response:
    """Show what there is to choose."""
    return PAGES.page(request, "look.html", home=_back(request, back), back=_back(request, back), look_address="")


def choose_look(
    request: Request,
    back: str,
    language: Annotated[Language, Form()] = Language.JA,
    text_size: Annotated[TextSize, Form()] = TextSize.NORMAL,
    theme: Annotated[Theme, Form()] = Theme.AUTO,
    furigana: Annotated[bool, Form()] = False,
) -> Response:
    """Keep what was chosen in the browser, and go back to where somebody came from."""
    response = RedirectResponse(_back(request, back), 303)
    keep_look(response, request, Look(language, text_size, furigana, theme))
    return response


def _back(request: Request, back: str) -> str:
    return way_back(back, request.url.query) if back.strip("/\\") else PAGES.home
