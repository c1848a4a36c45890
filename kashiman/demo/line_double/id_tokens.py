"""ID tokens as LINE makes them, and LINE's own endpoint that verifies them.

A web login gets HS256 with the channel secret, a LIFF app ES256 (developers.line.biz, "Get profile information from ID
tokens").
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jwt

from kashiman.demo.doubles.codes import Grant
from kashiman.demo.doubles.oauth import OauthError
from kashiman.demo.line_double.account import LINE_ISSUER, LineAccount, LineUser

ID_TOKENS_LIVE = timedelta(hours=1)


def web_token(account: LineAccount, grant: Grant) -> str:
    """The ID token of a web login, with the nonce of its request."""
    asked = grant.request
    claims = _claims(account, account.users[grant.subject], with_name="profile" in asked.scopes)
    if asked.nonce is not None:
        claims["nonce"] = asked.nonce
    if asked.max_age_s is not None and account.tells_login:
        claims["auth_time"] = claims["iat"] - account.earlier_login.age_for(asked)
    return jwt.encode(claims, account.channel_secret, "HS256")


def liff_token(account: LineAccount, user_id: str, age_s: int = 0, channel_id: str | None = None) -> str:
    """What `liff.getIDToken()` answers in a page of a LIFF app; without a nonce."""
    claims = _claims(account, account.users[user_id], with_name=True, age_s=age_s)
    return account.keys.sign({**claims, "aud": channel_id or account.channel_id})


def verified(account: LineAccount, form: Mapping[str, str]) -> dict[str, Any]:
    """Verify an ID token as LINE's endpoint does; either algorithm. Raises OauthError in LINE's words."""
    claims = _read(account, form.get("id_token", ""))
    now_s = int(account.clock.now().timestamp())
    flaws = (
        ("Invalid IdToken Issuer.", claims.get("iss") != LINE_ISSUER),
        ("IdToken expired.", claims.get("exp", 0) <= now_s),
        ("Invalid IdToken Audience.", claims.get("aud") != form.get("client_id")),
        ("Invalid IdToken Nonce.", "nonce" in form and claims.get("nonce") != form["nonce"]),
        ("Invalid IdToken Subject Identifier.", "user_id" in form and claims.get("sub") != form["user_id"]),
    )
    for description, is_so in flaws:
        if is_so:
            raise OauthError(400, "invalid_request", description)
    return claims


def _claims(account: LineAccount, user: LineUser, *, with_name: bool, age_s: int = 0) -> dict[str, Any]:
    made_at = account.clock.now() - timedelta(seconds=age_s)
    claims = {
        "iss": LINE_ISSUER,
        "sub": user.user_id,
        "aud": account.channel_id,
        "exp": int((made_at + ID_TOKENS_LIVE).timestamp()),
        "iat": int(made_at.timestamp()),
        "amr": ["linesso"],
    }
    return {**claims, "name": user.name} if with_name else claims


def _read(account: LineAccount, token: str) -> dict[str, Any]:
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    keys = {key["kid"]: jwt.PyJWK(key) for key in account.keys.key_set()["keys"]}
    try:
        key = keys.get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            return jwt.decode(token, account.channel_secret, ["HS256"], options)
        return jwt.decode(token, key, ["ES256"], options)
    except jwt.PyJWTError as error:
        raise OauthError(400, "invalid_request", "Invalid IdToken.") from error
