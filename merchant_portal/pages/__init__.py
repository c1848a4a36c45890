"""The portal in a browser, one screen per file: every form works without scripts and asks for one thing once."""

from fastapi import APIRouter

from merchant_portal.pages import (
    account,
    charge,
    codes,
    join,
    join_state,
    payment,
    posters,
    practice,
    refund,
    sign_in,
    statements,
    tills,
    today,
    void,
)

router = APIRouter()
for screen in (today, sign_in, charge, codes, payment, void, refund, practice, statements, posters, tills):
    router.include_router(screen.router)
for screen in (join_state, join, account):
    router.include_router(screen.router)

__all__ = ["router"]
