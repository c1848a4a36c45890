"""Everything the public pages offer."""

from fastapi import APIRouter

from public_pages.pages import router as pages
from public_pages.routes import draws

router = APIRouter()
router.include_router(draws.router)

__all__ = ["pages", "router"]
