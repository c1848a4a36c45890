"""A provider on paper: keys of its own, tokens as a test wants them, and answers over a network that is none."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
ACCESS_TOKEN = "access-token-of-the-script"
Answer = httpx.Response | Exception


@dataclass
class KeyOfProvider:
    """A P-256 key under an id."""

    key_id: str = "key-1"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwk(self) -> dict[str, Any]:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.key_id, "alg": "ES256", "use": "sig"}

    @property
    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def private_pem(self) -> str:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        return jwt.encode(dict(claims), self.private, "ES256", {"kid": self.key_id, **header})


@dataclass
class ScriptedProvider:
    """Answers by the last part of a path; keeps every request, with its form."""

    answers: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.asked]

    def form(self, place: int = 0) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.asked[place].content.decode()).items()}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers[request.url.path.rpartition("/")[2]]
        answer = answer() if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)


def json_answer(content: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=content)


def key_set(*keys: KeyOfProvider) -> httpx.Response:
    return json_answer({"keys": [key.jwk for key in keys]})


def at_hash(access_token: str = ACCESS_TOKEN) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def unsigned(claims: Mapping[str, Any]) -> str:
    """A token with the algorithm `none` and an empty signature."""
    return jwt.encode(dict(claims), "", "none")


def hmac_with_public_key(key: KeyOfProvider, claims: Mapping[str, Any]) -> str:
    """A token whose HMAC secret is the text of a public key; the library would refuse to make it."""
    header = b64(b'{"alg":"HS256","kid":"%s","typ":"JWT"}' % key.key_id.encode())
    body = jwt.encode(dict(claims), "x" * 32, "HS256").split(".")[1]
    tag = hmac.digest(key.public_pem, f"{header}.{body}".encode(), hashlib.sha256)
    return f"{header}.{body}.{b64(tag)}"


def other_signature(token: str) -> str:
    """The same token under the other valid ECDSA signature: (r, n - s) instead of (r, s)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    text, _, signature = token.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    turned = order - int.from_bytes(raw[32:], "big")
    return f"{text}.{b64(raw[:32] + turned.to_bytes(32, 'big'))}"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
