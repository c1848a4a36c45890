"""The doors that lead over somebody else's provider: LINE, and the agency's app."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.doors.gateway.pending import PendingProviderSignIn, begin_provider_sign_in, read_callback
from identity.doors.gateway.refusals import ProviderSignInStateWrong
from identity.doors.model import Provider, ProviderIdentity
from identity.doors.operations.link_by_verified_claims import link_by_verified_claims
from identity.doors.operations.link_identity import link_identity
from identity.doors.operations.sign_in_by_link import sign_in_by_link
from identity.doors.refusals import ProviderLoginTooOld, ProviderNotLinked
from identity.doors.rules.links import signed_in_anew
from identity.model import ProvenSignIn
from identity.provider.operations.keep_provider_sign_in import keep_provider_sign_in
from identity.provider.operations.take_provider_sign_in import take_provider_sign_in
from identity.provider.queries import signed_in_session
from identity.provider.refusals import AuthorizationRequestOver
from identity_provider.answering import sign_in_page
from identity_provider.look import ACCOUNT, BROWSER_COOKIE, BROWSER_COOKIE_S, PAGES, SESSION_COOKIE, SIGN_IN
from identity_provider.onward import next_address, wants_sign_in_since
from identity_provider.pages.passkeys import proof_of
from identity_provider.pages.sign_in import admitted, signed_in
from identity_provider.parts import Parts, ProviderParts
from identity_provider.recording import recorded
from identity_provider.viewer import SignedInHere, ThisBrowser
from kernel.db import Session
from kernel.pages import Advice, page_router
from kernel.refusals import ProviderDown, Refusal

router = page_router(PAGES)
LINKING = "link"
ANOTHER_DOOR = Advice(
    "その場でもういちどログインしなおしてから、やりなおしてください。ほかの方法でもログインできます。",
    "ログイン方法をえらびなおす",
    SIGN_IN,
)


class OtherSide(Protocol):
    """A provider that a browser is sent to and comes back from."""

    @property
    def issuer(self) -> str: ...

    def authorization_url(self, pending: PendingProviderSignIn) -> str: ...


@router.post("/line")
def sign_in_with_line(
    request: Request, browser: ThisBrowser, parts: Parts, handle: Annotated[str, Form()] = ""
) -> Response:
    """Send somebody to LINE to sign in."""
    return _send_away(request, parts, Provider.LINE, browser.secret, handle)


@router.post("/agency")
def sign_in_with_agency(
    request: Request, browser: ThisBrowser, parts: Parts, handle: Annotated[str, Form()] = ""
) -> Response:
    """Send somebody to the agency's app to sign in; the four basics find those who come for the first time."""
    return _send_away(request, parts, Provider.DAS, browser.secret, handle)


@router.post("/account/line")
def link_line(request: Request, browser: ThisBrowser, me: SignedInHere, parts: Parts) -> Response:
    """Send somebody who is signed in to LINE, to tie that account to them."""
    return _send_away(request, parts, Provider.LINE, browser.secret, LINKING)


@router.post("/account/agency")
def link_agency(request: Request, browser: ThisBrowser, me: SignedInHere, parts: Parts) -> Response:
    """Send somebody who is signed in to the agency's app, to tie that card to them."""
    return _send_away(request, parts, Provider.DAS, browser.secret, LINKING)


@router.get("/line/callback")
def back_from_line(request: Request, browser: ThisBrowser, parts: Parts) -> Response:
    """Take in whom LINE proved."""
    return _come_back(request, parts, Provider.LINE, browser.secret)


@router.get("/agency/callback")
def back_from_agency(request: Request, browser: ThisBrowser, parts: Parts) -> Response:
    """Take in whom the agency proved."""
    return _come_back(request, parts, Provider.DAS, browser.secret)


def _send_away(request: Request, parts: ProviderParts, provider: Provider, browser: str, handle: str) -> Response:
    other_side, now = _other_side(parts, provider), parts.clock.now()
    since = parts.database.run(lambda session: wants_sign_in_since(session, handle, now))
    max_age_s = int((now - since).total_seconds()) if since is not None else None
    with_basics = provider is Provider.DAS
    pending = begin_provider_sign_in(provider, now=now, with_basics=with_basics, max_age_s=max_age_s)
    record = {**pending.to_record(), "handle": handle}
    parts.database.run(
        lambda session: keep_provider_sign_in(session, pending.state, browser, record, expires_at=pending.expires_at)
    )
    response = RedirectResponse(other_side.authorization_url(pending), 303)
    BROWSER_COOKIE.put(response, request, browser, BROWSER_COOKIE_S)
    return response


def _come_back(request: Request, parts: ProviderParts, provider: Provider, browser: str) -> Response:
    now = parts.clock.now()
    state = request.query_params.get("state", "")
    record = parts.database.run(lambda session: take_provider_sign_in(session, state, browser, now=now))
    handle = str(record.pop("handle"))
    pending = PendingProviderSignIn.from_record(record)
    if pending.provider is not provider:
        raise ProviderSignInStateWrong(provider.value)
    try:
        identity = _identity(parts, pending, dict(request.query_params), now)
    except ProviderDown as outage:
        page = sign_in_page(request, parts, handle="", status=503, reason="other_side_down")
        page.headers["Retry-After"] = str(outage.retry_after_s)
        return page
    if handle == LINKING:
        return _link(request, parts, identity, now)
    return let_in(request, parts, f"sign_in.{provider.value}", identity, handle, now)


def _identity(
    parts: ProviderParts, pending: PendingProviderSignIn, query: Mapping[str, str], now: datetime
) -> ProviderIdentity:
    """Exchange the code, outside every transaction."""
    code = read_callback(query, pending, issuer=_other_side(parts, pending.provider).issuer, now=now)
    if pending.provider is Provider.LINE and parts.line is not None:
        return parts.line.exchange(code, pending.verifier, pending.nonce)
    if parts.agency is None:
        raise AuthorizationRequestOver
    return parts.agency.exchange(code, pending.verifier, pending.nonce, with_basics=pending.with_basics)


def let_in(
    request: Request, parts: ProviderParts, kind: str, identity: ProviderIdentity, handle: str, now: datetime
) -> Response:
    """Sign in whom the other provider proved. One that answers with an old login is not asked for ever."""
    try:
        proven = recorded(parts, kind, lambda session: _sign_in(session, identity, handle, now))
    except ProviderLoginTooOld as refusal:
        return PAGES.refusal_page(request, refusal, advice=replace(ANOTHER_DOOR, path=next_address(handle)))
    return signed_in(request, parts, proven, handle)


def _sign_in(session: Session, identity: ProviderIdentity, handle: str, now: datetime) -> ProvenSignIn:
    anew = signed_in_anew(identity, wants_sign_in_since(session, handle, now))
    by_claims = identity.provider is Provider.DAS
    proven = (link_by_verified_claims if by_claims else sign_in_by_link)(session, anew, now=now)
    outcome = admitted(session, proven)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _link(request: Request, parts: ProviderParts, identity: ProviderIdentity, now: datetime) -> Response:
    with parts.database.transaction() as session:
        me = signed_in_session(session, SESSION_COOKIE.read(request), now)
    recorded(
        parts,
        "link.added",
        lambda session: link_identity(session, identity, signed_in=proof_of(me), now=now),
        holder=me.holder,
        provider=identity.provider.value,
    )
    return RedirectResponse(f"{ACCOUNT}?done=linked", 303)


def _other_side(parts: ProviderParts, provider: Provider) -> OtherSide:
    other_side = parts.line if provider is Provider.LINE else parts.agency
    if other_side is None:
        raise ProviderNotLinked(provider.value)
    return other_side
