"""Client assertions: a confidential application proves itself with a key of its own (`private_key_jwt`).

RFC 7523, sections 2.2 and 3, and OpenID Connect Core 1.0, section 9. That an assertion was not seen before is left to
the caller, who keeps its `jti` until `expires_at`.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import jwt

from identity.provider.jose.keys import PublicKey, SigningKey, algorithms_of, usable_keys
from identity.provider.jose.policy import CLIENT_ASSERTION, CLOCK_LEEWAY
from identity.provider.jose.signed import VerifiedToken, read_signed, whole_seconds, write_signed

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME_MAX = timedelta(minutes=5)
AGE_MAX = timedelta(minutes=60)


class AssertionId(NamedTuple):
    """What makes an assertion this one, and how long it could be shown again."""

    jti: str
    expires_at: datetime


def verify_client_assertion(
    assertion: str,
    *,
    client_id: str,
    client_jwks: Mapping[str, Any],
    audiences: Collection[str],
    now: datetime,
) -> AssertionId:
    """Verify that an assertion proves an application by one of its registered keys.

    `audiences` are the names of this server, the issuer and its token endpoint; an assertion for others as well is not
    for us. Refuses ClientAssertionInvalid, in this order: `form`, `typ`, `alg`, another header parameter, `kid` when no
    one key fits, `signature`, `iss`, `sub`, `aud`, `jti`, `exp` when over or more than five minutes ahead, `iat` and
    `nbf` when more than a minute ahead or an hour ago.
    """
    read = read_signed(assertion, CLIENT_ASSERTION, _key_among(client_jwks))
    read.demand(read.text("iss") == client_id, "iss")
    read.demand(read.text("sub") == client_id, "sub")
    read.demand(_is_for(read.claims.get("aud"), audiences), "aud")
    jti, expires_at = read.text("jti"), read.moment("exp")
    read.demand(now < expires_at <= now + LIFETIME_MAX, "exp")
    for name in ("iat", "nbf"):
        _demand_near(read, name, now)
    return AssertionId(jti, expires_at)


def claimed_client(assertion: str) -> str | None:
    """Whom an assertion claims to be, before anything is believed; None when it does not say."""
    try:
        subject = jwt.decode(assertion, options={"verify_signature": False}).get("sub")
    except (jwt.PyJWTError, ValueError):
        return None
    return subject if isinstance(subject, str) else None


def write_client_assertion(
    key: SigningKey, *, client_id: str, audience: str, now: datetime, jti: str, lifetime_s: int = 60
) -> str:
    """Write an assertion as an application does; `jti` is never used twice."""
    issued_at = whole_seconds(now)
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": jti,
        "iat": issued_at,
        "exp": issued_at + lifetime_s,
    }
    return write_signed(claims, CLIENT_ASSERTION, key)


def _key_among(client_jwks: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], PublicKey | None]:
    def choose(header: Mapping[str, Any]) -> PublicKey | None:
        fitting = [
            key
            for jwk, key in usable_keys(client_jwks)
            if header["alg"] in algorithms_of(key)
            and jwk.get("alg", header["alg"]) == header["alg"]
            and ("kid" not in header or header["kid"] == jwk.get("kid") is not None)
        ]
        return fitting[0] if len(fitting) == 1 else None

    return choose


def _is_for(audience: object, audiences: Collection[str]) -> bool:
    named = audience if isinstance(audience, list) else [audience]
    return bool(named) and all(isinstance(name, str) and name in audiences for name in named)


def _demand_near(token: VerifiedToken, name: str, now: datetime) -> None:
    at = token.moment_if_any(name)
    token.demand(at is None or now - AGE_MAX <= at <= now + CLOCK_LEEWAY, name)
