"""What everybody may see in a browser; the files come first, because a draw's own name could be anything."""

from fastapi import APIRouter

from public_pages.pages import draw, draws, files

router = APIRouter()
for screen in (files, draws, draw):
    router.include_router(screen.router)

__all__ = ["router"]
