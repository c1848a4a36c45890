"""What an application must be like to be registered."""

import re
from urllib.parse import urlsplit

from identity.provider.jose.keys import usable_keys
from identity.provider.model import Client, GrantType
from identity.provider.refusals import ClientDescriptionInvalid

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ID_TOKEN_ALGS = ("RS256", "ES256")
ACCESS_LIFETIME_S = range(60, 601)
REFRESH_LIFETIME_S = range(600, 366 * 86_400 + 1)

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,60}")
_ADDRESS = re.compile(r"[\x21-\x7e]{1,1000}")


def is_client_id(text: str) -> bool:
    """Whether an application can have this name at all."""
    return _ID.fullmatch(text) is not None


def demand_sound_client(client: Client) -> None:
    """Refuses ClientDescriptionInvalid with the first field that is wrong.

    Addresses are https, or http on the loopback; without a fragment (RFC 6749, section 3.1.2; RFC 9700, section 2.1).
    A scope is one word of RFC 6749, section 3.3. Keys are public ones that can be used (RFC 7517).
    """
    signs_in_here = GrantType.CODE in client.grant_types
    uris_of = {
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "backchannel_logout_uri": filter(None, [client.backchannel_logout_uri]),
    }
    checks = {
        "id": is_client_id(client.id),
        "name_ja": bool(client.name_ja.strip()),
        "purpose_ja": bool(client.purpose_ja.strip()),
        "sector": client.sector.isprintable() and bool(client.sector),
        "audience": _ADDRESS.fullmatch(client.audience) is not None,
        "scopes": "openid" in client.scopes and all(map(_SCOPE.fullmatch, client.scopes)),
        "grant_types": bool(client.grant_types),
        "jwks": client.jwks is None or _holds_only_public_keys(client.jwks.get("keys")),
        "id_token_alg": client.id_token_alg in ID_TOKEN_ALGS,
        "access_lifetime_s": client.access_lifetime_s in ACCESS_LIFETIME_S,
        "refresh_lifetime_s": _is_sound_refresh(client),
        **{name: all(map(_is_sound_address, uris)) for name, uris in uris_of.items()},
    }
    if signs_in_here and not client.redirect_uris:
        checks["redirect_uris"] = False
    for field_name, is_right in checks.items():
        if not is_right:
            raise ClientDescriptionInvalid(field_name)


def _is_sound_refresh(client: Client) -> bool:
    if client.refresh_lifetime_s is None:
        return GrantType.REFRESH not in client.grant_types
    return GrantType.REFRESH in client.grant_types and client.refresh_lifetime_s in REFRESH_LIFETIME_S


def _holds_only_public_keys(keys: object) -> bool:
    return isinstance(keys, list) and 0 < len(keys) == len(usable_keys({"keys": keys}))


def _is_sound_address(uri: str) -> bool:
    if not _ADDRESS.fullmatch(uri) or "#" in uri or "\\" in uri:
        return False
    try:
        parts = urlsplit(uri)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        return is_safe and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
