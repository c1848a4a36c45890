"""One of our faces as an application of the provider: pushed request, code, ID token."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx

from identity.model import Acr
from identity.provider.jose.client_assertion import write_client_assertion
from identity.provider.jose.id_token import read_id_token
from identity.provider.jose.keys import PublicKey, SigningKey
from identity.provider.jose.pkce import challenge_of
from identity.provider.jose.refusals import IdTokenInvalid
from identity.provider.operations.authenticate_client import ASSERTION_TYPE
from identity.relying_party.refusals import SignInNotFinished
from kernel.refusals import ProviderDown

TIMEOUT_S = 10.0
ID_TOKEN_ALG = "ES256"


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """What the browser carries while somebody is at the provider; each part is random."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "PendingSignIn":
        """Make the secrets of one sign-in."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    def text(self) -> str:
        """As a cookie carries it."""
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def read(cls, text: str | None) -> "PendingSignIn":
        """Read what a cookie carried. Refuses SignInNotFinished for another form."""
        parts = (text or "").split(".")
        if len(parts) != 3 or not all(parts):
            raise SignInNotFinished("pending")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class FinishedSignIn:
    """What the provider proved: in which of its sessions, how strongly, and when."""

    session_id: UUID
    acr: Acr
    auth_time: datetime


@dataclass(frozen=True)
class SignInClient:
    """Signs people in for one face. `http` speaks to the provider; `find_key` knows its public keys."""

    client_id: str
    issuer: str
    redirect_uri: str
    scopes: tuple[str, ...]
    key: SigningKey = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    find_key: Callable[[str], PublicKey | None] = field(repr=False)

    async def begin(
        self, pending: PendingSignIn, *, now: datetime, acr: Acr | None = None, max_age_s: int | None = None
    ) -> str:
        """Push a request and answer where to send the browser. Raises ProviderDown."""
        request = {
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge_of(pending.verifier),
            "code_challenge_method": "S256",
            **({"acr_values": acr.value} if acr is not None else {}),
            **({"max_age": str(max_age_s)} if max_age_s is not None else {}),
        }
        answer = await self._post("/id/par", request, now)
        if answer.status_code != 201:
            raise SignInNotFinished("pushed_request")
        query = {"client_id": self.client_id, "request_uri": answer.json()["request_uri"]}
        return f"{self.issuer}/id/authorize?{urlencode(query)}"

    async def finish(self, query: Mapping[str, str], pending: PendingSignIn, *, now: datetime) -> FinishedSignIn:
        """Exchange the code with which the browser came back.

        Refuses SignInNotFinished, in this order: for another state (login CSRF); for another issuer (mix-up, RFC
        9207); for the provider's own no; for a code that is not accepted; for an ID token that is not for us, now.
        """
        if not hmac.compare_digest(query.get("state", "").encode(), pending.state.encode()):
            raise SignInNotFinished("state")
        if query.get("iss") != self.issuer:
            raise SignInNotFinished("issuer")
        if "error" in query or "code" not in query:
            raise SignInNotFinished("denied" if query.get("error") == "access_denied" else "error")
        form = {
            "grant_type": "authorization_code",
            "code": query["code"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": pending.verifier,
        }
        answer = await self._post("/id/token", form, now)
        if answer.status_code != 200:
            raise SignInNotFinished("code")
        return self._finished(answer.json(), pending, now)

    def _finished(self, tokens: Mapping[str, Any], pending: PendingSignIn, now: datetime) -> FinishedSignIn:
        try:
            claims = read_id_token(
                tokens["id_token"],
                find_key=self.find_key,
                issuer=self.issuer,
                client_id=self.client_id,
                alg=ID_TOKEN_ALG,
                nonce=pending.nonce,
                access_token=tokens["access_token"],
                now=now,
            )
        except IdTokenInvalid as invalid:
            raise SignInNotFinished("id_token") from invalid
        return FinishedSignIn(UUID(claims.sid), claims.acr, claims.auth_time)

    async def _post(self, path: str, form: Mapping[str, str], now: datetime) -> httpx.Response:
        assertion = write_client_assertion(
            self.key, client_id=self.client_id, audience=self.issuer, now=now, jti=str(uuid4())
        )
        proof = {"client_id": self.client_id, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        try:
            answer = await self.http.post(f"{self.issuer}{path}", data={**form, **proof}, timeout=TIMEOUT_S)
        except httpx.HTTPError as broken:
            raise ProviderDown from broken
        if answer.status_code >= 500:
            raise ProviderDown
        return answer
