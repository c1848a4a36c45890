"""Signing in and out on the pages of one face, and who is signed in there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple, Protocol

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
from kernel.refusals import ProviderDown, Refusal

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
class KnownDevices:
    """The devices that a face knows by a secret in a cookie; some people it takes on no other device.

    `turned_away` is asked in the transaction that opens or looks up a session, with who it is, the device's secret and
    the time. It answers why this device is turned away, or None; what it records of that is kept.
    """

    cookie: HostCookie
    kept_for_s: int
    turned_away: Callable[[Session, SignedIn, str | None, datetime], Refusal | None]

    def keep(self, response: Response, request: Request, secret: str | None = None) -> None:
        """Let the device keep a new secret, or the one that it has for as long again."""
        kept = secret or self.cookie.read(request)
        if kept is not None:
            self.cookie.put(response, request, kept, self.kept_for_s)


@dataclass(frozen=True)
class Face:
    """One face: whom it serves, the cookie of its sessions, where its pages begin, and what it demands of devices.

    `afresh` are pages that need a sign-in of this very moment, by the word with which they ask for one
    (`…/begin?again=word`): it leads back to them.
    """

    serves: HolderKind
    cookie: HostCookie
    home: str
    sign_in_page: str
    devices: KnownDevices | None = None
    afresh: Mapping[str, str] = field(default_factory=dict)

    @property
    def pending_cookie(self) -> HostCookie:
        """What the browser carries while somebody is at the provider."""
        return HostCookie(f"{self.cookie.name}_pending")


@dataclass(frozen=True, slots=True)
class Present:
    """Who is signed in at a face, with the rights that they have now."""

    session: FaceSession
    signed_in: SignedIn


class SessionAtDevice(NamedTuple):
    """The secrets that a browser brings: of its session, and of itself as a device that the face knows."""

    cookie: str
    device_secret: str | None


@dataclass
class KnownSessions:
    """What was just looked up, for a few seconds, so that a busy wallet is not looked up at each tap."""

    _known: dict[bytes, tuple[datetime, str | None, Present]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def present(
        self, database: Database, face: Face, brought: SessionAtDevice, client_id: str, now: datetime
    ) -> Present:
        """Who a cookie speaks for, on this device. That either was ended is noticed within five seconds.

        Refuses NotSignedIn, then what the face's demand on devices refuses, which ends the sign-in.
        """
        digest = digest_of(brought.cookie)
        known = self._known.get(digest)
        if known is not None and known[1] == brought.device_secret and timedelta(0) <= now - known[0] < KNOWN_FOR:
            return known[2]
        present = database.run(lambda session: _present(session, face, brought, client_id, now))
        if isinstance(present, Refusal):
            self.forget(brought.cookie)
            raise present
        with self._lock:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[digest] = (now, brought.device_secret, present)
        return present

    def forget(self, cookie: str) -> None:
        """Look this one up again the next time."""
        with self._lock:
            self._known.pop(digest_of(cookie), None)


async def present_at(request: Request, face: Face, parts: FaceParts) -> Present:
    """Who is signed in at a face in this browser.

    What changes something must come from our own pages (ASVS 5.0, 3.5.1). Refuses OriginNotOurs, then NotSignedIn,
    then what the face's demand on devices refuses.
    """
    if request.method not in SAFE_METHODS:
        check_origin(request)
    cookie = face.cookie.read(request)
    if cookie is None:
        raise NotSignedIn
    brought = SessionAtDevice(cookie, _device_secret(request, face))
    client_id, now = parts.sign_in.client_id, parts.clock.now()
    return await run_in_threadpool(parts.known_sessions.present, parts.database, face, brought, client_id, now)


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
    async def begin(request: Request, again: str = "") -> Response:
        """Send somebody to the provider; `again` names the page that needs a sign-in of this very moment."""
        return await unless_down(request, _sent_there(request, face, parts_of(request), again))

    @router.get("/sign-in/callback")
    async def come_back(request: Request) -> Response:
        """Take somebody back from the provider."""
        return await unless_down(request, _taken_back(request, face, parts_of(request)))

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """End the sign-in of this browser, here and at the provider."""
        return await _signed_out(request, face, parts_of(request))

    return router


async def _sent_there(request: Request, face: Face, parts: FaceParts, again: str) -> Response:
    pending = PendingSignIn.new()
    max_age_s, carried = (0, f"{pending.text()}~{again}") if again in face.afresh else (None, pending.text())
    response = RedirectResponse(await parts.sign_in.begin(pending, now=parts.clock.now(), max_age_s=max_age_s), 303)
    face.pending_cookie.put(response, request, carried, PENDING_S)
    return response


async def _taken_back(request: Request, face: Face, parts: FaceParts) -> Response:
    now = parts.clock.now()
    carried, _, again = (face.pending_cookie.read(request) or "").partition("~")
    pending = PendingSignIn.read(carried)
    finished = await parts.sign_in.finish(request.query_params, pending, now=now)
    cookie = await run_in_threadpool(_open, parts, face, request, finished, now)
    response = RedirectResponse(face.afresh.get(again, face.home), 303)
    face.cookie.put(response, request, cookie, int(AT_A_FACE[face.serves].absolute.total_seconds()))
    face.pending_cookie.drop(response, request)
    if face.devices is not None:
        face.devices.keep(response, request)
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
    """Start a session at a face; where this device is turned away, it ends in the transaction that began it."""
    client_id = parts.sign_in.client_id

    def work(session: Session) -> str | Refusal:
        cookie = open_face_session(
            session,
            client_id=client_id,
            session_id=finished.session_id,
            acr=finished.acr,
            auth_time=finished.auth_time,
            earlier_cookie=face.cookie.read(request),
            now=now,
        )
        if face.devices is None:
            return cookie
        present = _present(session, face, SessionAtDevice(cookie, _device_secret(request, face)), client_id, now)
        return present if isinstance(present, Refusal) else cookie

    outcome = parts.database.run(work)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _present(
    session: Session, face: Face, brought: SessionAtDevice, client_id: str, now: datetime
) -> Present | Refusal:
    """Who is signed in. A device that is turned away is signed out, at the provider too, so that others can sign in."""
    present = Present(*use_face_session(session, brought.cookie, client_id, now=now))
    if face.devices is None:
        return present
    refusal = face.devices.turned_away(session, present.signed_in, brought.device_secret, now)
    if refusal is None:
        return present
    sign_out_at_face(session, brought.cookie, client_id, now=now)
    return refusal


def _device_secret(request: Request, face: Face) -> str | None:
    return face.devices.cookie.read(request) if face.devices is not None else None


def _end(parts: FaceParts, cookie: str) -> None:
    now = parts.clock.now()
    client_id = parts.sign_in.client_id
    parts.database.run(lambda session: sign_out_at_face(session, cookie, client_id, now=now))
