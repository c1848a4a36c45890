"""Signing in from a page that LINE opens inside its own app (LINE Front-end Framework)."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.doors.gateway.refusals import ProviderSignInStateWrong
from identity.doors.model import Provider
from identity.provider.operations.use_proof_once import use_proof_once
from identity.provider.refusals import AuthorizationRequestOver
from identity_provider.look import PAGES, SIGN_IN
from identity_provider.onward import next_address
from identity_provider.pages.other_providers import let_in
from identity_provider.parts import LiffApp, Parts
from kernel.db import Session
from kernel.pages import page_router, protect

router = page_router(PAGES)
TOKEN_REMEMBERED_FOR = timedelta(minutes=10)
MODULES = "https://liffsdk.line-scdn.net"
WALLET_SCAN, WALLET_AMOUNT = "/wallet/pay", "/wallet/pay/amount"
ASKED = "https://api.line.me https://access.line.me https://liff.line.me"
"""Where LINE's script loads more of itself from, and whom it asks."""


@router.get("/liff")
def show_liff(request: Request, parts: Parts, handle: str = "") -> Response:
    """The page that a mini app of LINE opens: a script of ours sends on what LINE says of whoever opened it.

    The script beside it is LINE's own, and from LINE: no other page of ours runs one of another origin.
    """
    if parts.liff is None:
        return RedirectResponse(SIGN_IN, 303)
    elsewhere = next_address(handle) if handle else SIGN_IN
    page = PAGES.page(request, "id/liff.html", liff=parts.liff, handle=handle, elsewhere=elsewhere)
    return _with_script_of_line(page, parts.liff)


@router.get("/liff/scan")
def show_scan(request: Request, parts: Parts) -> Response:
    """LINE's own camera, for who has no other here: it reads a shop's code, and the wallet goes on from there.

    The address lies below that of the mini app, because LINE's script works nowhere else.
    """
    if parts.liff is None:
        return RedirectResponse(WALLET_SCAN, 303)
    page = PAGES.page(request, "id/liff_scan.html", liff=parts.liff, elsewhere=WALLET_SCAN, leads_to=WALLET_AMOUNT)
    return _with_script_of_line(page, parts.liff)


def _with_script_of_line(page: Response, liff: LiffApp) -> Response:
    """Let a page run LINE's script, and that script ask LINE."""
    sdk = urlsplit(liff.sdk)
    policy = protect(page).headers["Content-Security-Policy"]
    allowed = f"script-src 'self' {sdk.scheme}://{sdk.netloc} {MODULES}; connect-src 'self' {MODULES} {ASKED}"
    page.headers["Content-Security-Policy"] = f"{policy}; {allowed}"
    return page


@router.post("/liff")
def sign_in_with_liff(
    request: Request, parts: Parts, id_token: Annotated[str, Form()] = "", handle: Annotated[str, Form()] = ""
) -> Response:
    """Take in whom LINE proved inside its own app; a token is good once."""
    if parts.line is None:
        raise AuthorizationRequestOver
    proof = parts.line.verify_liff_token(id_token)
    now = parts.clock.now()

    def work(session: Session) -> bool:
        return use_proof_once(session, "liff_token", proof.token_digest, expires_at=now + TOKEN_REMEMBERED_FOR)

    if not parts.database.run(work):
        raise ProviderSignInStateWrong(Provider.LINE.value)
    return let_in(request, parts, "sign_in.liff", proof.identity, handle, now)
