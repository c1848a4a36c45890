"""The doors that lead over somebody else's provider: LINE, its mini app, and the agency's app."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Protocol

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.doors.gateway.pending import PendingProviderSignIn, begin_provider_sign_in, read_callback
from identity.doors.gateway.refusals import ProviderSignInStateWrong
from identity.doors.model import Provider, ProviderIdentity
from identity.doors.operations.link_by_verified_claims import link_by_verified_claims
from identity.doors.operations.link_identity import link_identity
from identity.doors.operations.sign_in_by_link import sign_in_by_link
from identity.doors.refusals import ProviderNotLinked
from identity.model import ProvenSignIn
from identity.provider.operations.keep_provider_sign_in import keep_provider_sign_in
from identity.provider.operations.take_provider_sign_in import take_provider_sign_in
from identity.provider.operations.use_proof_once import use_proof_once
from identity.provider.queries import signed_in_session
from identity.provider.refusals import AuthorizationRequestOver
from identity_provider.answering import sign_in_page
from identity_provider.look import ACCOUNT, BROWSER_COOKIE, BROWSER_COOKIE_S, PAGES, SESSION_COOKIE
from identity_provider.pages.passkeys import proof_of
from identity_provider.pages.sign_in import signed_in
from identity_provider.parts import Parts, ProviderParts
from identity_provider.recording import recorded
from identity_provider.viewer import SignedInHere, ThisBrowser
from kernel.db import Session
from kernel.pages import page_router
from kernel.refusals import ProviderDown

router = page_router(PAGES)
LIFF_TOKEN_REMEMBERED_FOR = timedelta(minutes=10)
LINKING = "link"


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
        until = now + LIFF_TOKEN_REMEMBERED_FOR
        return use_proof_once(session, "liff_token", proof.token_digest, expires_at=until)

    if not parts.database.run(work):
        raise ProviderSignInStateWrong(Provider.LINE.value)
    proven = recorded(parts, "sign_in.liff", lambda session: sign_in_by_link(session, proof.identity, now=now))
    return signed_in(request, parts, proven, handle)


def _send_away(request: Request, parts: ProviderParts, provider: Provider, browser: str, handle: str) -> Response:
    other_side = _other_side(parts, provider)
    pending = begin_provider_sign_in(provider, now=parts.clock.now(), with_basics=provider is Provider.DAS)
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
    proven = recorded(parts, f"sign_in.{provider.value}", lambda session: _sign_in(session, identity, now))
    return signed_in(request, parts, proven, handle)


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


def _sign_in(session: Session, identity: ProviderIdentity, now: datetime) -> ProvenSignIn:
    if identity.provider is Provider.DAS:
        return link_by_verified_claims(session, identity, now=now)
    return sign_in_by_link(session, identity, now=now)


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
