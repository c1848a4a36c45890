"""What an application must be like to be registered."""

from dataclasses import replace
from typing import Any

import pytest

from identity.provider.jose.keys import jwks, new_signing_key, public_jwk
from identity.provider.model import GrantType
from identity.provider.refusals import ClientDescriptionInvalid
from identity.provider.rules.clients import demand_sound_client, is_client_id
from tests.identity.provider.rules.samples import KEY, TOWN

PUBLIC = public_jwk(KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"jwks": None},
        {"jwks": jwks([KEY, new_signing_key("RS256")])},
        {"redirect_uris": ("http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/x")},
        {"redirect_uris": (), "grant_types": frozenset({GrantType.DEVICE}), "refresh_lifetime_s": None},
        {"backchannel_logout_uri": "https://town.example/logout?tab=1"},
        {"access_lifetime_s": 60, "refresh_lifetime_s": 600},
        {"refresh_lifetime_s": 366 * 86_400},
    ],
)
def test_a_sound_application_is_accepted(changes: dict[str, Any]) -> None:
    demand_sound_client(replace(TOWN, **changes))


WRONG_ADDRESSES = [
    "",
    "town",
    "//town.example/x",
    "http://town.example/x",
    "http://127.0.0.1.evil.example/x",
    "http://localhost.evil.example/x",
    "http://localhost:80@evil.example/x",
    "https://user@town.example/x",
    "https://town.example/x#fragment",
    "https://town.example/x#",
    "https:///x",
    "https://",
    "https://[::1/x",
    "https://town.example:port/x",
    "https://town.example:99999/x",
    "https://town.example\\@evil.example/x",
    "https://town.example/x\n",
    "https://town.example/a b",
    "https://町.example/x",
    "javascript:alert(1)",
    "data:text/html,x",
    "urn:ietf:wg:oauth:2.0:oob",
    "ftp://town.example/x",
]


@pytest.mark.parametrize("address", WRONG_ADDRESSES)
@pytest.mark.parametrize("name", ["redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri"])
def test_asvs_10_4_1_an_address_is_https_and_whole(name: str, address: str) -> None:
    if name == "backchannel_logout_uri" and not address:
        return
    value: object = address if name == "backchannel_logout_uri" else ("https://town.example/right", address)
    with pytest.raises(ClientDescriptionInvalid) as caught:
        demand_sound_client(replace(TOWN, **{name: value}))  # type: ignore[arg-type]
    assert caught.value.field_name == name


@pytest.mark.parametrize(
    ("field_name", "value"),
    [
        ("id", "Town"),
        ("id", "t"),
        ("id", "town_"),
        ("id", "a" * 64),
        ("id", "town\n"),
        ("name_ja", " 　"),
        ("purpose_ja", ""),
        ("sector", ""),
        ("sector", "a\x1fb"),
        ("audience", ""),
        ("audience", "town api"),
        ("scopes", frozenset({"town.read"})),
        ("scopes", frozenset({"openid", "two words"})),
        ("scopes", frozenset({"openid", ""})),
        ("scopes", frozenset({"openid", 'quo"te'})),
        ("grant_types", frozenset()),
        ("redirect_uris", ()),
        ("id_token_alg", "none"),
        ("id_token_alg", "HS256"),
        ("access_lifetime_s", 59),
        ("access_lifetime_s", 601),
        ("refresh_lifetime_s", None),
        ("refresh_lifetime_s", 599),
        ("refresh_lifetime_s", 366 * 86_400 + 1),
    ],
)
def test_each_field_has_its_form(field_name: str, value: Any) -> None:
    changes = {field_name: value}
    if field_name == "grant_types":
        changes["refresh_lifetime_s"] = None
    with pytest.raises(ClientDescriptionInvalid) as caught:
        demand_sound_client(replace(TOWN, **changes))
    assert caught.value.field_name == field_name


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"keys": []},
        {"keys": "none"},
        {"keys": [1]},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [PUBLIC | {"d": "AQAB"}]},
        {"keys": [PUBLIC, PUBLIC | {"kty": "OKP"}]},
        {"keys": [PUBLIC | {"use": "enc"}]},
        {"keys": [{"kty": "EC", "crv": "P-256"}]},
    ],
)
def test_only_public_keys_that_can_be_used_are_registered(keys: dict[str, Any]) -> None:
    with pytest.raises(ClientDescriptionInvalid) as caught:
        demand_sound_client(replace(TOWN, jwks=keys))
    assert caught.value.field_name == "jwks"


def test_a_lifetime_of_refresh_tokens_belongs_to_their_grant() -> None:
    without = frozenset({GrantType.CODE})
    demand_sound_client(replace(TOWN, grant_types=without, refresh_lifetime_s=None))
    with pytest.raises(ClientDescriptionInvalid) as caught:
        demand_sound_client(replace(TOWN, grant_types=without))
    assert caught.value.field_name == "refresh_lifetime_s"


@pytest.mark.parametrize("text", ["", "a", "-a", "A1", "a\x00b", "a b", "あいう", "a" * 64])
def test_a_name_that_nobody_can_have(text: str) -> None:
    assert not is_client_id(text)
    assert is_client_id("town-2")
