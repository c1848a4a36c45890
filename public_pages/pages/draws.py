"""The list of draws."""

from fastapi import Request
from starlette.responses import Response

from kernel.pages import page_router
from public_pages.pages.look import PAGES
from public_pages.parts import Parts
from public_pages.routes import draws

router = page_router(PAGES)


@router.get("/")
def list_draws(request: Request, parts: Parts) -> Response:
    """Every draw, the newest first, with how far it is."""
    return PAGES.page(request, "draws/list.html", draws=draws.draws(parts))
