"""The wallet in a browser, one screen per file: every form works without scripts and asks for one thing once."""

from fastapi import APIRouter

from wallet_api.pages import apply, buy, code, history, home, inbox, pay, payment, purchase, sign_in, survey

router = APIRouter()
for screen in (home, sign_in, pay, payment, code, apply, buy, purchase, history, inbox, survey):
    router.include_router(screen.router)

__all__ = ["router"]
