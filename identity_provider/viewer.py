"""Whose browser this is: its own secret, the sign-in it carries, and what it is called in a list."""

import re
from typing import Annotated

from fastapi import Depends, Request

from identity.provider.model import Browser, ProviderSession
from identity.provider.queries import signed_in_session
from identity.provider.refusals import NotSignedIn
from identity.provider.rules.secrets import new_secret
from identity_provider.look import BROWSER_COOKIE, SESSION_COOKIE
from identity_provider.parts import Parts, ProviderParts
from kernel.pages import msgid

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_BROWSERS = (("Edg/", "Edge"), ("Line/", "LINE"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


async def _browser(request: Request) -> Browser:
    """The browser, with a new secret of its own when it brings none that we made."""
    secret = BROWSER_COOKIE.read(request)
    if secret is None or not _SECRET.fullmatch(secret):
        secret = new_secret()
    return Browser(secret, SESSION_COOKIE.read(request))


ThisBrowser = Annotated[Browser, Depends(_browser)]


def signed_in(request: Request, parts: Parts) -> ProviderSession:
    """The sign-in of this browser at the provider. Refuses NotSignedIn."""
    with parts.database.transaction() as session:
        return signed_in_session(session, SESSION_COOKIE.read(request), parts.clock.now())


SignedInHere = Annotated[ProviderSession, Depends(signed_in)]


def signed_in_if_any(request: Request, parts: Parts) -> ProviderSession | None:
    """The sign-in of this browser at the provider; None without one."""
    try:
        return signed_in(request, parts)
    except NotSignedIn:
        return None


PerhapsSignedIn = Annotated[ProviderSession | None, Depends(signed_in_if_any)]


def browser_name(request: Request) -> str:
    """What a person calls their browser, such as "Chrome (Android)"; nothing finer is kept."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), msgid("ブラウザー"))
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} ({system})" if system else browser


def network_address(request: Request, parts: ProviderParts) -> str:
    """The network address of a browser: the connection's, or the one that our own proxy added last to its header.

    What stands further left in such a header was written by whoever asks, and is never believed.
    """
    added = request.headers.getlist(parts.address_header) if parts.address_header else []
    if added:
        return added[-1].rpartition(",")[2].strip()
    return request.client.host if request.client else ""
