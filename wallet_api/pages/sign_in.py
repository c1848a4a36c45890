"""Signing in with the postcard's code, and out."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.refusals import SignInCodeUnreadable, SignInCodeWrong, SignInLocked
from kernel.http import STATUS_BY_KIND
from kernel.pages import page_router, sentence_of
from kernel.refusals import Refusal
from wallet_api.pages.look import HOME, PAGES, SIGN_IN, SIGN_IN_COOKIE
from wallet_api.parts import Parts
from wallet_api.routes.sign_in import sign_in_with_code
from wallet_api.schemas import SignInBody
from wallet_api.viewer import NotAResident

router = page_router(PAGES)
TYPED_LENGTH_MAX = 100


@router.get("/sign-in")
def show_sign_in(request: Request, reason: str = "") -> Response:
    """Ask for the code of the postcard; `reason` says why somebody who was signed in comes here again."""
    return PAGES.page(request, "wallet/sign_in.html", reason=reason, errors={})


@router.post("/sign-in")
def sign_in(request: Request, parts: Parts, code: Annotated[str, Form()] = "") -> Response:
    """Sign in and go to the wallet; a code that is not right is said at the field, without what was typed."""
    try:
        answer = sign_in_with_code(SignInBody(code=code[:TYPED_LENGTH_MAX]), parts)
    except (SignInCodeUnreadable, SignInCodeWrong, SignInLocked, NotAResident) as refusal:
        return _asked_again(request, refusal)
    response = RedirectResponse(HOME, 303)
    SIGN_IN_COOKIE.put(response, request, answer.access_token, answer.expires_in)
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
