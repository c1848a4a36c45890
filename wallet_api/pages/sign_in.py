"""Signing in with the postcard's code, and out."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.http import STATUS_BY_KIND
from kernel.pages import page_router, sentence_of
from kernel.refusals import Refusal
from wallet_api.pages.look import HOME, PAGES, SIGN_IN, SIGN_IN_COOKIE
from wallet_api.parts import AUDIENCE, Parts
from wallet_api.signing_in import sign_in_resident
from wallet_api.viewer import NotAResident

router = page_router(PAGES)
TYPED_LENGTH_MAX = 100
A_DAY_OUT_S = 12 * 3_600
"""Pages stay signed in for a day out shopping: nobody looks for the postcard at a till."""


@router.get("/sign-in")
def show_sign_in(request: Request, reason: str = "") -> Response:
    """Ask for the code of the postcard; `reason` says why somebody who was signed in comes here again."""
    return PAGES.page(request, "wallet/sign_in.html", reason=reason, errors={})


@router.post("/sign-in")
def sign_in(request: Request, parts: Parts, code: Annotated[str, Form()] = "") -> Response:
    """Sign in and go to the wallet; a code that is not right is said at the field, without what was typed."""
    now = parts.clock.now()
    try:
        signed_in = sign_in_resident(parts, code[:TYPED_LENGTH_MAX], now)
    except (SignInCodeUnreadable, SignInCodeWrong, SignInLocked, NotAResident) as refusal:
        return _asked_again(request, refusal)
    response = RedirectResponse(HOME, 303)
    token = parts.issuer.issue(signed_in, AUDIENCE, now, A_DAY_OUT_S)
    SIGN_IN_COOKIE.put(response, request, token, A_DAY_OUT_S)
    return response


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Forget the token and say so."""
    response = RedirectResponse(f"{SIGN_IN}?reason=signed_out", 303)
    SIGN_IN_COOKIE.drop(response, request)
    return response


def _asked_again(request: Request, refusal: Refusal) -> Response:
    errors = {"code": sentence_of(request, refusal)}
    status = STATUS_BY_KIND[refusal.kind]
    return PAGES.page(request, "wallet/sign_in.html", status=status, reason="", errors=errors)
