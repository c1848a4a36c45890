"""Signing in with the code on the shop's letter, and out."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.http import STATUS_BY_KIND
from kernel.pages import page_router
from kernel.pages.rendering import sentence_of
from merchant_portal.pages.look import HOME, PAGES, SIGN_IN, SIGN_IN_COOKIE
from merchant_portal.parts import AUDIENCE, Parts
from merchant_portal.signing_in import sign_in_shop_user
from merchant_portal.viewer import NotAShopUser

router = page_router(PAGES)
WORKING_DAY_S = 12 * 3_600
"""A till stays signed in for a working day: nobody looks for the letter while customers wait."""


@router.get("/sign-in")
def show_sign_in(request: Request, reason: str = "") -> Response:
    """Ask for the code; `reason` says why somebody who was signed in comes here again."""
    return PAGES.page(request, "shop/sign_in.html", reason=reason, errors={})


@router.post("/sign-in")
def sign_in(request: Request, parts: Parts, code: Annotated[str, Form()] = "") -> Response:
    """Sign in and go to today's takings; a code that is not right is said at the field, without what was typed."""
    now = parts.clock.now()
    try:
        signed_in = sign_in_shop_user(parts, code, now)
    except (SignInCodeUnreadable, SignInCodeWrong, SignInLocked, NotAShopUser) as refusal:
        errors = {"code": sentence_of(request, refusal)}
        status = STATUS_BY_KIND[refusal.kind]
        return PAGES.page(request, "shop/sign_in.html", status=status, reason="", errors=errors)
    response = RedirectResponse(HOME, 303)
    token = parts.issuer.issue(signed_in, AUDIENCE, now, WORKING_DAY_S)
    SIGN_IN_COOKIE.put(response, request, token, WORKING_DAY_S)
    return response


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Forget the token and say so."""
    response = RedirectResponse(f"{SIGN_IN}?reason=signed_out", 303)
    SIGN_IN_COOKIE.drop(response, request)
    return response
