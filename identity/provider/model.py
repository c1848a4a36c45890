"""The vocabulary of the provider: applications, what they ask, and what was granted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from identity.model import Acr, Holder, HolderKind

CODE_LIFETIME_S = 60
REQUEST_LIFETIME_S = 600
PUSHED_LIFETIME_S = 60
DEVICE_LIFETIME_S = 180
DEVICE_INTERVAL_S = 5
MAX_SCOPE_COUNT = 20
TELL_OF_ENDS = "deliver_logouts"
"""The job that tells applications that a sign-in ended: deferred when one does, and once a minute for what failed."""


class ConsentRule(StrEnum):
    """How often somebody is asked before an application learns who they are."""

    SKIP = "skip"
    ONCE = "once"
    ALWAYS = "always"


class GrantType(StrEnum):
    """The ways to a token that exist here (RFC 6749, RFC 8628)."""

    CODE = "authorization_code"
    REFRESH = "refresh_token"
    DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An application that signs people in here.

    `serves` is who may sign in to it and `sector` the purpose that its subjects belong to; a confidential one proves
    itself by the keys in `jwks`, a public one binds its tokens to a key of its own (DPoP). Lifetimes are in seconds;
    without `refresh_lifetime_s` there are no refresh tokens.
    """

    id: str
    name_ja: str
    purpose_ja: str
    serves: HolderKind
    sector: str
    redirect_uris: tuple[str, ...]
    audience: str
    scopes: frozenset[str]
    grant_types: frozenset[GrantType] = frozenset({GrantType.CODE})
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    jwks: Mapping[str, Any] | None = None
    id_token_alg: str = "RS256"
    acr_min: Acr = Acr.LINE
    max_age_s: int | None = None
    consent: ConsentRule = ConsentRule.ONCE
    consent_version: int = 1
    access_lifetime_s: int = 600
    refresh_lifetime_s: int | None = None

    @property
    def is_confidential(self) -> bool:
        return self.jwks is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What an application asks, after every parameter was looked at."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    response_mode: str = "query"
    prompts: frozenset[str] = frozenset()
    max_age_s: int | None = None
    acr_values: tuple[Acr, ...] = ()
    acr_is_essential: bool = False
    dpop_thumbprint: str | None = None
    subject_hint: str | None = None
    ui_locale: str | None = None


class Authentication(NamedTuple):
    """One proof of who somebody is: how strong, by which methods, and when."""

    acr: Acr
    amr: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """A browser in which somebody signed in, with every proof they gave since."""

    id: UUID
    holder: Holder
    browser: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    authentications: tuple[Authentication, ...]

    def latest(self) -> Authentication:
        """The latest proof."""
        return max(self.authentications, key=lambda authentication: authentication.at)


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that waits for somebody to sign in or to agree."""

    request: AuthorizationRequest
    asked_at: datetime
    expires_at: datetime
    is_pushed: bool
    browser_digest: bytes | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What somebody let one application do, from one sign-in; every token comes from a grant."""

    id: UUID
    client_id: str
    session_id: UUID
    holder: Holder
    scopes: tuple[str, ...]
    acr: Acr
    amr: tuple[str, ...]
    auth_time: datetime
    nonce: str | None
    granted_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeState:
    """An authorization code as it is stored."""

    grant: Grant
    redirect_uri: str
    code_challenge: str
    dpop_thumbprint: str | None
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefreshState:
    """A refresh token as it is stored."""

    grant: Grant
    sequence: int
    dpop_thumbprint: str | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A request of a device without a browser, such as the kiosk."""

    client_id: str
    scopes: tuple[str, ...]
    application: str
    asked_at: datetime
    expires_at: datetime
    polled_at: datetime | None
    interval_s: int
    grant: Grant | None
    decided_at: datetime | None
    used_at: datetime | None


class Step(StrEnum):
    """What must happen next before an application gets its answer."""

    SIGN_IN = "sign_in"
    CONSENT = "consent"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes next for a request, and with an answer the proof that it rests on."""

    step: Step
    authentication: Authentication | None = None
    wanted: tuple[Acr, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """What the token endpoint answers, and for whom; lifetimes in seconds."""

    holder: Holder
    access_token: str
    token_type: str
    expires_in_s: int
    scopes: tuple[str, ...]
    id_token: str | None = None
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True)
class FaceSession:
    """A browser that is signed in to one of our own faces."""

    client_id: str
    session_id: UUID
    holder: Holder
    acr: Acr
    auth_time: datetime
    started_at: datetime
    seen_at: datetime


class LogoutDelivery(NamedTuple):
    """An application that has to be told that a sign-in ended, after `attempts` that failed."""

    id: UUID
    client_id: str
    uri: str
    id_token_alg: str
    session_id: UUID
    subject: str
    attempts: int


@dataclass(frozen=True, slots=True)
class SessionView:
    """A sign-in as its owner sees it in the list of devices."""

    id: UUID
    browser: str
    started_at: datetime
    seen_at: datetime
    client_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentView:
    """An application that somebody agreed to, as they see it."""

    id: UUID
    client_id: str
    client_name: str
    purpose: str
    scopes: tuple[str, ...]
    text_version: int
    given_at: datetime


@dataclass(frozen=True, slots=True)
class NextPage:
    """A page has to be shown before the application gets its answer."""

    decision: Decision
    client: Client
    request: AuthorizationRequest
    session: ProviderSession | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the application, at an address that is its own: a code, or an error; and who was there."""

    request: AuthorizationRequest
    parameters: dict[str, str]
    holder: Holder | None = None


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser brought along: its own secret, and the cookie of a sign-in."""

    secret: str
    cookie: str | None
