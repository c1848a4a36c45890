"""The wallet in a browser, one screen per file: every form works without scripts and asks for one thing once."""

from fastapi import APIRouter

from wallet_api.pages import (
    apply,
    buy,
    cards,
    check,
    code,
    history,
    home,
    inbox,
    install,
    offline,
    pay,
    payment,
    purchase,
    receipts,
    settings,
    shops,
    sign_in,
    survey,
)

router = APIRouter()
for screen in (
    *(home, sign_in, pay, check, payment, code, apply, buy, purchase, history, receipts, inbox, survey),
    *(shops, settings, install, offline, cards),
):
    router.include_router(screen.router)

__all__ = ["router"]
