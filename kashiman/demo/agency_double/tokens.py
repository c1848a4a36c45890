"""ID tokens as the agency makes them: ES256, with the hash of the access token beside them."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

from kashiman.demo.agency_double.people import CardHolder
from kashiman.demo.agency_double.realm import ID_TOKENS_LIVE, Realm
from kashiman.demo.doubles.codes import AuthorizationRequest


def id_token(realm: Realm, person: CardHolder, asked: AuthorizationRequest, access_token: str) -> str:
    """Make the ID token of a sign-in (OpenID Connect Core 1.0, sections 2 and 3.1.3.6)."""
    now = realm.clock.now()
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims: dict[str, Any] = {
        "iss": realm.issuer,
        "sub": person.subject_for(realm.client_id),
        "aud": realm.client_id,
        "azp": realm.client_id,
        "iat": int(now.timestamp()),
        "auth_time": int(now.timestamp()) - realm.earlier_login.age_for(asked),
        "exp": int((now + ID_TOKENS_LIVE).timestamp()),
        "jti": str(uuid4()),
        "typ": "ID",
        "nonce": asked.nonce,
        "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        "acr": realm.formats.acr,
    }
    return realm.keys.sign({name: value for name, value in claims.items() if value is not None})
