"""The wallet in a browser, one screen per file: every form works without scripts and asks for one thing once."""

from fastapi import APIRouter

from wallet_api.pages import apply, buy, code, history, home, pay, payment, purchase, sign_in

router = APIRouter()
for screen in (home, sign_in, pay, payment, code, apply, buy, purchase, history):
    router.include_router(screen.router)

__all__ = ["router"]
