"""The agency's realm in memory: one registered client, the people, and what was given out."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kashiman.demo.agency_double.people import INVENTED, CardHolder, Formats
from kashiman.demo.doubles.codes import CodeDesk, EarlierLogin
from kashiman.demo.doubles.signing import SigningKeys
from kernel.clock import Clock

DOUBLE_CLIENT_ID = "RP00000001"
CODES_LIVE, ACCESS_TOKENS_LIVE, ID_TOKENS_LIVE = timedelta(seconds=60), timedelta(minutes=5), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Access:
    """Whom an access token is about, what it opens, and until when."""

    person: CardHolder
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(kw_only=True)
class Realm:
    """Everything the double knows."""

    clock: Clock
    issuer: str
    client_id: str = DOUBLE_CLIENT_ID
    client_keys: list[dict[str, Any]] = field(default_factory=list)
    redirect_uris: set[str] = field(default_factory=set)
    formats: Formats = field(default_factory=Formats)
    keys: SigningKeys = field(default_factory=SigningKeys)
    desk: CodeDesk = field(default_factory=lambda: CodeDesk(CODES_LIVE))
    people: dict[str, CardHolder] = field(default_factory=lambda: {person.person_id: person for person in INVENTED})
    accesses: dict[str, Access] = field(default_factory=dict)
    used_assertions: set[str] = field(default_factory=set)
    outages: deque[int] = field(default_factory=deque)
    earlier_login: EarlierLogin = field(default_factory=EarlierLogin)

    def endpoint(self, name: str) -> str:
        """The address of `auth`, `token`, `userinfo` or `certs`; the shape is Keycloak's."""
        return f"{self.issuer}/protocol/openid-connect/{name}"

    def open_access(self, person: CardHolder, scopes: frozenset[str]) -> str:
        """Make an access token."""
        token = secrets.token_urlsafe(48)
        self.accesses[token] = Access(person, scopes, self.clock.now() + ACCESS_TOKENS_LIVE)
        return token

    def access(self, token: str | None) -> Access | None:
        """What a token opens now."""
        access = self.accesses.get(token or "")
        return access if access is not None and self.clock.now() < access.expires_at else None
