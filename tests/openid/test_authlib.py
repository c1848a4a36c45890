"""Authlib, a client that nobody here wrote, as a confidential application at each provider."""

import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.openid.provider_under_test import ProviderUnderTest, RegisteredClient
from tests.openid.visitor import Visitor

ASSERTION_LIVES_S = 60
Client: Any = OAuth2Client
Proof: Any = PrivateKeyJWT


def test_authlib_signs_in_refreshes_introspects_and_revokes(provider: ProviderUnderTest, visitor: Visitor) -> None:
    farm = provider.clients.farm
    with Client(
        "farm", farm.key, redirect_uri=farm.redirect_uri, code_challenge_method="S256", trust_env=False
    ) as client:
        token = sign_in(client, provider, farm, visitor)
        claims = jwt.decode(token["id_token"], keys_of(client, provider), algorithms=["ES256"]).claims
        assert (claims["iss"], claims["aud"]) == (provider.issuer, "farm")
        assert client.get(provider.endpoint("userinfo_endpoint")).json()["sub"] == claims["sub"]

        used = token["refresh_token"]
        refreshed = client.refresh_token(provider.endpoint("token_endpoint"), auth=proof(client, provider))
        assert refreshed["refresh_token"] != used
        assert is_active(client, provider, refreshed["access_token"])
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(provider.endpoint("token_endpoint"), refresh_token=used, auth=proof(client, provider))
        assert not is_active(client, provider, refreshed["access_token"])

        token = sign_in(client, provider, farm, visitor)
        revoked = client.revoke_token(provider.endpoint("revocation_endpoint"), auth=proof(client, provider))
        assert revoked.status_code == 200
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(provider.endpoint("token_endpoint"), auth=proof(client, provider))


def sign_in(client: Any, provider: ProviderUnderTest, farm: RegisteredClient, visitor: Visitor) -> dict[str, str]:
    """Push a request, send the visitor, and take the tokens."""
    verifier = secrets.token_urlsafe(48)
    asked, state = client.create_authorization_url(
        provider.endpoint("authorization_endpoint"),
        code_verifier=verifier,
        nonce=secrets.token_urlsafe(16),
        scope="openid offline_access",
        prompt="consent",
    )
    pushed = client.post(
        provider.endpoint("pushed_authorization_request_endpoint"),
        data=dict(parse_qsl(urlsplit(asked).query)),
        auth=proof(client, provider),
    )
    short = {"client_id": "farm", "request_uri": pushed.json()["request_uri"]}
    landed = visitor.land(f"{provider.endpoint('authorization_endpoint')}?{urlencode(short)}", farm.redirect_uri)
    token: dict[str, str] = client.fetch_token(
        provider.endpoint("token_endpoint"),
        authorization_response=f"{farm.redirect_uri}?{urlencode(landed)}",
        state=state,
        code_verifier=verifier,
        auth=proof(client, provider),
    )
    return token


def proof(client: Any, provider: ProviderUnderTest) -> object:
    """A fresh assertion; by itself Authlib would let it live for an hour."""
    claims = {"exp": int(time.time()) + ASSERTION_LIVES_S}
    return client.client_auth(Proof(provider.endpoint("token_endpoint"), claims=claims, alg="ES256"))


def is_active(client: Any, provider: ProviderUnderTest, token: str) -> bool:
    """Whether the provider says that the token is good."""
    endpoint = provider.endpoint("introspection_endpoint")
    return bool(client.introspect_token(endpoint, token=token, auth=proof(client, provider)).json()["active"])


def keys_of(client: Any, provider: ProviderUnderTest) -> KeySet:
    """The public keys of the provider."""
    return KeySet.import_key_set(client.request("GET", provider.endpoint("jwks_uri"), withhold_token=True).json())
