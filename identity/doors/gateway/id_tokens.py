"""Reading an ID token: signature, parties and times (OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725).

The algorithm and the key come from the client that was started. The token's header is asked for one thing alone, the id
of a key in the provider's own set; a key or an address of keys that a header brings along is never looked at.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import jwt

from identity.doors.gateway.refusals import ProviderTokenInvalid
from identity.doors.model import Provider

CLOCK_LEEWAY_S = 60
LENGTH_MAX = 16_000
SUBJECT_LENGTH_MAX = 255

_OPTIONS: Any = {
    "require": ["iss", "aud", "sub", "iat", "exp"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
}
"""Times are compared with the caller's clock; an audience beside ours is refused, which the library forgives."""


class Flaw(StrEnum):
    """What is wrong with an ID token."""

    MISSING = "missing"
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    SUBJECT = "subject"
    EXPIRED = "expired"
    FROM_THE_FUTURE = "from_the_future"
    TOO_OLD = "too_old"
    NONCE = "nonce"
    ACCESS_TOKEN_HASH = "access_token_hash"


class Expected(NamedTuple):
    """What a token must be, known before it is looked at."""

    provider: Provider
    issuer: str
    audience: str
    algorithm: Literal["ES256", "HS256"]

    def flawed(self, flaw: Flaw) -> ProviderTokenInvalid:
        return ProviderTokenInvalid(self.provider.value, flaw.value)


def key_id_of(token: str, expected: Expected) -> str:
    """The id of the key that the token says it is signed with.

    Refuses ProviderTokenInvalid: malformed, or made for another algorithm, so that nothing is fetched for it.
    """
    _check_form(token, expected)
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise expected.flawed(Flaw.MALFORMED) from error
    if header.get("alg") != expected.algorithm:
        raise expected.flawed(Flaw.ALGORITHM)
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise expected.flawed(Flaw.KEY_UNKNOWN)
    return key_id


def read_id_token(
    token: str, key: jwt.PyJWK | str, expected: Expected, *, now: datetime, nonce: str | None = None
) -> dict[str, Any]:
    """Verify an ID token and answer its claims; `nonce` None means that none was sent.

    Refuses ProviderTokenInvalid, in this order: malformed, algorithm, signature; issuer, audience (also a list that
    names anybody beside us), subject; expired, from the future (60 s leeway, both); nonce.
    """
    _check_form(token, expected)
    claims = _signed_claims(token, key, expected)
    _check_parties(claims, expected)
    _check_times(claims, expected, int(now.timestamp()))
    if nonce is not None and not _same(claims.get("nonce"), nonce):
        raise expected.flawed(Flaw.NONCE)
    return claims


def check_age(claims: Mapping[str, Any], expected: Expected, *, now: datetime, age_max: timedelta) -> None:
    """Refuse ProviderTokenInvalid, too old, for a token that was made longer ago than `age_max`."""
    if int(now.timestamp()) - claims["iat"] > age_max.total_seconds():
        raise expected.flawed(Flaw.TOO_OLD)


def check_access_token_hash(claims: Mapping[str, Any], access_token: str, expected: Expected) -> None:
    """Refuse ProviderTokenInvalid when `at_hash` is missing or that of another access token.

    The hash is base64url of the left half of the access token's SHA-256 (OpenID Connect Core 1.0, section 3.1.3.6).
    """
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    if not _same(claims.get("at_hash"), base64.urlsafe_b64encode(half).rstrip(b"=").decode()):
        raise expected.flawed(Flaw.ACCESS_TOKEN_HASH)


def authenticated_at(claims: Mapping[str, Any]) -> datetime:
    """When the person was last checked, as far as the provider says; else when the token was made."""
    return datetime.fromtimestamp(claims.get("auth_time", claims["iat"]), UTC)


def methods_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The methods the provider names (`amr`)."""
    named = claims.get("amr")
    return tuple(method for method in named if isinstance(method, str)) if isinstance(named, list) else ()


def digest_of_signed_text(token: str) -> bytes:
    """SHA-256 over what a verified token's signature covers, by which a second use is known.

    The signature itself is left out: for ES256 anybody can turn a valid one into another valid one.
    """
    return hashlib.sha256(token.rpartition(".")[0].encode()).digest()


def _check_form(token: str, expected: Expected) -> None:
    if len(token) > LENGTH_MAX or not token.isascii():
        raise expected.flawed(Flaw.MALFORMED)


def _signed_claims(token: str, key: jwt.PyJWK | str, expected: Expected) -> dict[str, Any]:
    try:
        return jwt.decode(token, key, [expected.algorithm], _OPTIONS, issuer=expected.issuer)
    except jwt.InvalidAlgorithmError as error:
        raise expected.flawed(Flaw.ALGORITHM) from error
    except jwt.InvalidSignatureError as error:
        raise expected.flawed(Flaw.SIGNATURE) from error
    except jwt.InvalidIssuerError as error:
        raise expected.flawed(Flaw.ISSUER) from error
    except jwt.InvalidTokenError as error:
        raise expected.flawed(Flaw.MALFORMED) from error


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims["aud"] not in (expected.audience, [expected.audience]):
        raise expected.flawed(Flaw.AUDIENCE)
    if claims.get("azp", expected.audience) != expected.audience:
        raise expected.flawed(Flaw.AUDIENCE)
    if not 0 < len(claims["sub"]) <= SUBJECT_LENGTH_MAX:
        raise expected.flawed(Flaw.SUBJECT)


def _check_times(claims: Mapping[str, Any], expected: Expected, now_s: int) -> None:
    optional = [claims[name] for name in ("nbf", "auth_time") if name in claims]
    past = [claims["iat"], *optional]
    if not all(type(moment) is int and moment >= 0 for moment in (*past, claims["exp"])):
        raise expected.flawed(Flaw.MALFORMED)
    if claims["exp"] + CLOCK_LEEWAY_S <= now_s:
        raise expected.flawed(Flaw.EXPIRED)
    if any(moment > now_s + CLOCK_LEEWAY_S for moment in past):
        raise expected.flawed(Flaw.FROM_THE_FUTURE)


def _same(claimed: object, ours: str) -> bool:
    return isinstance(claimed, str) and hmac.compare_digest(claimed.encode(errors="replace"), ours.encode())
