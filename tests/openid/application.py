"""An application that signs people in at a provider, as the OpenID and OAuth texts describe one.

A confidential one proves itself by private_key_jwt and pushes its requests; a public one sends them by the browser and
binds its tokens to a key of its own.
"""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import jwt

from tests.openid.provider_under_test import Json, ProviderUnderTest, RegisteredClient, new_key
from tests.openid.visitor import Visitor

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIVES_S = 60
CLOCKS_DIFFER_S = 5


@dataclass(frozen=True)
class Attempt:
    """What an application remembers between sending a person away and their return."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """The code challenge by S256 (RFC 7636, section 4.2)."""
        return _unpadded(hashlib.sha256(self.verifier.encode()).digest())


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint gave for a code, with the header and the verified claims of the ID token."""

    access_token: str
    id_token: str
    refresh_token: str
    header: Json
    claims: Json
    code: str
    attempt: Attempt


class Application:
    """One registered client at one provider, driven by a test."""

    def __init__(self, provider: ProviderUnderTest, client: RegisteredClient) -> None:
        self.provider, self.client = provider, client
        self.is_public = client.key is None
        self.own_key = new_key()
        self.http = httpx.Client(trust_env=False, timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def request(self, attempt: Attempt, **changes: str | None) -> dict[str, str]:
        """The parameters of an authorization request; a change of None leaves a parameter out."""
        parameters: dict[str, str | None] = {
            "client_id": self.client.client_id,
            "response_type": "code",
            "redirect_uri": self.client.redirect_uri,
            "scope": "openid",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**parameters, **changes}.items() if value is not None}

    def address(self, request: dict[str, str]) -> str:
        """The address to which an application sends a person's browser with these parameters in it."""
        return f"{self.provider.endpoint('authorization_endpoint')}?{urlencode(request)}"

    def push(self, request: dict[str, str]) -> dict[str, str]:
        """Push a request ahead, and answer the short one that stands for it (RFC 9126)."""
        answer = self.post("pushed_authorization_request_endpoint", **request)
        assert answer.status_code == 201, answer.text
        assert 0 < answer.json()["expires_in"] <= 600
        return {"client_id": self.client.client_id, "request_uri": answer.json()["request_uri"]}

    def ask(self, visitor: Visitor, **changes: str | None) -> tuple[Attempt, dict[str, str]]:
        """Send somebody to the provider, and answer with what parameters they come back."""
        attempt = new_attempt()
        request = self.request(attempt, **changes)
        address = self.address(request if self.is_public else self.push(request))
        landed = visitor.land(address, self.client.redirect_uri)
        self.check_landing(attempt, landed)
        return attempt, landed

    def sign_in(self, visitor: Visitor, **changes: str | None) -> Tokens:
        """Send somebody to the provider, and exchange the code with which they come back."""
        attempt, landed = self.ask(visitor, **changes)
        return self.take_tokens(attempt, landed)

    def check_landing(self, attempt: Attempt, landed: dict[str, str]) -> None:
        """The state is ours, and the issuer is the one that was asked (RFC 9207, section 2.4)."""
        assert (landed.get("state"), landed.get("iss")) == (attempt.state, self.provider.issuer)

    def take_tokens(self, attempt: Attempt, landed: dict[str, str]) -> Tokens:
        """Exchange the code and verify the ID token (OpenID Connect Core 1.0, section 3.1.3.7)."""
        assert "error" not in landed, landed
        answer = self.exchange(attempt, landed["code"])
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        given = answer.json()
        header, claims = self.verify_id_token(given["id_token"])
        assert claims["sub"]
        return Tokens(
            access_token=given["access_token"],
            id_token=given["id_token"],
            refresh_token=given.get("refresh_token", ""),
            header=header,
            claims=claims,
            code=landed["code"],
            attempt=attempt,
        )

    def exchange(self, attempt: Attempt, code: str) -> httpx.Response:
        """Ask for the tokens of a code."""
        return self.ask_token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.client.redirect_uri,
            code_verifier=attempt.verifier,
        )

    def refresh(self, refresh_token: str) -> httpx.Response:
        """Ask for new tokens for a refresh token."""
        return self.ask_token(grant_type="refresh_token", refresh_token=refresh_token)

    def ask_token(self, **form: str) -> httpx.Response:
        """Ask the token endpoint for something."""
        return self.post("token_endpoint", **form)

    def post(self, endpoint: str, **form: str) -> httpx.Response:
        """Post a form to an endpoint as this application, proven by an assertion (RFC 7523, section 2.2) or a key."""
        address = self.provider.endpoint(endpoint)
        if self.is_public:
            data = {"client_id": self.client.client_id, **form}
            return self.http.post(address, data=data, headers={"dpop": self.key_proof("POST", address)})
        proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion()}
        return self.http.post(address, data={"client_id": self.client.client_id, **proof, **form})

    def assertion(self, **changes: object) -> str:
        """A client assertion; a change of None leaves a claim out."""
        assert self.client.key is not None
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.client.client_id,
            "sub": self.client.client_id,
            "aud": self.provider.issuer,
            "iat": now,
            "exp": now + ASSERTION_LIVES_S,
            "jti": str(uuid4()),
        }
        chosen = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(chosen, self.client.key.as_pem(private=True), "ES256", {"kid": self.client.key.kid})

    def userinfo(self, access_token: str, method: str = "GET") -> httpx.Response:
        """Ask who the person is, with the token in the header."""
        address = self.provider.endpoint("userinfo_endpoint")
        if self.is_public:
            proof = self.key_proof(method, address, access_token)
            return self.http.request(method, address, headers={"authorization": f"DPoP {access_token}", "dpop": proof})
        return self.http.request(method, address, headers={"authorization": f"Bearer {access_token}"})

    def key_proof(self, method: str, address: str, access_token: str = "") -> str:
        """A proof that we hold the key that our tokens are bound to (RFC 9449, section 4.2)."""
        claims = {"jti": str(uuid4()), "htm": method, "htu": address, "iat": int(time.time())}
        if access_token:
            claims["ath"] = _unpadded(hashlib.sha256(access_token.encode()).digest())
        header = {"typ": "dpop+jwt", "jwk": self.own_key.as_dict(private=False)}
        return jwt.encode(claims, self.own_key.as_pem(private=True), "ES256", header)

    def sign_out_address(self, tokens: Tokens, **changes: str) -> str:
        """The address at which a person signs out (OpenID Connect RP-Initiated Logout 1.0, section 2)."""
        parameters = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": self.client.signed_out_uri}
        return f"{self.provider.endpoint('end_session_endpoint')}?{urlencode({**parameters, **changes})}"

    def is_active(self, token: str) -> bool:
        """Whether the provider says that one of our tokens is good (RFC 7662)."""
        answer = self.post("introspection_endpoint", token=token)
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["active"])

    def verify_id_token(self, token: str) -> tuple[Json, Json]:
        """The header and the claims of an ID token made for us, in the algorithm that we registered."""
        header, claims = self._verified(token, [self.client.id_token_alg])
        assert claims["exp"] > claims["iat"] >= time.time() - 60
        return header, claims

    def verify_logout_token(self, token: str) -> tuple[Json, Json]:
        """The header and the claims of a logout token made for us."""
        return self._verified(token, [self.client.id_token_alg])

    def _verified(self, token: str, algorithms: list[str]) -> tuple[Json, Json]:
        known = jwt.PyJWKSet.from_dict(self.http.get(self.provider.endpoint("jwks_uri")).json())
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token,
            known[header["kid"]],
            algorithms=algorithms,
            audience=self.client.client_id,
            issuer=self.provider.issuer,
            leeway=CLOCKS_DIFFER_S,
        )
        return header, claims


def new_attempt() -> Attempt:
    """Fresh secrets for one sign-in."""
    return Attempt(state=secrets.token_urlsafe(16), nonce=secrets.token_urlsafe(16), verifier=secrets.token_urlsafe(48))


def _unpadded(data: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()
