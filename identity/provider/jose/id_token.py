"""ID tokens: what an application learns of a sign-in (OpenID Connect Core 1.0, section 2)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from identity.model import Acr
from identity.provider.jose.base64url import to_base64url
from identity.provider.jose.keys import PublicKey, SigningKey
from identity.provider.jose.policy import CLOCK_LEEWAY, ID_TOKEN, ID_TOKEN_HINT
from identity.provider.jose.signed import VerifiedToken, key_by_kid, read_signed, whole_seconds, write_signed


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTokenClaims:
    """What an ID token says: `audience` is the client id, `sid` the provider's session, times in whole seconds."""

    issuer: str
    subject: str
    audience: str
    issued_at: datetime
    expires_at: datetime
    auth_time: datetime
    acr: Acr
    amr: tuple[str, ...]
    sid: str
    nonce: str | None = None
    azp: str | None = None


def write_id_token(claims: IdTokenClaims, key: SigningKey, *, access_token: str | None = None) -> str:
    """Sign an ID token with the key's algorithm; `at_hash` ties it to the access token that goes with it."""
    members = {
        "iss": claims.issuer,
        "sub": claims.subject,
        "aud": claims.audience,
        "azp": claims.azp,
        "iat": whole_seconds(claims.issued_at),
        "exp": whole_seconds(claims.expires_at),
        "auth_time": whole_seconds(claims.auth_time),
        "acr": claims.acr.value,
        "amr": list(claims.amr),
        "sid": claims.sid,
        "nonce": claims.nonce,
        "at_hash": at_hash(access_token, key.alg) if access_token is not None else None,
    }
    return write_signed(members, ID_TOKEN, key)


def read_id_token(
    token: str,
    *,
    find_key: Callable[[str], PublicKey | None],
    issuer: str,
    client_id: str,
    alg: str,
    nonce: str | None,
    access_token: str | None,
    now: datetime,
) -> IdTokenClaims:
    """Read an ID token as the application it is for, straight from the token endpoint (Core 1.0, section 3.1.3.7).

    `alg` is the one that the application registered, `nonce` the one it sent, `access_token` the one that came along.
    Refuses IdTokenInvalid, in this order: form, type, algorithm, key, signature, claims, `iss`, `aud`, `azp`, `iat` in
    the future, `exp`, `nonce`, `at_hash`.
    """
    kind = replace(ID_TOKEN, algorithms=ID_TOKEN.algorithms & {alg})
    read = read_signed(token, kind, key_by_kid(find_key))
    claims = _claims_of(read)
    read.demand(claims.issuer == issuer, "iss")
    read.demand(claims.audience == client_id, "aud")
    read.demand(claims.azp in (None, client_id), "azp")
    read.demand(claims.issued_at <= now + CLOCK_LEEWAY, "iat")
    read.demand(now < claims.expires_at, "exp")
    read.demand(claims.nonce == nonce, "nonce")
    read.demand(access_token is None or read.claims.get("at_hash") == at_hash(access_token, alg), "at_hash")
    return claims


def read_id_token_hint(
    hint: str, *, find_key: Callable[[str], PublicKey | None], issuer: str, audience: str | None = None
) -> IdTokenClaims:
    """Read an ID token that the provider issued itself, even one that has expired (Core 1.0, section 3.1.2.1).

    Refuses IdTokenHintInvalid, in this order: form, type, algorithm, key, signature, claims, `iss`, and `aud` when the
    client id is given.
    """
    read = read_signed(hint, ID_TOKEN_HINT, key_by_kid(find_key))
    claims = _claims_of(read)
    read.demand(claims.issuer == issuer, "iss")
    read.demand(audience is None or claims.audience == audience, "aud")
    return claims


def at_hash(access_token: str, alg: str) -> str:
    """The left half of the access token's SHA-256 in base64url (Core 1.0, section 3.1.3.6); others raise ValueError."""
    if alg not in ID_TOKEN.algorithms:
        raise ValueError(f"no ID token is signed with {alg}")
    return to_base64url(hashlib.sha256(access_token.encode()).digest()[:16])


def _claims_of(token: VerifiedToken) -> IdTokenClaims:
    return IdTokenClaims(
        issuer=token.text("iss"),
        subject=token.text("sub"),
        audience=token.text("aud"),
        issued_at=token.moment("iat"),
        expires_at=token.moment("exp"),
        auth_time=token.moment("auth_time"),
        acr=_acr(token),
        amr=_methods(token),
        sid=token.text("sid"),
        nonce=token.text_if_any("nonce"),
        azp=token.text_if_any("azp"),
    )


def _acr(token: VerifiedToken) -> Acr:
    word = token.text("acr")
    try:
        return Acr(word)
    except ValueError:
        raise token.kind.refusal("acr") from None


def _methods(token: VerifiedToken) -> tuple[str, ...]:
    listed = token.claims.get("amr")
    if not isinstance(listed, list) or not all(isinstance(method, str) for method in listed):
        raise token.kind.refusal("amr")
    return tuple(listed)
