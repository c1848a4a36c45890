"""Short-lived signed tokens: what a sign-in proved, for a few minutes, without asking the database.

A token is a JWT (RFC 7519) signed with ES256 (RFC 7518, section 3.4); the header's `kid` names the key. Besides the
registered claims it carries `kind`, `wallet`, `merchant`, `store`, `role` and `roles`, each only where it applies.
"""

import hashlib
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from identity.model import HolderKind, ShopRole, SignedIn, StaffRole
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing

ALGORITHM = "ES256"
LIFETIME_S = 600
CLOCK_LEEWAY = timedelta(seconds=60)

_TOKEN_LENGTH_MAX = 2_000
_TOKEN_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw]")
"""A compact JWS whose signature of 64 bytes is written in the one canonical way; decoders forgive other ways."""

_OPTIONS: Any = {
    "require": ["iss", "aud", "sub", "iat", "exp"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
"""Times are compared with the caller's clock, not with the library's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is asking, as a token proved it; facts that do not belong to this kind are None or empty."""

    kind: HolderKind
    subject: UUID
    expires_at: datetime
    wallet_id: UUID | None = None
    merchant_id: UUID | None = None
    store_id: UUID | None = None
    role: ShopRole | None = None
    roles: frozenset[StaffRole] = frozenset()


def new_signing_key() -> str:
    """Make a private key for ES256 (P-256), as unencrypted PKCS #8 in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_key_of(private_key_pem: str) -> str:
    """The public half of a signing key, as PEM, for those who verify."""
    public = _private_key(private_key_pem).public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


class TokenIssuer:
    """Signs tokens with one key. Raises ValueError for a key that is not a P-256 private key in PEM."""

    def __init__(self, private_key_pem: str, key_id: str, issuer: str) -> None:
        self._key = _private_key(private_key_pem)
        self._key_id = key_id
        self._issuer = issuer

    def issue(self, signed_in: SignedIn, audience: str, now: datetime, lifetime_s: int = LIFETIME_S) -> str:
        """Write a token for one audience that lives for `lifetime_s` seconds, counted in whole seconds."""
        issued_at = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": audience,
            "sub": str(signed_in.subject),
            "iat": issued_at,
            "exp": issued_at + lifetime_s,
            **_facts(signed_in),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self._key_id})


class TokenVerifier:
    """Verifies tokens by the public keys of their key ids, and remembers the latest that were genuine.

    `public_keys` are P-256 keys in PEM by key id. A remembered token costs a digest; its expiry is looked at every
    time. At most `remembered_max` tokens are remembered. Safe to use from many threads.
    """

    def __init__(self, public_keys: Mapping[str, str], issuer: str, *, remembered_max: int = 20_000) -> None:
        self._keys = {key_id: _public_key(pem) for key_id, pem in public_keys.items()}
        self._issuer = issuer
        self._remembered_max = remembered_max
        self._remembered: dict[tuple[bytes, str], Viewer] = {}
        self._remembering = threading.Lock()

    def verify(self, token: str | None, audience: str, now: datetime) -> Viewer:
        """Say who a token speaks for.

        Refuses, in this order: TokenMissing for none or an empty one; TokenInvalid for another form, key, algorithm,
        signature, issuer or audience, for claims that are missing or unknown, and for a token from the future;
        TokenExpired from the second of its expiry.
        """
        if not token:
            raise TokenMissing
        if len(token) > _TOKEN_LENGTH_MAX or not token.isascii():
            raise TokenInvalid
        known_as = (hashlib.sha256(token.encode()).digest(), audience)
        viewer = self._remembered.get(known_as)
        if viewer is None:
            viewer = self._verified(token, audience, now)
            if now < viewer.expires_at:
                self._remember(known_as, viewer)
        if now >= viewer.expires_at:
            raise TokenExpired(viewer.expires_at.isoformat())
        return viewer

    def _verified(self, token: str, audience: str, now: datetime) -> Viewer:
        if not _TOKEN_FORM.fullmatch(token):
            raise TokenInvalid
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token, key, algorithms=[ALGORITHM], audience=audience, issuer=self._issuer, options=_OPTIONS
            )
            issued_at = datetime.fromtimestamp(claims["iat"], UTC)
            viewer = _viewer(claims)
        except (jwt.PyJWTError, KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError):
            raise TokenInvalid from None
        if issued_at > now + CLOCK_LEEWAY:
            raise TokenInvalid
        return viewer

    def _remember(self, known_as: tuple[bytes, str], viewer: Viewer) -> None:
        with self._remembering:
            if len(self._remembered) >= self._remembered_max:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[known_as] = viewer


def _facts(signed_in: SignedIn) -> dict[str, Any]:
    facts = {
        "kind": signed_in.kind.value,
        "wallet": _text(signed_in.wallet_id),
        "merchant": _text(signed_in.merchant_id),
        "store": _text(signed_in.store_id),
        "role": signed_in.role.value if signed_in.role else None,
        "roles": sorted(signed_in.roles) or None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _viewer(claims: Mapping[str, Any]) -> Viewer:
    return Viewer(
        kind=HolderKind(claims["kind"]),
        subject=UUID(claims["sub"]),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        wallet_id=_id(claims.get("wallet")),
        merchant_id=_id(claims.get("merchant")),
        store_id=_id(claims.get("store")),
        role=ShopRole(claims["role"]) if "role" in claims else None,
        roles=frozenset(map(StaffRole, claims.get("roles", ()))),
    )


def _text(item: UUID | None) -> str | None:
    return None if item is None else str(item)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _private_key(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("a token is signed with a P-256 key")
    return key


def _public_key(pem: str) -> ec.EllipticCurvePublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("a token is verified with a P-256 key")
    return key
