"""The portal in a browser, one screen per file: every form works without scripts and asks for one thing once."""

from fastapi import APIRouter

from merchant_portal.pages import charge, payment, posters, refund, sign_in, statements, tills, today, void

router = APIRouter()
for screen in (today, sign_in, charge, payment, void, refund, statements, posters, tills):
    router.include_router(screen.router)

__all__ = ["router"]
