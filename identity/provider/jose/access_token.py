"""Access tokens: what a sign-in proved, for a few minutes, for one of our interfaces, without asking the database.

A JWT of RFC 9068 signed with ES256. Besides the registered claims it carries `kind`, `user`, `wallet`, `merchant`,
`store`, `role` and `roles`, each only where it applies; `cnf.jkt` binds it to a key of the application (RFC 9449, 6.1).
"""

import hashlib
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import jwt

from identity.model import Acr, HolderKind, ShopRole, StaffRole
from identity.provider.jose.base64url import is_digest
from identity.provider.jose.keys import PublicKey, SigningKey
from identity.provider.jose.policy import ACCESS_TOKEN, CLOCK_LEEWAY
from identity.provider.jose.refusals import StepUpNeeded
from identity.provider.jose.signed import VerifiedToken, key_by_kid, read_signed, whole_seconds, write_signed
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from identity.rules.levels import is_enough

_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokenClaims:
    """What an access token says; times in whole seconds of UTC, facts that do not belong to the kind None or empty.

    `subject` is the pairwise subject of the application's purpose, `user_id` the shop user or member of staff.
    """

    issuer: str
    subject: str
    audience: str
    client_id: str
    scopes: frozenset[str]
    issued_at: datetime
    expires_at: datetime
    jti: str
    auth_time: datetime
    acr: Acr
    kind: HolderKind
    dpop_thumbprint: str | None = None
    wallet_id: UUID | None = None
    merchant_id: UUID | None = None
    store_id: UUID | None = None
    user_id: UUID | None = None
    role: ShopRole | None = None
    roles: frozenset[StaffRole] = frozenset()


class _Remembered(NamedTuple):
    """A genuine token that was seen, with the key that verified it."""

    kid: str
    key: PublicKey
    claims: AccessTokenClaims


def write_access_token(claims: AccessTokenClaims, key: SigningKey) -> str:
    """Sign an access token with ES256. Raises ValueError for another key, and for a scope that is not one word."""
    if not all(map(_SCOPE.fullmatch, claims.scopes)):
        raise ValueError("a scope is one word of printable ASCII")
    members: dict[str, Any] = {
        "iss": claims.issuer,
        "sub": claims.subject,
        "aud": claims.audience,
        "client_id": claims.client_id,
        "scope": " ".join(sorted(claims.scopes)) or None,
        "iat": whole_seconds(claims.issued_at),
        "exp": whole_seconds(claims.expires_at),
        "jti": claims.jti,
        "auth_time": whole_seconds(claims.auth_time),
        "acr": claims.acr.value,
        "cnf": {"jkt": claims.dpop_thumbprint} if claims.dpop_thumbprint else None,
        **_holder_members(claims),
    }
    return write_signed(members, ACCESS_TOKEN, key)


class AccessTokenVerifier:
    """Verifies access tokens of one issuer, and remembers the latest that were genuine.

    `find_key` answers the public key of a key id, or None; it is asked for every token, so that a withdrawn key ends
    the tokens it signed. A remembered token costs a digest as long as `find_key` answers the same object; its expiry is
    looked at every time. At most `remembered_max` tokens are remembered. Safe to use from many threads.
    """

    def __init__(
        self, find_key: Callable[[str], PublicKey | None], issuer: str, *, remembered_max: int = 20_000
    ) -> None:
        self._find_key = find_key
        self._issuer = issuer
        self._remembered_max = remembered_max
        self._remembered: dict[tuple[bytes, str], _Remembered] = {}
        self._remembering = threading.Lock()

    def verify(self, token: str | None, audience: str, now: datetime) -> AccessTokenClaims:
        """Say what a token proves; whether it came with the proof its `dpop_thumbprint` needs, the caller looks at.

        Refuses, in this order: TokenMissing for none or an empty one; TokenInvalid for another form, type, algorithm,
        key, signature, issuer or audience, for claims that are missing or unknown, and for a token from the future;
        TokenExpired from the second of its expiry.
        """
        if not token:
            raise TokenMissing
        if len(token) > ACCESS_TOKEN.length_max or not token.isascii():
            raise TokenInvalid
        known_as = (hashlib.sha256(token.encode()).digest(), audience)
        known = self._remembered.get(known_as)
        if known is None or self._find_key(known.kid) is not known.key:
            known = self._verified(token, audience, now)
            if now < known.claims.expires_at:
                self._remember(known_as, known)
        if now >= known.claims.expires_at:
            raise TokenExpired(known.claims.expires_at.isoformat())
        return known.claims

    def _verified(self, token: str, audience: str, now: datetime) -> _Remembered:
        read = read_signed(token, ACCESS_TOKEN, key_by_kid(self._find_key))
        claims = _claims_of(read)
        if claims.issuer != self._issuer or claims.audience != audience or claims.issued_at > now + CLOCK_LEEWAY:
            raise TokenInvalid
        return _Remembered(read.header["kid"], read.key, claims)

    def _remember(self, known_as: tuple[bytes, str], known: _Remembered) -> None:
        with self._remembering:
            if known_as not in self._remembered and len(self._remembered) >= self._remembered_max:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[known_as] = known


def claimed_audience(token: str) -> str | None:
    """Whom a token says that it is for, before anything is believed; None when it does not say one."""
    try:
        audience = jwt.decode(token, options={"verify_signature": False}).get("aud")
    except (jwt.PyJWTError, ValueError):
        return None
    return audience if isinstance(audience, str) else None


def demand_level(claims: AccessTokenClaims, wanted: Acr, max_age_s: int | None, now: datetime) -> None:
    """Refuse StepUpNeeded unless the sign-in was by `wanted` or better, at most `max_age_s` seconds ago (RFC 9470)."""
    is_recent = max_age_s is None or now <= claims.auth_time + timedelta(seconds=max_age_s)
    if not (is_recent and is_enough(claims.acr, wanted)):
        raise StepUpNeeded(wanted.value, max_age_s)


def _holder_members(claims: AccessTokenClaims) -> dict[str, Any]:
    return {
        "kind": claims.kind.value,
        "wallet": _written_id(claims.wallet_id),
        "merchant": _written_id(claims.merchant_id),
        "store": _written_id(claims.store_id),
        "user": _written_id(claims.user_id),
        "role": claims.role.value if claims.role else None,
        "roles": sorted(role.value for role in claims.roles) or None,
    }


def _claims_of(token: VerifiedToken) -> AccessTokenClaims:
    return AccessTokenClaims(
        issuer=token.text("iss"),
        subject=token.text("sub"),
        audience=token.text("aud"),
        client_id=token.text("client_id"),
        scopes=_scopes(token),
        issued_at=token.moment("iat"),
        expires_at=token.moment("exp"),
        jti=token.text("jti"),
        auth_time=token.moment("auth_time"),
        acr=_word(token, "acr", Acr),
        kind=_word(token, "kind", HolderKind),
        dpop_thumbprint=_thumbprint(token),
        wallet_id=_id(token, "wallet"),
        merchant_id=_id(token, "merchant"),
        store_id=_id(token, "store"),
        user_id=_id(token, "user"),
        role=_word(token, "role", ShopRole) if "role" in token.claims else None,
        roles=_roles(token),
    )


def _scopes(token: VerifiedToken) -> frozenset[str]:
    if "scope" not in token.claims:
        return frozenset()
    words = token.text("scope", length_max=1_000).split(" ")
    token.demand(all(map(_SCOPE.fullmatch, words)), "scope")
    return frozenset(words)


def _thumbprint(token: VerifiedToken) -> str | None:
    if "cnf" not in token.claims:
        return None
    confirmation = token.claims["cnf"]
    named = confirmation.get("jkt") if isinstance(confirmation, dict) and len(confirmation) == 1 else None
    if not isinstance(named, str) or not is_digest(named):
        raise token.kind.refusal("cnf")
    return named


def _roles(token: VerifiedToken) -> frozenset[StaffRole]:
    listed = token.claims.get("roles", [])
    token.demand(isinstance(listed, list), "roles")
    return frozenset(_member(token, "roles", StaffRole, word) for word in listed)


def _word(token: VerifiedToken, name: str, words: type[_Word]) -> _Word:
    return _member(token, name, words, token.claims.get(name))


def _member(token: VerifiedToken, name: str, words: Iterable[_Word], value: object) -> _Word:
    found = next((word for word in words if word == value), None)
    if found is None:
        raise token.kind.refusal(name)
    return found


def _id(token: VerifiedToken, name: str) -> UUID | None:
    text = token.text_if_any(name)
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise token.kind.refusal(name) from None


def _written_id(item: UUID | None) -> str | None:
    return None if item is None else str(item)
