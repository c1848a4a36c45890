"""Signing in and out."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from kernel.pages import page_router
from staff_console.pages.advice import HOME, SIGN_IN
from staff_console.pages.look import console, cookie
from staff_console.parts import AUDIENCE, Parts
from staff_console.signing_in import sign_in_staff

router = page_router(console)


@router.get("/sign-in")
def sign_in_form(request: Request, reason: str = "") -> Response:
    """Ask for the staff code; `reason` tells why somebody was sent here."""
    return console.page(request, "sign_in.html", time_is_over=reason == "token_expired")


@router.post("/sign-in")
def sign_in(request: Request, code: Annotated[str, Form(max_length=100)], parts: Parts) -> Response:
    """Keep the clerk signed in for the hours of a session."""
    signed_in = sign_in_staff(parts, code)
    token = parts.issuer.issue(signed_in, AUDIENCE, parts.clock.now(), parts.session_lifetime_s)
    response = RedirectResponse(HOME, 303)
    cookie.put(response, request, token, parts.session_lifetime_s)
    return response


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Forget the clerk."""
    response = RedirectResponse(SIGN_IN, 303)
    cookie.drop(response, request)
    return response
