"""Signing in with a code, and going on with what the application asked."""

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import RedirectResponse, Response

from identity.doors.operations.sign_in_by_counter_code import sign_in_by_counter_code
from identity.doors.operations.sign_in_by_postcard import sign_in_by_postcard
from identity.doors.refusals import CounterCodeUnreadable
from identity.model import HolderKind, ProvenSignIn
from identity.provider.model import Browser
from identity.provider.operations.continue_authorization import continue_authorization
from identity.provider.operations.start_session import StartedSession, start_session
from identity.roll.queries import demand_living
from identity.roll.refusals import PersonHasDied
from identity_provider.answering import go_on, sign_in_page
from identity_provider.look import BROWSER_COOKIE, BROWSER_COOKIE_S, PAGES, SESSION_COOKIE, SESSION_COOKIE_S
from identity_provider.onward import is_of_request, next_address
from identity_provider.parts import Parts, ProviderParts
from identity_provider.recording import noted, recorded
from identity_provider.viewer import ThisBrowser, browser_name, network_address
from kernel.db import Session
from kernel.http import STATUS_BY_KIND, retry_headers
from kernel.pages import page_router, sentence_of
from kernel.refusals import Refusal

router = page_router(PAGES)
TYPED_LENGTH_MAX = 100


@router.get("/sign-in")
def show_sign_in(request: Request, browser: ThisBrowser, parts: Parts, reason: str = "") -> Response:
    """Ask somebody to sign in who came here without an application; `reason` says why they come again."""
    response = sign_in_page(request, parts, handle="", reason=reason)
    BROWSER_COOKIE.put(response, request, browser.secret, BROWSER_COOKIE_S)
    return response


@router.get("/continue")
def continue_here(request: Request, browser: ThisBrowser, parts: Parts, handle: str = "") -> Response:
    """Go on with a request after a step on another page."""
    now = parts.clock.now()
    outcome = parts.database.run(
        lambda session: noted(session, parts, continue_authorization(session, handle, browser, now=now))
    )
    return go_on(request, parts, browser, handle, outcome)


@router.post("/sign-in")
def sign_in(
    request: Request,
    browser: ThisBrowser,
    parts: Parts,
    code: Annotated[str, Form()] = "",
    handle: Annotated[str, Form()] = "",
) -> Response:
    """Sign in with a code of the post or the counter; one that is not right is said at the field."""
    now = parts.clock.now()
    address = network_address(request, parts)
    outcome = recorded(
        parts,
        "sign_in.code",
        lambda session: _sign_in_by_code(session, code[:TYPED_LENGTH_MAX], parts, address, now),
    )
    if isinstance(outcome, Refusal):
        return _asked_again(request, parts, browser, handle, outcome)
    return signed_in(request, parts, outcome, handle)


def _asked_again(request: Request, parts: ProviderParts, browser: Browser, handle: str, refusal: Refusal) -> Response:
    """Show the same page once more: for the same application, with the same doors."""
    errors, status = {"code": sentence_of(request, refusal)}, STATUS_BY_KIND[refusal.kind]
    if is_of_request(handle):
        now = parts.clock.now()
        outcome = parts.database.run(
            lambda session: noted(session, parts, continue_authorization(session, handle, browser, now=now))
        )
        response = go_on(request, parts, browser, handle, outcome, status=status, errors=errors)
    else:
        response = sign_in_page(request, parts, handle=handle, status=status, errors=errors)
    response.headers.update(retry_headers(refusal))
    return response


def _sign_in_by_code(
    session: Session, code: str, parts: ProviderParts, address: str, now: datetime
) -> ProvenSignIn | Refusal:
    """A code of the counter is digits alone; anything else is one of the post."""
    outcome = sign_in_by_counter_code(session, code, pepper=parts.pepper, address=address, now=now)
    if isinstance(outcome, CounterCodeUnreadable):
        outcome = sign_in_by_postcard(session, code, pepper=parts.pepper, address=address, now=now)
    return admitted(session, outcome)


def admitted(session: Session, outcome: ProvenSignIn | Refusal) -> ProvenSignIn | Refusal:
    """Whom a door proved, unless they are a resident whom the roll records as dead: then PersonHasDied."""
    try:
        return outcome if isinstance(outcome, Refusal) else _living(session, outcome)
    except PersonHasDied as refusal:
        return refusal


def _living(session: Session, proven: ProvenSignIn) -> ProvenSignIn:
    if proven.holder.kind is HolderKind.RESIDENT:
        demand_living(session, proven.holder.id)
    return proven


def signed_in(request: Request, parts: ProviderParts, proven: ProvenSignIn, handle: str) -> Response:
    """Keep the sign-in under a new cookie and go on: to the application, or to one's own page."""
    response = RedirectResponse(next_address(handle), 303)
    keep_sign_in(response, request, parts, proven)
    return response


def keep_sign_in(response: Response, request: Request, parts: ProviderParts, proven: ProvenSignIn) -> None:
    """Start or strengthen this browser's sign-in and put its new cookie on an answer.

    Refuses PersonHasDied when an import has told it since the door let them in.
    """
    now = parts.clock.now()

    def work(session: Session) -> StartedSession:
        living = _living(session, proven)
        return start_session(
            session, living, cookie=SESSION_COOKIE.read(request), browser=browser_name(request), now=now
        )

    SESSION_COOKIE.put(response, request, parts.database.run(work).cookie, SESSION_COOKIE_S)
