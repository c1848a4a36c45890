"""Kashima ID in a browser, one screen per file: every form works without scripts."""

from fastapi import APIRouter

from identity_provider.pages import (
    account,
    consent,
    device,
    liff,
    logout,
    mail_address,
    other_providers,
    passkeys,
    sign_in,
)

router = APIRouter()
for screen in (sign_in, passkeys, other_providers, liff, consent, account, mail_address, device, logout):
    router.include_router(screen.router)

__all__ = ["router"]
