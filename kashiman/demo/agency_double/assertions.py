"""How a client proves itself at the token endpoint: `private_key_jwt` (RFC 7523, section 3)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jwt

from kashiman.demo.agency_double.realm import Realm
from kashiman.demo.doubles.oauth import OauthError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIVES_AT_MOST = timedelta(minutes=5)

_OPTIONS: Any = {
    "require": ["iss", "sub", "aud", "jti", "exp", "iat"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "strict_aud": True,
}


def check_client(realm: Realm, form: Mapping[str, str]) -> None:
    """Check the assertion of a form. Raises OauthError invalid_client, in this order, for: another type; an unknown
    key; an algorithm other than ES256; a wrong signature, issuer, audience or subject; times; an assertion used before.
    """
    if form.get("client_assertion_type") != ASSERTION_TYPE or form.get("client_id") != realm.client_id:
        raise _invalid("the client and its assertion type are required")
    claims = _verified(realm, form.get("client_assertion", ""))
    now_s, expires_s = int(realm.clock.now().timestamp()), claims["exp"]
    if claims["sub"] != realm.client_id:
        raise _invalid("the subject is not the client")
    if not now_s < expires_s <= now_s + LIVES_AT_MOST.total_seconds():
        raise _invalid("the assertion is expired or lives too long")
    if claims["jti"] in realm.used_assertions:
        raise _invalid("the assertion was used before")
    realm.used_assertions.add(claims["jti"])


def _verified(realm: Realm, assertion: str) -> dict[str, Any]:
    try:
        key_id = jwt.get_unverified_header(assertion).get("kid")
        key = next((jwk for jwk in realm.client_keys if jwk.get("kid") == key_id), None)
        if key is None:
            raise _invalid("no registered key has this id")
        return jwt.decode(
            assertion,
            jwt.PyJWK(key, "ES256"),
            ["ES256"],
            _OPTIONS,
            issuer=realm.client_id,
            audience=realm.endpoint("token"),
        )
    except jwt.PyJWTError as error:
        raise _invalid(str(error)) from error


def _invalid(description: str) -> OauthError:
    return OauthError(401, "invalid_client", description)
