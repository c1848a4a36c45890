"""Signing in with LINE: LINE Login v2.1 in a browser, and the ID token that a LIFF app brings.

LINE signs the token of a web login with HS256 and the channel secret, and that of a LIFF app with ES256 and a key of
its set, although its discovery document lists ES256 alone (developers.line.biz, "Get profile information from ID
tokens").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx

from identity.doors.gateway.id_tokens import (
    Expected,
    Flaw,
    authenticated_at,
    check_age,
    digest_of_signed_text,
    key_id_of,
    methods_of,
    read_id_token,
)
from identity.doors.gateway.pending import PendingProviderSignIn
from identity.doors.gateway.provider_http import ProviderHttp, check_address
from identity.doors.gateway.provider_keys import ProviderKeys
from identity.doors.model import Provider, ProviderIdentity
from identity.model import Acr
from kernel.clock import Clock

LINE_ISSUER = "https://access.line.me"
LIFF_AGE_MAX = timedelta(minutes=5)
CHANNEL_SECRET_LENGTH_MIN = 32
LINE_USER_ID = re.compile(r"U[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLoginSettings:
    """One LINE Login channel, to which the LIFF apps belong as well, and where LINE is."""

    channel_id: str
    channel_secret: str = field(repr=False)
    redirect_uri: str
    authorization_base: str = "https://access.line.me"
    api_base: str = "https://api.line.me"
    issuer: str = LINE_ISSUER
    timeout_s: float = 5.0

    def __post_init__(self) -> None:
        check_address(self.authorization_base)
        check_address(self.api_base)
        if len(self.channel_secret) < CHANNEL_SECRET_LENGTH_MIN:
            raise ValueError("a channel secret of LINE has 32 characters")


class LiffProof(NamedTuple):
    """Whom a LIFF token proves; whoever calls remembers the digest until `usable_until` and takes it once."""

    identity: ProviderIdentity
    token_digest: bytes
    usable_until: datetime


class LineLogin:
    """A client of LINE Login. Any method that asks LINE may raise ProviderDown; none is called in a transaction."""

    def __init__(self, settings: LineLoginSettings, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        self._settings, self._clock = settings, clock
        self._http = ProviderHttp(Provider.LINE, settings.timeout_s, transport)
        self._keys = ProviderKeys(self._http, f"{settings.api_base}/oauth2/v2.1/certs", clock)
        self._web = Expected(Provider.LINE, settings.issuer, settings.channel_id, "HS256")
        self._liff = self._web._replace(algorithm="ES256")

    @property
    def issuer(self) -> str:
        """Whom an answer must name when it names an issuer."""
        return self._settings.issuer

    def authorization_url(self, pending: PendingProviderSignIn, *, without_auto_login: bool = False) -> str:
        """Where the browser goes to sign in; only the subject is asked for, neither name nor picture.

        `without_auto_login` is for a second try: LINE's automatic login can fail with a state that is not ours. Nor
        may LINE log in by itself where somebody has to sign in anew; then it tells when they did.
        """
        parameters = {
            "response_type": "code",
            "client_id": self._settings.channel_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": "openid",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
        }
        if pending.max_age_s is not None:
            parameters["max_age"] = str(pending.max_age_s)
        if without_auto_login or pending.max_age_s is not None:
            parameters["disable_auto_login"] = "true"
        return f"{self._settings.authorization_base}/oauth2/v2.1/authorize?{urlencode(parameters)}"

    def exchange(self, code: str, verifier: str, nonce: str) -> ProviderIdentity:
        """Turn a code into who signed in; the ID token is verified with HS256 and the channel secret only.

        Refuses, in this order: ProviderCodeRefused; ProviderTokenInvalid as `read_id_token` does.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.redirect_uri,
            "client_id": self._settings.channel_id,
            "client_secret": self._settings.channel_secret,
            "code_verifier": verifier,
        }
        answer = self._http.post_form(f"{self._settings.api_base}/oauth2/v2.1/token", form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise self._web.flawed(Flaw.MISSING)
        secret = self._settings.channel_secret
        claims = read_id_token(token, secret, self._web, now=self._clock.now(), nonce=nonce)
        return self._identity(claims)

    def verify_liff_token(self, id_token: str) -> LiffProof:
        """Read the token that `liff.getIDToken()` gave the page; verified with ES256 and LINE's key set only.

        Refuses ProviderTokenInvalid: for another algorithm, before anything is fetched; for an unknown key; as
        `read_id_token` does; and when it was made more than five minutes ago.
        """
        now = self._clock.now()
        key = self._keys.key(key_id_of(id_token, self._liff))
        if key is None:
            raise self._liff.flawed(Flaw.KEY_UNKNOWN)
        claims = read_id_token(id_token, key, self._liff, now=now)
        check_age(claims, self._liff, now=now, age_max=LIFF_AGE_MAX)
        usable_until = datetime.fromtimestamp(claims["iat"], UTC) + LIFF_AGE_MAX + timedelta(seconds=1)
        return LiffProof(self._identity(claims), digest_of_signed_text(id_token), usable_until)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _identity(self, claims: Mapping[str, Any]) -> ProviderIdentity:
        if not LINE_USER_ID.fullmatch(claims["sub"]):
            raise self._web.flawed(Flaw.SUBJECT)
        return ProviderIdentity(
            provider=Provider.LINE,
            client=self._settings.channel_id,
            subject=claims["sub"],
            acr=Acr.LINE,
            amr=methods_of(claims),
            auth_time=authenticated_at(claims),
            tells_login="auth_time" in claims,
        )
