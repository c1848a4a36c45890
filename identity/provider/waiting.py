"""Requests that wait for their person, as more than one thing that can happen finds and ends them."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.model import Answer, AuthorizationRequest, Browser, PendingRequest, ProviderSession
from identity.provider.refusals import AuthorizationRequestOver, ProtocolRefusal
from identity.provider.rules.secrets import digest_of
from identity.provider.rules.sessions import is_open
from identity.provider.store import grants as grant_store
from identity.provider.store import sessions as session_store


def find_pending(session: Session, handle: str, browser: Browser, now: datetime) -> PendingRequest:
    """Find a request that still waits, brought by this browser, and hold it. Refuses AuthorizationRequestOver."""
    pending = grant_store.lock_request(session, digest_of(handle))
    if pending is None or pending.is_pushed or pending.used_at is not None or now >= pending.expires_at:
        raise AuthorizationRequestOver
    if pending.browser_digest != digest_of(browser.secret):
        raise AuthorizationRequestOver
    return pending


def signed_in_here(session: Session, browser: Browser, now: datetime) -> ProviderSession | None:
    """The open sign-in of this browser."""
    found = session_store.find_session(session, digest_of(browser.cookie)) if browser.cookie else None
    return found if found is not None and is_open(found, now) else None


def refuse_request(
    session: Session,
    handle: str,
    request: AuthorizationRequest,
    refusal: ProtocolRefusal,
    signed_in: ProviderSession | None,
    now: datetime,
) -> Answer:
    """Answer a request with a refusal in the standard's words; it waits no longer."""
    grant_store.use_request(session, digest_of(handle), now)
    holder = signed_in.holder if signed_in is not None else None
    return Answer(request, {"error": refusal.error, "error_description": refusal.code}, holder)
