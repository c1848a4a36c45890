"""What the provider says of itself is complete, true and fit to be cached."""

from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from identity.model import Acr
from identity.provider.jose.keys import keys_by_id
from tests.identity_provider.application import ISSUER, Application
from tests.identity_provider.conftest import City, TestClient

REQUIRED = {
    *("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "scopes_supported"),
    *("response_types_supported", "response_modes_supported", "grant_types_supported", "subject_types_supported"),
    *("id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported", "claims_supported"),
    *("token_endpoint_auth_signing_alg_values_supported", "code_challenge_methods_supported", "acr_values_supported"),
    *("pushed_authorization_request_endpoint", "introspection_endpoint", "revocation_endpoint", "end_session_endpoint"),
    *("device_authorization_endpoint", "ui_locales_supported", "dpop_signing_alg_values_supported"),
    *("authorization_response_iss_parameter_supported", "backchannel_logout_supported"),
    *("backchannel_logout_session_supported", "request_parameter_supported", "request_uri_parameter_supported"),
}


@pytest.fixture
def metadata(browser: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = browser.get("/.well-known/openid-configuration").json()
    return document


def test_both_documents_are_one_and_complete(browser: TestClient, metadata: dict[str, Any]) -> None:
    assert browser.get("/.well-known/oauth-authorization-server").json() == metadata
    assert metadata.keys() >= REQUIRED
    assert metadata["issuer"] == ISSUER
    assert all(value not in (None, "", []) for value in metadata.values())


def test_every_address_is_ours_and_answers(browser: TestClient, metadata: dict[str, Any]) -> None:
    addresses = {name: value for name, value in metadata.items() if name.endswith(("_endpoint", "_uri"))}
    assert len(addresses) == 9
    for name, address in addresses.items():
        assert address.startswith(f"{ISSUER}/id/"), name
        answer = browser.post(urlsplit(address).path, data={"x": "y"})
        if answer.status_code == 405:
            answer = browser.get(urlsplit(address).path)
        assert answer.status_code in (200, 303, 400, 401), name


def test_asvs_10_4_6_what_is_weak_is_not_offered(metadata: dict[str, Any]) -> None:
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert set(metadata["grant_types_supported"]) == {
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    }
    assert set(metadata["token_endpoint_auth_methods_supported"]) == {"private_key_jwt", "none"}
    assert metadata["introspection_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    offered = [value for name, values in metadata.items() if "alg_values" in name for value in values]
    assert set(offered) == {"ES256", "RS256", "PS256"}
    assert metadata["subject_types_supported"] == ["pairwise"]
    assert (metadata["request_parameter_supported"], metadata["request_uri_parameter_supported"]) == (False, False)
    assert metadata["acr_values_supported"] == [acr.value for acr in Acr]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/id/jwks"])
def test_programs_may_keep_it_for_five_minutes(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["content-type"] == "application/json"
    assert "set-cookie" not in answer.headers


def test_asvs_11_6_1_the_keys_are_public_halves_and_read_what_is_signed(
    browser: TestClient, town: Application, city: City
) -> None:
    published = browser.get("/id/jwks").json()
    assert len(published["keys"]) == 4
    for key in published["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & key.keys()
        assert (key["use"], key["alg"]) in {("sig", "ES256"), ("sig", "RS256")}
    tokens = town.tokens(browser, city.code)
    known = keys_by_id(published)
    for token, alg in ((tokens["access_token"], "ES256"), (tokens["id_token"], "RS256")):
        kid = jwt.get_unverified_header(token)["kid"]
        options = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
        claims = jwt.decode(token, known[kid], algorithms=[alg], issuer=ISSUER, options=options)  # type: ignore[arg-type]
        assert set(claims) & {"sub", "aud", "iss"} == {"sub", "aud", "iss"}


def test_claims_that_are_promised_are_told(
    browser: TestClient, town: Application, city: City, metadata: dict[str, Any]
) -> None:
    tokens = town.tokens(browser, city.code, nonce="n")
    told = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert set(told) - {"at_hash"} <= set(metadata["claims_supported"])
    assert {"sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "sid"} <= set(told)
