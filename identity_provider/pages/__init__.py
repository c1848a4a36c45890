"""Kashima ID in a browser, one screen per file: every form works without scripts."""

from fastapi import APIRouter

from identity_provider.pages import account, consent, device, liff, logout, other_providers, passkeys, sign_in

router = APIRouter()
for screen in (sign_in, passkeys, other_providers, liff, consent, account, device, logout):
    router.include_router(screen.router)

__all__ = ["router"]
