"""Authorization requests that wait for a person, and codes that are used once (RFC 6749, section 4.1; RFC 7636)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What a client asked for; `challenge` is of S256, None where the provider does not insist on one.

    With `max_age_s` the person must have signed in at most so many seconds ago (OpenID Connect Core 1.0, 3.1.2.1).
    """

    redirect_uri: str
    scopes: frozenset[str]
    state: str
    nonce: str | None
    challenge: str | None
    max_age_s: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A code that was given out: for what request, to whom, and until when it can be used."""

    request: AuthorizationRequest
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EarlierLogin:
    """Everybody signed in at the provider this long ago; unless it `asks_again`, it never lets them do so anew."""

    age_s: int = 0
    asks_again: bool = True

    def age_for(self, request: AuthorizationRequest) -> int:
        """How long ago somebody signed in, in seconds, as the answer to a request says it."""
        is_too_old = request.max_age_s is not None and self.age_s > request.max_age_s
        return 0 if is_too_old and self.asks_again else self.age_s


def max_age_of(asked: Mapping[str, str]) -> int | None:
    """The `max_age` of a request, if it has one."""
    return int(asked["max_age"]) if asked.get("max_age", "").isdigit() else None


class CodeNotValid(Exception):
    """A code that buys nothing; the text says why, as the provider does."""


class CodeDesk:
    """Holds requests until a person chooses, and codes until they are used, once."""

    def __init__(self, codes_live: timedelta) -> None:
        self._codes_live = codes_live
        self._requests: dict[str, AuthorizationRequest] = {}
        self._grants: dict[str, Grant] = {}

    def open(self, request: AuthorizationRequest) -> str:
        """Keep a request; answers the id under which the page asks for it."""
        request_id = secrets.token_urlsafe(16)
        self._requests[request_id] = request
        return request_id

    def close(self, request_id: str) -> AuthorizationRequest | None:
        """Take a request away, once."""
        return self._requests.pop(request_id, None)

    def give_code(self, request: AuthorizationRequest, subject: str, now: datetime) -> str:
        """Make a code for what was asked and who was chosen."""
        code = secrets.token_urlsafe(24)
        self._grants[code] = Grant(request, subject, now + self._codes_live)
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str | None, now: datetime) -> Grant:
        """Use a code up. Raises CodeNotValid for one that is unknown, used, too old, or brought by somebody else."""
        grant = self._grants.pop(code, None)
        if grant is None or now >= grant.expires_at:
            raise CodeNotValid("invalid authorization code")
        if redirect_uri != grant.request.redirect_uri:
            raise CodeNotValid("redirect_uri does not match")
        if grant.request.challenge is not None and _challenge_of(verifier or "") != grant.request.challenge:
            raise CodeNotValid("code_verifier does not match")
        return grant


def _challenge_of(verifier: str) -> str | None:
    if not VERIFIER.fullmatch(verifier):
        return None
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
