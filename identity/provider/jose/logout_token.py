"""Logout tokens: the provider tells an application that a session is over (Back-Channel Logout 1.0, section 2.4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from identity.provider.jose.keys import PublicKey, SigningKey
from identity.provider.jose.policy import CLOCK_LEEWAY, LOGOUT_TOKEN
from identity.provider.jose.signed import VerifiedToken, key_by_kid, read_signed, whole_seconds, write_signed

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME_MAX = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutTokenClaims:
    """What a logout token says: `audience` is the client id; a subject, a session `sid`, or both are over."""

    issuer: str
    audience: str
    issued_at: datetime
    expires_at: datetime
    jti: str
    subject: str | None = None
    sid: str | None = None


def write_logout_token(claims: LogoutTokenClaims, key: SigningKey) -> str:
    """Sign a logout token with the key's algorithm, the one that the application registered for its ID tokens.

    Raises ValueError when it ends nothing, or lives for no time or for more than two minutes.
    """
    if claims.subject is None and claims.sid is None:
        raise ValueError("a logout token names a subject or a session")
    if not timedelta() < claims.expires_at - claims.issued_at <= LIFETIME_MAX:
        raise ValueError("a logout token lives for at most two minutes")
    members = {
        "iss": claims.issuer,
        "aud": claims.audience,
        "iat": whole_seconds(claims.issued_at),
        "exp": whole_seconds(claims.expires_at),
        "jti": claims.jti,
        "sub": claims.subject,
        "sid": claims.sid,
        "events": {LOGOUT_EVENT: {}},
    }
    return write_signed(members, LOGOUT_TOKEN, key)


def read_logout_token(
    token: str,
    *,
    find_key: Callable[[str], PublicKey | None],
    issuer: str,
    client_id: str,
    alg: str,
    now: datetime,
) -> LogoutTokenClaims:
    """Read a logout token as the application it is for; the caller remembers `jti` until `expires_at`.

    `alg` is the one that the application registered for its ID tokens. Refuses LogoutTokenInvalid, in this order: form,
    type, algorithm, key, signature, claims, `iss`, `aud`, `events`, `nonce` for any nonce, `sub` for neither subject
    nor session, `iat` in the future, `exp` for one that is over or more than two minutes after `iat`.
    """
    kind = replace(LOGOUT_TOKEN, algorithms=LOGOUT_TOKEN.algorithms & {alg})
    read = read_signed(token, kind, key_by_kid(find_key))
    claims = _claims_of(read)
    read.demand(claims.issuer == issuer, "iss")
    read.demand(claims.audience == client_id, "aud")
    events = read.claims.get("events")
    read.demand(isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict), "events")
    read.demand("nonce" not in read.claims, "nonce")
    read.demand(claims.subject is not None or claims.sid is not None, "sub")
    read.demand(claims.issued_at <= now + CLOCK_LEEWAY, "iat")
    read.demand(now < claims.expires_at <= claims.issued_at + LIFETIME_MAX, "exp")
    return claims


def _claims_of(token: VerifiedToken) -> LogoutTokenClaims:
    return LogoutTokenClaims(
        issuer=token.text("iss"),
        audience=token.text("aud"),
        issued_at=token.moment("iat"),
        expires_at=token.moment("exp"),
        jti=token.text("jti"),
        subject=token.text_if_any("sub"),
        sid=token.text_if_any("sid"),
    )
