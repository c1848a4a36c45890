"""Letting a device without a browser, such as the kiosk in the hall, do one thing."""

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from identity.provider.model import Browser, ProviderSession
from identity.provider.operations.decide_device import decide_device
from identity.provider.queries import client_by_id, waiting_device
from identity.provider.refusals import DeviceCodeUnknown, LevelNotReachable
from identity_provider.answering import SCOPE_TEXTS, sign_in_page
from identity_provider.look import BROWSER_COOKIE, BROWSER_COOKIE_S, PAGES
from identity_provider.onward import device_handle
from identity_provider.parts import Parts, ProviderParts
from identity_provider.recording import recorded
from identity_provider.viewer import PerhapsSignedIn, ThisBrowser
from kernel.http import STATUS_BY_KIND
from kernel.pages import page_router, sentence_of

router = page_router(PAGES)
CODE_LENGTH_MAX = 20


@router.get("/device")
def show_device(request: Request, user_code: str = "") -> Response:
    """Ask for the code that the device shows; scanned, it is filled in, but never sent by itself (RFC 8628, 5.4)."""
    return PAGES.page(request, "id/device.html", user_code=user_code[:CODE_LENGTH_MAX], errors={})


@router.post("/device")
def confirm_device(
    request: Request, browser: ThisBrowser, me: PerhapsSignedIn, parts: Parts, user_code: Annotated[str, Form()] = ""
) -> Response:
    """Show what the device wants, before anything is agreed."""
    return _confirmation(request, parts, browser, me, user_code[:CODE_LENGTH_MAX])


@router.get("/device/confirm")
def confirm_again(
    request: Request, browser: ThisBrowser, me: PerhapsSignedIn, parts: Parts, user_code: str = ""
) -> Response:
    """The same after a sign-in; nothing is agreed by coming here."""
    return _confirmation(request, parts, browser, me, user_code[:CODE_LENGTH_MAX])


@router.post("/device/decide")
def decide(
    request: Request,
    browser: ThisBrowser,
    me: PerhapsSignedIn,
    parts: Parts,
    user_code: Annotated[str, Form()] = "",
    decision: Annotated[str, Form()] = "",
) -> Response:
    """Record the answer; a sign-in that is too weak or too old is asked for again."""
    if me is None:
        return _sign_in_first(request, parts, browser, user_code[:CODE_LENGTH_MAX])
    now = parts.clock.now()
    agrees = decision == "allow"
    try:
        recorded(
            parts,
            "device.allowed" if agrees else "device.denied",
            lambda session: decide_device(
                session, user_code[:CODE_LENGTH_MAX], me, agrees=agrees, wanted=parts.device_acr, now=now
            ),
            holder=me.holder,
        )
    except LevelNotReachable:
        return _sign_in_first(request, parts, browser, user_code[:CODE_LENGTH_MAX], reason="step_up")
    return PAGES.page(request, "id/device_done.html", agrees=agrees)


def _confirmation(
    request: Request, parts: ProviderParts, browser: Browser, me: ProviderSession | None, user_code: str
) -> Response:
    if me is None:
        return _sign_in_first(request, parts, browser, user_code)
    with parts.database.transaction() as session:
        device = waiting_device(session, user_code, parts.clock.now())
        client = client_by_id(session, device.client_id) if device is not None else None
    if device is None or client is None:
        refusal = DeviceCodeUnknown()
        errors, status = {"user_code": sentence_of(request, refusal)}, STATUS_BY_KIND[refusal.kind]
        return PAGES.page(request, "id/device.html", status=status, user_code=user_code, errors=errors)
    told = [SCOPE_TEXTS.get(scope, scope) for scope in device.scopes]
    return PAGES.page(
        request, "id/device_confirm.html", client=client, device=device, told=told, user_code=user_code, me=me
    )


def _sign_in_first(
    request: Request, parts: ProviderParts, browser: Browser, user_code: str, reason: str = ""
) -> Response:
    """Ask for a sign-in that is strong enough, and come back with the code of the device."""
    handle, wanted = device_handle(user_code), (parts.device_acr,)
    response = sign_in_page(request, parts, handle=handle, wanted=wanted, reason=reason)
    BROWSER_COOKIE.put(response, request, browser.secret, BROWSER_COOKIE_S)
    return response
