"""Signing in with マイナアプリ（旧デジタル認証アプリ）: the Digital Agency's OpenID provider as a client sees it.

Code flow with PKCE S256, `private_key_jwt` (RFC 7523, ES256) and flat scopes, as the agency's reference for clients
says (developers.digital.go.jp, auth-and-sign, authserver-gov). The issuer is configuration and is compared exactly.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from identity.doors.gateway.agency_claims import verified_claims
from identity.doors.gateway.id_tokens import (
    Expected,
    Flaw,
    authenticated_at,
    check_access_token_hash,
    key_id_of,
    methods_of,
    read_id_token,
)
from identity.doors.gateway.pending import PendingProviderSignIn
from identity.doors.gateway.provider_http import ProviderHttp, check_address
from identity.doors.gateway.provider_keys import ProviderKeys
from identity.doors.gateway.refusals import ProviderLevelTooLow
from identity.doors.model import Provider, ProviderIdentity, VerifiedClaims
from identity.model import Acr
from kernel.clock import Clock

PRODUCTION_ISSUER = "https://auth-and-sign.go.jp/api/realms/main"
SANDBOX_ISSUER = "https://sb-auth-and-sign.go.jp/api/realms/main"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFETIME = timedelta(seconds=30)
BASICS = ("name", "address", "birthdate", "gender")
CARD_AND_PIN = ("hwk", "mfa")
"""What the sign-in is made of when the agency names no methods: a key in hardware and a second factor (RFC 8176)."""

_CLIENT_ID = re.compile(r"[0-9a-zA-Z]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencySettings:
    """The city as a client of the agency; `private_key_pem` is a P-256 key whose public half was sent in.

    `demanded_acr` must be among the words of the ID token's `acr`. `accepts_missing_acr` is for a provider that
    does not say how it checked, once the agency has confirmed in writing that it has no weaker way.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    private_key_pem: str = field(repr=False)
    key_id: str
    acr_values: str = "aal3 crl"
    demanded_acr: str = "aal3"
    accepts_missing_acr: bool = False
    timeout_s: float = 5.0

    def __post_init__(self) -> None:
        check_address(self.issuer)
        if not _CLIENT_ID.fullmatch(self.client_id) or not 1 <= len(self.redirect_uri) <= 255:
            raise ValueError("the client id or the redirect address is not one that the agency registers")

    def endpoint(self, name: str) -> str:
        """The address of `auth`, `token`, `userinfo` or `certs`."""
        return f"{self.issuer}/protocol/openid-connect/{name}"


class Agency:
    """A client of the agency. Any method that asks it may raise ProviderDown; none is called in a transaction."""

    def __init__(self, settings: AgencySettings, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        self._settings, self._clock = settings, clock
        self._http = ProviderHttp(Provider.DAS, settings.timeout_s, transport)
        self._keys = ProviderKeys(self._http, settings.endpoint("certs"), clock)
        self._expected = Expected(Provider.DAS, settings.issuer, settings.client_id, "ES256")
        self._private_key = _p256_key(settings.private_key_pem)

    @property
    def issuer(self) -> str:
        """Whom an answer must name when it names an issuer."""
        return self._settings.issuer

    def authorization_url(self, pending: PendingProviderSignIn) -> str:
        """Where the browser goes to sign in; the four basics are asked for only when the sign-in is for them.

        Where somebody has to sign in anew, it is said in the words of OpenID Connect Core 1.0, section 3.1.2.1.
        """
        parameters = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": " ".join(("openid", *BASICS) if pending.with_basics else ("openid",)),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
            "acr_values": self._settings.acr_values,
        }
        if pending.max_age_s is not None:
            parameters["max_age"] = str(pending.max_age_s)
        return f"{self._settings.endpoint('auth')}?{urlencode(parameters)}"

    def exchange(self, code: str, verifier: str, nonce: str, *, with_basics: bool = False) -> ProviderIdentity:
        """Turn a code into who signed in, and with basics into what the card says of them.

        Refuses, in this order: ProviderCodeRefused; ProviderTokenInvalid as `read_id_token` does, and when
        `at_hash` does not fit; ProviderLevelTooLow; ProviderTokenInvalid when the basics are another subject's.
        """
        answer = self._http.post_form(self._settings.endpoint("token"), self._token_form(code, verifier))
        access_token = answer.get("access_token")
        if not isinstance(access_token, str):
            raise self._expected.flawed(Flaw.MISSING)
        claims = self._id_token(answer.get("id_token"), nonce)
        check_access_token_hash(claims, access_token, self._expected)
        self._check_level(claims.get("acr"))
        basics = self._basics(access_token, claims["sub"]) if with_basics else None
        return self._identity(claims, basics)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _token_form(self, code: str, verifier: str) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_uri,
            "code_verifier": verifier,
            "client_id": self._settings.client_id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(),
        }

    def _assertion(self) -> str:
        now = self._clock.now()
        claims = {
            "iss": self._settings.client_id,
            "sub": self._settings.client_id,
            "aud": self._settings.endpoint("token"),
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + ASSERTION_LIFETIME,
        }
        return jwt.encode(claims, self._private_key, "ES256", {"kid": self._settings.key_id})

    def _id_token(self, token: object, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str):
            raise self._expected.flawed(Flaw.MISSING)
        key = self._keys.key(key_id_of(token, self._expected))
        if key is None:
            raise self._expected.flawed(Flaw.KEY_UNKNOWN)
        return read_id_token(token, key, self._expected, now=self._clock.now(), nonce=nonce)

    def _check_level(self, acr: object) -> None:
        if acr is None and self._settings.accepts_missing_acr:
            return
        if not isinstance(acr, str) or self._settings.demanded_acr not in acr.split():
            raise ProviderLevelTooLow(Provider.DAS.value)

    def _basics(self, access_token: str, subject: str) -> VerifiedClaims:
        userinfo = self._http.get_object(self._settings.endpoint("userinfo"), bearer=access_token)
        if userinfo.get("sub") != subject:
            raise self._expected.flawed(Flaw.SUBJECT)
        return verified_claims(userinfo)

    def _identity(self, claims: Mapping[str, Any], basics: VerifiedClaims | None) -> ProviderIdentity:
        return ProviderIdentity(
            provider=Provider.DAS,
            client=self._settings.client_id,
            subject=claims["sub"],
            acr=Acr.JPKI_AUTH,
            amr=methods_of(claims) or CARD_AND_PIN,
            auth_time=authenticated_at(claims),
            claims=basics,
        )


def _p256_key(pem: str) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the agency takes assertions that are signed with a P-256 key")
    return key
