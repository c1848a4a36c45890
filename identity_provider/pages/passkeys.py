"""Passkeys: the two calls of each ceremony, which the page's script makes (W3C Web Authentication, Level 3)."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from identity.doors.operations.begin_passkey_registration import begin_passkey_registration
from identity.doors.operations.begin_passkey_sign_in import begin_passkey_sign_in
from identity.doors.operations.finish_passkey_registration import finish_passkey_registration
from identity.doors.operations.finish_passkey_sign_in import finish_passkey_sign_in
from identity.doors.operations.revoke_passkey import revoke_passkey
from identity.doors.operations.unlink_identity import unlink_identity
from identity.doors.refusals import DoorNotFound
from identity.model import ProvenSignIn
from identity.provider.model import Browser, ProviderSession
from identity.queries import name_of
from identity_provider.look import ACCOUNT, BROWSER_COOKIE, BROWSER_COOKIE_S, PAGES
from identity_provider.onward import next_address
from identity_provider.pages.sign_in import admitted, keep_sign_in
from identity_provider.parts import Parts
from identity_provider.recording import recorded
from identity_provider.viewer import SignedInHere, ThisBrowser
from kernel.http import STATUS_BY_KIND, retry_headers
from kernel.pages import msgid, page_router, sentence_of
from kernel.refusals import Refusal

router = page_router(PAGES)


class SignInAnswer(BaseModel):
    """What the browser's authenticator answered to a challenge."""

    model_config = ConfigDict(extra="forbid")

    handle: str = Field(default="", max_length=100)
    credential: dict[str, Any]


class RegistrationAnswer(BaseModel):
    """The new passkey, and what its owner calls it."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(default="", max_length=60)
    credential: dict[str, Any]


@router.post("/passkey/challenge")
def challenge(request: Request, browser: ThisBrowser, parts: Parts) -> Response:
    """Begin a sign-in: nobody says who they are before their passkey does."""
    now, bound_to = parts.clock.now(), _digest(browser.secret)
    options = parts.database.run(
        lambda session: begin_passkey_sign_in(session, party=parts.passkeys, browser_session=bound_to, now=now)
    )
    return _bound(request, browser, options)


@router.post("/passkey/sign-in")
def sign_in(request: Request, answer: SignInAnswer, browser: ThisBrowser, parts: Parts) -> Response:
    """Finish a sign-in and say where to go."""
    now, bound_to = parts.clock.now(), _digest(browser.secret)
    response_text = json.dumps(answer.credential)
    outcome = recorded(
        parts,
        "sign_in.passkey",
        lambda session: admitted(
            session,
            finish_passkey_sign_in(session, response_text, party=parts.passkeys, browser_session=bound_to, now=now),
        ),
    )
    if isinstance(outcome, Refusal):
        return _refused(request, outcome)
    response = JSONResponse({"next": next_address(answer.handle)})
    keep_sign_in(response, request, parts, outcome)
    return response


@router.post("/account/passkeys/challenge")
def registration_challenge(request: Request, browser: ThisBrowser, me: SignedInHere, parts: Parts) -> Response:
    """Begin to register a passkey, after a sign-in that is strong and recent enough."""
    now, bound_to = parts.clock.now(), _digest(browser.secret)

    def work(session: Any) -> dict[str, Any]:
        return begin_passkey_registration(
            session,
            signed_in=proof_of(me),
            party=parts.passkeys,
            browser_session=bound_to,
            user_name=name_of(session, me.holder),
            now=now,
        )

    try:
        return _bound(request, browser, parts.database.run(work))
    except Refusal as refusal:
        return _refused(request, refusal)


@router.post("/account/passkeys")
def register(
    request: Request, answer: RegistrationAnswer, browser: ThisBrowser, me: SignedInHere, parts: Parts
) -> Response:
    """Finish to register a passkey."""
    now, bound_to = parts.clock.now(), _digest(browser.secret)
    response_text = json.dumps(answer.credential)
    outcome = recorded(
        parts,
        "passkey.added",
        lambda session: finish_passkey_registration(
            session,
            response_text,
            holder=me.holder,
            party=parts.passkeys,
            browser_session=bound_to,
            label=answer.label or msgid("パスキー"),
            now=now,
        ),
        holder=me.holder,
    )
    if isinstance(outcome, Refusal):
        return _refused(request, outcome)
    return JSONResponse({"next": f"{ACCOUNT}?done=passkey_added"})


@router.post("/account/doors/passkey/{reference}/remove")
def remove_passkey(reference: str, me: SignedInHere, parts: Parts) -> Response:
    """End one of one's own passkeys."""
    now = parts.clock.now()
    credential_id = _credential_id(reference)
    recorded(
        parts,
        "passkey.removed",
        lambda session: revoke_passkey(session, credential_id, signed_in=proof_of(me), now=now),
        holder=me.holder,
    )
    return RedirectResponse(f"{ACCOUNT}?done=door_removed", 303)


@router.post("/account/doors/{door}/{link_id}/remove")
def remove_link(door: str, link_id: UUID, me: SignedInHere, parts: Parts) -> Response:
    """End one of one's own links to a provider."""
    now = parts.clock.now()
    recorded(
        parts,
        "link.removed",
        lambda session: unlink_identity(session, link_id, signed_in=proof_of(me), now=now),
        holder=me.holder,
    )
    return RedirectResponse(f"{ACCOUNT}?done=door_removed", 303)


def proof_of(me: ProviderSession) -> ProvenSignIn:
    """The latest proof of a sign-in, as the doors ask for it."""
    latest = me.latest()
    return ProvenSignIn(me.holder, latest.acr, latest.amr, latest.at)


def _bound(request: Request, browser: Browser, options: dict[str, Any]) -> Response:
    """The options of a ceremony for the browser that began it."""
    response = JSONResponse(options)
    BROWSER_COOKIE.put(response, request, browser.secret, BROWSER_COOKIE_S)
    return response


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _credential_id(reference: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(reference + "=" * (-len(reference) % 4))
    except ValueError:
        raise DoorNotFound from None


def _refused(request: Request, refusal: Refusal) -> Response:
    content = {"code": refusal.code, "sentence": sentence_of(request, refusal)}
    return JSONResponse(content, STATUS_BY_KIND[refusal.kind], retry_headers(refusal))
