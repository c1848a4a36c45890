"""Signing out at the provider, at an application's wish or one's own (OpenID Connect RP-Initiated Logout 1.0)."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from identity.provider.jose.id_token import IdTokenClaims, read_id_token_hint
from identity.provider.model import ProviderSession
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.queries import client_by_id
from identity.provider.refusals import AuthorizationRequestInvalid, ClientNotRegistered
from identity_provider.answering import may_lead_to
from identity_provider.look import PAGES, SESSION_COOKIE, SIGN_IN
from identity_provider.parts import Parts, ProviderParts
from identity_provider.protocol import FORM_FIELDS_MAX, values_by_name
from identity_provider.protocol import Form as SentOnce
from identity_provider.recording import recorded
from identity_provider.viewer import PerhapsSignedIn, signed_in_if_any
from kernel.db import Session
from kernel.pages import page_router, protect
from kernel.refusals import Outage, Refusal

router = page_router(PAGES)
for_applications = APIRouter(tags=["kashima id"])
PATH = "/id/logout"
STATE_LENGTH_MAX = 512
ASKED = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


@router.get("/logout")
def sign_out_for_application(
    request: Request,
    me: PerhapsSignedIn,
    parts: Parts,
    id_token_hint: str = "",
    client_id: str = "",
    post_logout_redirect_uri: str = "",
    state: str = "",
) -> Response:
    """End the sign-in that a genuine ID token names; without one the person is asked first (ASVS 5.0, 10.6.2)."""
    return _asked(request, me, parts, id_token_hint, client_id, post_logout_redirect_uri, state)


@for_applications.post(PATH)
async def sign_out_for_application_by_form(request: Request, parts: Parts) -> Response:
    """The same, sent as a form from the application's own page (RP-Initiated Logout 1.0, section 2)."""
    try:
        sent = await request.form(max_fields=FORM_FIELDS_MAX, max_files=0)
        form = SentOnce(values_by_name(sent))
        return protect(await run_in_threadpool(_asked_by_form, request, form, parts))
    except HTTPException:
        return PAGES.refusal_page(request, AuthorizationRequestInvalid("body"))
    except (Refusal, Outage) as refusal:
        return PAGES.refusal_page(request, refusal)


@router.post("/logout/confirm")
def sign_out(
    request: Request,
    me: PerhapsSignedIn,
    parts: Parts,
    client_id: Annotated[str, Form()] = "",
    post_logout_redirect_uri: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = "",
) -> Response:
    """End the sign-in of this browser, as its person confirmed on a page of ours."""
    back = _address_of_return(parts, client_id, post_logout_redirect_uri, state)
    return _signed_out(request, parts, me, back)


def _asked_by_form(request: Request, form: SentOnce, parts: ProviderParts) -> Response:
    """Go on as for a link. Browsers keep our cookie from other sites' forms, so they are sent here again to bring it.

    A form changes nothing by itself that a link would not: it ends a sign-in for a genuine ID token of it, and asks
    without one.
    """
    asked = {name: form.text(name) or "" for name in ASKED}
    if SESSION_COOKIE.read(request) is None:
        return RedirectResponse(f"{PATH}?{urlencode({name: value for name, value in asked.items() if value})}", 303)
    return _asked(request, signed_in_if_any(request, parts), parts, *asked.values())


def _asked(
    request: Request,
    me: ProviderSession | None,
    parts: ProviderParts,
    id_token_hint: str,
    client_id: str,
    post_logout_redirect_uri: str,
    state: str,
) -> Response:
    hint = _hint(parts, id_token_hint, client_id)
    application = hint.audience if hint is not None else client_id
    back = _address_of_return(parts, application, post_logout_redirect_uri, state)
    if me is None or (hint is not None and hint.sid == str(me.id)):
        return _signed_out(request, parts, me, back)
    wish = {"client_id": application, "post_logout_redirect_uri": post_logout_redirect_uri, "state": state}
    page = PAGES.page(request, "id/logout.html", wish=wish if back else {})
    return may_lead_to(page, back) if back else page


def _signed_out(request: Request, parts: ProviderParts, me: ProviderSession | None, back: str) -> Response:
    if me is not None:
        now = parts.clock.now()
        recorded(
            parts,
            "logout.confirmed",
            lambda session: end_sessions(session, me.holder, only=me.id, by="logout", now=now),
            holder=me.holder,
        )
    response = RedirectResponse(back or f"{SIGN_IN}?reason=signed_out", 303)
    SESSION_COOKIE.drop(response, request)
    return response


def _hint(parts: ProviderParts, id_token_hint: str, client_id: str) -> IdTokenClaims | None:
    if not id_token_hint:
        return None
    try:
        return read_id_token_hint(
            id_token_hint, find_key=parts.mint.keys.public_key, issuer=parts.issuer, audience=client_id or None
        )
    except Refusal:
        return None


def _address_of_return(parts: ProviderParts, application: str, uri: str, state: str) -> str:
    """Where to go afterwards: an address that the application registered, else nowhere."""
    if not uri or not application:
        return ""

    def registered(session: Session) -> tuple[str, ...]:
        return client_by_id(session, application).post_logout_redirect_uris

    try:
        if uri not in parts.database.run(registered):
            return ""
    except ClientNotRegistered:
        return ""
    if not state:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'state': state[:STATE_LENGTH_MAX]})}"
