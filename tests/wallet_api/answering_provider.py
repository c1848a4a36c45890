"""A provider that answers the wallet's own messages, so that a test decides what comes back."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import httpx

from identity.model import Acr
from identity.provider.jose.id_token import IdTokenClaims, write_id_token
from identity.provider.jose.keys import SigningKey, new_signing_key, public_key
from identity.relying_party.client import SignInClient
from tests.sign_ins import sign_in_client

REQUEST_URI = "urn:ietf:params:oauth:request_uri:one"
CODE, ACCESS_TOKEN = "the-code", "the-access-token"


@dataclass
class AnsweringProvider:
    """Accepts one code, for the sign-in `session_id`; `flaws` are claims of its ID token as they should not be."""

    issuer: str
    session_id: UUID
    at: datetime
    flaws: dict[str, Any] = field(default_factory=dict)
    key: SigningKey = field(default_factory=lambda: new_signing_key("ES256"))
    signs_with: SigningKey | None = None
    is_down: bool = False
    pushed: dict[str, str] = field(default_factory=dict)
    exchanged: list[dict[str, str]] = field(default_factory=list)

    def client(self) -> SignInClient:
        """The wallet's client of this provider."""
        return replace(
            sign_in_client("wallet", self.issuer),
            http=httpx.AsyncClient(transport=httpx.MockTransport(self._answer)),
            find_key={self.key.kid: public_key(self.key)}.get,
        )

    def way_back(self, **changes: str | None) -> dict[str, str]:
        """What the browser comes back with, with changes; None leaves a parameter out."""
        query = {"code": CODE, "state": self.pushed.get("state"), "iss": self.issuer} | changes
        return {name: value for name, value in query.items() if value is not None}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("nobody listens")
        form = dict(parse_qsl(request.content.decode()))
        if request.url.path == "/id/par":
            self.pushed = form
            return httpx.Response(201, json={"request_uri": REQUEST_URI, "expires_in": 60})
        self.exchanged.append(form)
        if form["code"] != CODE:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json={"id_token": self._id_token(), "access_token": ACCESS_TOKEN})

    def _id_token(self) -> str:
        claims = IdTokenClaims(
            issuer=self.issuer,
            subject=str(uuid4()),
            audience="wallet",
            issued_at=self.at,
            expires_at=self.at + timedelta(minutes=5),
            auth_time=self.at,
            acr=Acr.POSTCARD,
            amr=("otp",),
            sid=str(self.session_id),
            nonce=self.pushed["nonce"],
        )
        given_with = self.flaws.pop("access_token", ACCESS_TOKEN)
        return write_id_token(replace(claims, **self.flaws), self.signs_with or self.key, access_token=given_with)
