"""The authorization endpoint (RFC 6749, section 3.1; OpenID Connect Core 1.0, section 3.1.2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response

from identity.provider.model import Answer, AuthorizationRequest, Browser, Client, NextPage
from identity.provider.operations.begin_authorization import begin_authorization
from identity.provider.operations.continue_authorization import continue_authorization
from identity.provider.queries import client_by_id
from identity.provider.refusals import (
    AuthorizationRequestInvalid,
    AuthorizationRequestOver,
    ClientNotRegistered,
    ProtocolRefusal,
    RedirectUriNotRegistered,
)
from identity.provider.rules.authorization_request import read_return_address
from identity_provider.answering import go_on
from identity_provider.hint import subject_hint
from identity_provider.look import PAGES
from identity_provider.parts import Parts, ProviderParts
from identity_provider.protocol import FORM_FIELDS_MAX, values_by_name
from identity_provider.recording import noted
from identity_provider.viewer import ThisBrowser
from kernel.db import Session
from kernel.refusals import Outage, Refusal

router = APIRouter(tags=["kashima id"])
PATH = "/id/authorize"
NEVER_SENT_ANYWHERE = (ClientNotRegistered, RedirectUriNotRegistered, AuthorizationRequestOver)


@router.get(PATH)
def authorize(request: Request, browser: ThisBrowser, parts: Parts) -> Response:
    """Begin a sign-in for an application."""
    return _authorized(request, request.query_params, browser, parts)


@router.post(PATH)
async def authorize_by_form(request: Request, browser: ThisBrowser, parts: Parts) -> Response:
    """The same, sent as a form from the application's own page."""
    try:
        sent = await request.form(max_fields=FORM_FIELDS_MAX, max_files=0)
    except HTTPException:
        return PAGES.refusal_page(request, AuthorizationRequestInvalid("body"))
    return await run_in_threadpool(_authorized, request, sent, browser, parts)


def _authorized(request: Request, sent: QueryParams | FormData, browser: Browser, parts: ProviderParts) -> Response:
    """Errors before the address of return is trusted are a page; later ones go to the application (ASVS 10.4.1)."""
    now = parts.clock.now()
    try:
        values = values_by_name(sent)
        parts.mint.keys.keep_fresh()
        handle, outcome = parts.database.run(lambda session: _begun(session, values, browser, parts, now))
    except (Refusal, Outage) as refusal:
        return PAGES.refusal_page(request, refusal)
    return go_on(request, parts, browser, handle, outcome)


def _begun(
    session: Session, values: Mapping[str, Sequence[str]], browser: Browser, parts: ProviderParts, now: datetime
) -> tuple[str, NextPage | Answer]:
    client = _client(session, values)
    try:
        hint = None if "request_uri" in values else subject_hint(values, client, parts)
        handle = begin_authorization(session, client, values, browser=browser.secret, subject_hint=hint, now=now)
    except NEVER_SENT_ANYWHERE:
        raise
    except ProtocolRefusal as refusal:
        return "", noted(session, parts, _refused(values, client, refusal))
    return handle, noted(session, parts, continue_authorization(session, handle, browser, now=now))


def _client(session: Session, values: Mapping[str, Sequence[str]]) -> Client:
    ids = values.get("client_id", ())
    if len(ids) != 1:
        raise ClientNotRegistered
    return client_by_id(session, ids[0])


def _refused(values: Mapping[str, Sequence[str]], client: Client, refusal: ProtocolRefusal) -> Answer:
    address = read_return_address(values, client)
    said = AuthorizationRequest(
        client_id=client.id,
        redirect_uri=address.redirect_uri,
        scopes=(),
        code_challenge="",
        state=address.state,
        response_mode=address.response_mode,
    )
    return Answer(said, {"error": refusal.error, "error_description": refusal.code})
