"""The public keys of a provider (RFC 7517), fetched when they are needed and kept for an hour."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import jwt

from identity.doors.gateway.provider_http import ProviderHttp
from kernel.clock import Clock

KEPT_FOR = timedelta(hours=1)
LOOKED_AGAIN_AFTER = timedelta(seconds=30)
"""An unknown key id makes us look again, but not so often that made-up key ids become a load for the provider."""


class _Fetched(NamedTuple):
    at: datetime
    keys: Mapping[str, jwt.PyJWK]


class ProviderKeys:
    """The ES256 keys at one address. Two threads may fetch at once; either answer is right."""

    def __init__(self, http: ProviderHttp, url: str, clock: Clock) -> None:
        self._http, self._url, self._clock = http, url, clock
        self._fetched: _Fetched | None = None

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of this id; None when the provider has none. ProviderDown when it cannot be asked."""
        now, fetched = self._clock.now(), self._fetched
        if fetched is not None:
            enough_for = KEPT_FOR if key_id in fetched.keys else LOOKED_AGAIN_AFTER
            fetched = fetched if now - fetched.at < enough_for else None
        return (fetched or self._fetch(now)).keys.get(key_id)

    def _fetch(self, now: datetime) -> _Fetched:
        listed = self._http.get_object(self._url).get("keys")
        self._fetched = _Fetched(now, es256_keys(listed if isinstance(listed, list) else []))
        return self._fetched


def es256_keys(listed: list[Any]) -> dict[str, jwt.PyJWK]:
    """The keys of a set that sign ES256 (RFC 7518, section 6.2, P-256), by id; others are passed over."""
    return {jwk["kid"]: key for jwk in listed if _is_for_es256(jwk) and (key := _read(jwk)) is not None}


def _is_for_es256(jwk: Any) -> bool:
    return (
        isinstance(jwk, dict)
        and isinstance(jwk.get("kid"), str)
        and (jwk.get("kty"), jwk.get("crv")) == ("EC", "P-256")
        and jwk.get("alg", "ES256") == "ES256"
        and jwk.get("use", "sig") == "sig"
    )


def _read(jwk: dict[str, Any]) -> jwt.PyJWK | None:
    try:
        return jwt.PyJWK.from_dict({name: jwk[name] for name in ("kty", "crv", "x", "y")}, "ES256")
    except (jwt.PyJWTError, KeyError, ValueError, TypeError):
        return None
