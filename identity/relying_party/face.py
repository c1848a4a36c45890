"""Signing in and out on the pages of one face, and who is signed in there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from identity.model import HolderKind, SignedIn
from identity.provider.model import FaceSession
from identity.provider.operations.open_face_session import open_face_session
from identity.provider.operations.sign_out_at_face import sign_out_at_face
from identity.provider.operations.use_face_session import use_face_session
from identity.provider.refusals import NotSignedIn
from identity.provider.rules.secrets import digest_of
from identity.provider.rules.sessions import AT_A_FACE
from identity.relying_party.client import FinishedSignIn, PendingSignIn, SignInClient
from kernel.clock import Clock
from kernel.db import Database, Session
from kernel.pages import HostCookie, Pages, check_origin, page_router
from kernel.refusals import ProviderDown

PENDING_S = 600
KNOWN_FOR = timedelta(seconds=5)
KNOWN_MAX = 20_000
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class FaceParts(Protocol):
    """What signing in needs of a face's parts."""

    @property
    def clock(self) -> Clock: ...

    @property
    def database(self) -> Database: ...

    @property
    def sign_in(self) -> SignInClient: ...

    @property
    def known_sessions(self) -> "KnownSessions": ...


@dataclass(frozen=True)
class Face:
    """One face: whom it serves, the cookie of its sessions, and where its pages begin."""

    serves: HolderKind
    cookie: HostCookie
    home: str
    sign_in_page: str

    @property
    def pending_cookie(self) -> HostCookie:
        """What the browser carries while somebody is at the provider."""
        return HostCookie(f"{self.cookie.name}_pending")


@dataclass(frozen=True, slots=True)
class Present:
    """Who is signed in at a face, with the rights that they have now."""

    session: FaceSession
    signed_in: SignedIn


@dataclass
class KnownSessions:
    """What was just looked up, for a few seconds, so that a busy wallet is not looked up at each tap."""

    _known: dict[bytes, tuple[datetime, Present]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def present(self, database: Database, cookie: str | None, client_id: str, now: datetime) -> Present:
        """Who a cookie speaks for. Refuses NotSignedIn. One that was ended is noticed within five seconds."""
        if cookie is None:
            raise NotSignedIn
        digest = digest_of(cookie)
        known = self._known.get(digest)
        if known is not None and timedelta(0) <= now - known[0] < KNOWN_FOR:
            return known[1]
        present = database.run(lambda session: Present(*use_face_session(session, cookie, client_id, now=now)))
        with self._lock:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[digest] = (now, present)
        return present

    def forget(self, cookie: str) -> None:
        """Look this one up again the next time."""
        with self._lock:
            self._known.pop(digest_of(cookie), None)


async def present_at(request: Request, face: Face, parts: FaceParts) -> Present:
    """Who is signed in at a face in this browser.

    What changes something must come from our own pages (ASVS 5.0, 3.5.1). Refuses OriginNotOurs, then NotSignedIn.
    """
    if request.method not in SAFE_METHODS:
        check_origin(request)
    cookie = face.cookie.read(request)
    client_id, now = parts.sign_in.client_id, parts.clock.now()
    return await run_in_threadpool(parts.known_sessions.present, parts.database, cookie, client_id, now)


def sign_in_pages(pages: Pages, face: Face, parts_of: Callable[[Request], FaceParts], template: str) -> APIRouter:
    """The pages with which a face sends people to the provider, takes them back, and signs them out.

    `template` says why somebody has to sign in (`reason`) and leads to `begin`.
    """
    router = page_router(pages)

    def sign_in_page(request: Request, reason: str, status: int = 200) -> Response:
        return pages.page(request, template, status=status, reason=reason, begin=f"{face.sign_in_page}/begin")

    async def unless_down(request: Request, answer: Awaitable[Response]) -> Response:
        """Signing in moves no money, and nobody has to wonder whether it did when the provider does not answer."""
        try:
            return await answer
        except ProviderDown as down:
            response = sign_in_page(request, down.code, 503)
            response.headers["Retry-After"] = str(down.retry_after_s)
            return response

    @router.get("/sign-in")
    async def show_sign_in(request: Request, reason: str = "") -> Response:
        """Say why somebody has to sign in, with one button."""
        return sign_in_page(request, reason)

    @router.get("/sign-in/begin")
    async def begin(request: Request) -> Response:
        """Send somebody to the provider."""
        return await unless_down(request, _sent_there(request, face, parts_of(request)))

    @router.get("/sign-in/callback")
    async def come_back(request: Request) -> Response:
        """Take somebody back from the provider."""
        return await unless_down(request, _taken_back(request, face, parts_of(request)))

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """End the sign-in of this browser, here and at the provider."""
        return await _signed_out(request, face, parts_of(request))

    return router


async def _sent_there(request: Request, face: Face, parts: FaceParts) -> Response:
    pending = PendingSignIn.new()
    response = RedirectResponse(await parts.sign_in.begin(pending, now=parts.clock.now()), 303)
    face.pending_cookie.put(response, request, pending.text(), PENDING_S)
    return response


async def _taken_back(request: Request, face: Face, parts: FaceParts) -> Response:
    now = parts.clock.now()
    pending = PendingSignIn.read(face.pending_cookie.read(request))
    finished = await parts.sign_in.finish(request.query_params, pending, now=now)
    cookie = await run_in_threadpool(_open, parts, face, request, finished, now)
    response = RedirectResponse(face.home, 303)
    face.cookie.put(response, request, cookie, int(AT_A_FACE[face.serves].absolute.total_seconds()))
    face.pending_cookie.drop(response, request)
    return response


async def _signed_out(request: Request, face: Face, parts: FaceParts) -> Response:
    cookie = face.cookie.read(request)
    if cookie is not None:
        await run_in_threadpool(_end, parts, cookie)
        parts.known_sessions.forget(cookie)
    response = RedirectResponse(f"{face.sign_in_page}?reason=signed_out", 303)
    face.cookie.drop(response, request)
    return response


def _open(parts: FaceParts, face: Face, request: Request, finished: FinishedSignIn, now: datetime) -> str:
    def work(session: Session) -> str:
        return open_face_session(
            session,
            client_id=parts.sign_in.client_id,
            session_id=finished.session_id,
            acr=finished.acr,
            auth_time=finished.auth_time,
            earlier_cookie=face.cookie.read(request),
            now=now,
        )

    return parts.database.run(work)


def _end(parts: FaceParts, cookie: str) -> None:
    now = parts.clock.now()
    client_id = parts.sign_in.client_id
    parts.database.run(lambda session: sign_out_at_face(session, cookie, client_id, now=now))
