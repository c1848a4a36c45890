"""What the OpenID conformance suite asks of a provider, module by module, asked of each provider from outside.

The names begin with those of the modules of the plans `oidcc-basic-certification-test-plan`,
`oidcc-config-certification-test-plan` and `oidcc-backchannel-rp-initiated-logout-certification-test-plan`. Every client
proves itself as the city's profile asks, by private_key_jwt or by a key that its tokens are bound to, and every request
carries a PKCE challenge.
"""

import json
import time
from urllib.parse import urlsplit

import pytest

from tests.openid.application import Application, new_attempt
from tests.openid.provider_under_test import SIGNED_OUT_AT, ProviderUnderTest
from tests.openid.sign_outs import SignOuts
from tests.openid.visitor import Landing, Page, Visitor

LONG_S = "10000"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
NONE = "eyJhbGciOiJub25lIn0"
"""The header of an unsigned request object."""


def test_oidcc_server_a_person_signs_in_by_a_code(town: Application, visitor: Visitor) -> None:
    tokens = town.sign_in(visitor)
    assert tokens.claims["nonce"] == tokens.attempt.nonce
    assert tokens.claims["aud"] in ("town", ["town"])
    assert town.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]


def test_oidcc_server_a_person_signs_in_to_a_public_application(phone: Application, visitor: Visitor) -> None:
    tokens = phone.sign_in(visitor)
    assert tokens.claims["nonce"] == tokens.attempt.nonce
    assert phone.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    with_another_key = Application(phone.provider, phone.client)
    assert with_another_key.userinfo(tokens.access_token).status_code == 401


def test_oidcc_alternate_happy_flow_the_order_of_scopes_and_parameters_does_not_matter(
    phone: Application, visitor: Visitor
) -> None:
    attempt = new_attempt()
    request = phone.request(attempt, scope="phone email address profile openid")
    backwards = dict(reversed(request.items()))
    landed = visitor.land(phone.address(backwards), phone.client.redirect_uri)
    assert phone.take_tokens(attempt, landed).claims["nonce"] == attempt.nonce


def test_oidcc_server_client_secret_post_is_not_offered_and_a_secret_proves_nothing(
    town: Application, visitor: Visitor
) -> None:
    methods = town.provider.discovery["token_endpoint_auth_methods_supported"]
    assert not {"client_secret_post", "client_secret_basic", "client_secret_jwt"} & set(methods)
    attempt, landed = town.ask(visitor)
    form = {
        "grant_type": "authorization_code",
        "code": landed["code"],
        "redirect_uri": town.client.redirect_uri,
        "code_verifier": attempt.verifier,
        "client_id": "town",
        "client_secret": "a secret of sixteen characters",
    }
    answer = town.http.post(town.provider.endpoint("token_endpoint"), data=form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_oidcc_response_type_missing_is_an_error(town: Application, visitor: Visitor) -> None:
    refused = refusal(town, visitor, response_type=None)
    assert refused in ("unsupported_response_type", "invalid_request", "page")


def test_oidcc_idtoken_signature_is_rs256_unless_the_client_chose(
    town: Application, farm: Application, visitor: Visitor
) -> None:
    assert town.sign_in(visitor).header["alg"] == "RS256"
    assert farm.sign_in(visitor).header["alg"] == "ES256"


def test_oidcc_idtoken_unsigned_is_never_offered(provider: ProviderUnderTest) -> None:
    assert "none" not in provider.discovery["id_token_signing_alg_values_supported"]
    assert {"RS256", "ES256"} <= set(provider.discovery["id_token_signing_alg_values_supported"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_oidcc_userinfo_get_and_post_header(town: Application, visitor: Visitor, method: str) -> None:
    tokens = town.sign_in(visitor)
    answer = town.userinfo(tokens.access_token, method)
    assert (answer.status_code, answer.json()["sub"]) == (200, tokens.claims["sub"])


def test_oidcc_userinfo_post_body_is_answered_or_refused(town: Application, visitor: Visitor) -> None:
    tokens = town.sign_in(visitor)
    body = {"access_token": tokens.access_token}
    answer = town.http.post(town.provider.endpoint("userinfo_endpoint"), data=body)
    assert answer.status_code in (400, 401) or answer.json()["sub"] == tokens.claims["sub"]


def test_oidcc_userinfo_refuses_a_token_that_nobody_issued(town: Application) -> None:
    answer = town.userinfo("not-a-token")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(phone: Application, visitor: Visitor) -> None:
    assert "nonce" not in phone.sign_in(visitor, nonce=None).claims


@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone", "profile email address phone"])
def test_oidcc_scope_is_accepted_even_when_nothing_is_held(town: Application, visitor: Visitor, scope: str) -> None:
    tokens = town.sign_in(visitor, scope=f"openid {scope}")
    answer = town.userinfo(tokens.access_token)
    assert (answer.status_code, answer.json()["sub"]) == (200, tokens.claims["sub"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("display", "page"),
        ("display", "popup"),
        ("ui_locales", "se"),
        ("claims_locales", "se"),
        ("login_hint", "buffy@example.com"),
        ("extra", "foobar"),
    ],
)
def test_oidcc_a_parameter_that_needs_nothing_is_never_an_error(
    phone: Application, visitor: Visitor, name: str, value: str
) -> None:
    """oidcc-display-page, -display-popup, -ui-locales, -claims-locales, -login-hint, -unknown-parameter."""
    assert phone.sign_in(visitor, **{name: value}).claims["sub"]


def test_oidcc_prompt_login_signs_in_again(town: Application, visitor: Visitor) -> None:
    first = town.sign_in(visitor, max_age=LONG_S)
    wait_beyond(first.claims["auth_time"])
    second = town.sign_in(visitor, max_age=LONG_S, prompt="login")
    assert visitor.times_signed_in == 2
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_prompt_none_not_logged_in_answers_login_required(town: Application, visitor: Visitor) -> None:
    _, landed = town.ask(visitor, prompt="none")
    assert landed["error"] == "login_required"
    assert "code" not in landed
    assert visitor.pages == []


def test_oidcc_prompt_none_logged_in_is_silent(town: Application, visitor: Visitor) -> None:
    first = town.sign_in(visitor, max_age=LONG_S)
    shown = len(visitor.pages)
    second = town.sign_in(visitor, max_age=LONG_S, prompt="none")
    assert len(visitor.pages) == shown
    assert (second.claims["sub"], second.claims["auth_time"]) == (first.claims["sub"], first.claims["auth_time"])


def test_oidcc_max_age_1_signs_in_again(town: Application, visitor: Visitor) -> None:
    first = town.sign_in(visitor, max_age=LONG_S)
    wait_beyond(first.claims["auth_time"] + 1)
    second = town.sign_in(visitor, max_age="1")
    assert visitor.times_signed_in == 2
    assert second.claims["auth_time"] > first.claims["auth_time"]


def test_oidcc_max_age_10000_keeps_the_sign_in(town: Application, visitor: Visitor) -> None:
    first = town.sign_in(visitor, max_age=LONG_S)
    second = town.sign_in(visitor, max_age=LONG_S)
    assert visitor.times_signed_in == 1
    assert second.claims["auth_time"] == first.claims["auth_time"]


def test_oidcc_id_token_hint_of_the_same_person_is_silent(town: Application, visitor: Visitor) -> None:
    first = town.sign_in(visitor)
    shown = len(visitor.pages)
    second = town.sign_in(visitor, prompt="none", id_token_hint=first.id_token)
    assert len(visitor.pages) == shown
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_id_token_hint_of_somebody_else_is_not_silent(town: Application, provider: ProviderUnderTest) -> None:
    hers, his = Visitor(provider.new_person()), Visitor(provider.new_person())
    hint = town.sign_in(hers).id_token
    town.sign_in(his)
    _, landed = town.ask(his, prompt="none", id_token_hint=hint)
    assert landed["error"] == "login_required"


def test_oidcc_ensure_request_with_acr_values_succeeds(town: Application, visitor: Visitor) -> None:
    acr = town.provider.acr
    assert acr in town.provider.discovery["acr_values_supported"]
    assert town.sign_in(visitor, acr_values=acr).claims["acr"] == acr


def test_oidcc_codereuse_is_refused_and_takes_back_what_was_issued(town: Application, visitor: Visitor) -> None:
    tokens = town.sign_in(visitor, scope="openid offline_access", prompt="consent")
    assert town.is_active(tokens.access_token)
    again = town.exchange(tokens.attempt, tokens.code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert not town.is_active(tokens.access_token)
    assert town.userinfo(tokens.access_token).status_code == 401
    assert town.refresh(tokens.refresh_token).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "redirect_uri",
    ["https://elsewhere.example/callback", "https://town.example/callback/", "https://town.example/callback?a=b"],
)
def test_oidcc_ensure_registered_redirect_uri_shows_a_page(
    town: Application, visitor: Visitor, redirect_uri: str
) -> None:
    request = town.request(new_attempt(), redirect_uri=redirect_uri)
    page = visitor.look(town.address(request), never_at=redirect_uri.split("?", maxsplit=1)[0])
    assert page.status == 400


def test_oidcc_ensure_post_request_succeeds(phone: Application, visitor: Visitor) -> None:
    attempt = new_attempt()
    address = phone.provider.endpoint("authorization_endpoint")
    landed = visitor.land(address, phone.client.redirect_uri, post=phone.request(attempt))
    assert phone.take_tokens(attempt, landed).claims["nonce"] == attempt.nonce


def test_oidcc_request_uri_unsigned_is_not_ignored(town: Application, visitor: Visitor) -> None:
    refused = refusal(town, visitor, request_uri="https://town.example/request.jwt")
    assert refused in ("request_uri_not_supported", "invalid_request_uri", "invalid_request", "page")


def test_oidcc_unsigned_request_object_is_not_ignored(town: Application, visitor: Visitor) -> None:
    refused = refusal(town, visitor, request=f"{NONE}.e30.")
    assert refused in ("request_not_supported", "invalid_request", "page")


def test_oidcc_ensure_request_object_with_redirect_uri_goes_nowhere_else(town: Application, visitor: Visitor) -> None:
    """The address that the request names and the one in the object differ; only the registered one may be landed at."""
    refused = refusal(town, visitor, request=f"{NONE}.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2Zhcm0uZXhhbXBsZS8ifQ.")
    assert refused in ("request_not_supported", "invalid_request", "page")


def test_oidcc_claims_essential_succeeds(phone: Application, visitor: Visitor) -> None:
    claims = json.dumps({"userinfo": {"name": {"essential": True}}})
    tokens = phone.sign_in(visitor, claims=claims)
    assert phone.userinfo(tokens.access_token).status_code == 200


def test_oidcc_refresh_token_works_for_its_client_alone(town: Application, farm: Application, visitor: Visitor) -> None:
    tokens = town.sign_in(visitor, scope="openid offline_access", prompt="consent")
    stranger = farm.refresh(tokens.refresh_token)
    assert (stranger.status_code, stranger.json()["error"]) == (400, "invalid_grant")
    answer = town.refresh(tokens.refresh_token)
    assert answer.status_code == 200, answer.text
    _, claims = town.verify_id_token(answer.json()["id_token"])
    assert (claims["sub"], claims["iss"]) == (tokens.claims["sub"], tokens.claims["iss"])
    assert town.userinfo(answer.json()["access_token"]).json()["sub"] == tokens.claims["sub"]


def test_oidcc_refresh_token_used_twice_ends_all_of_its_family(town: Application, visitor: Visitor) -> None:
    first = town.sign_in(visitor, scope="openid offline_access", prompt="consent")
    second = town.refresh(first.refresh_token).json()
    assert second["refresh_token"] != first.refresh_token
    assert town.refresh(first.refresh_token).json()["error"] == "invalid_grant"
    assert town.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert not town.is_active(second["access_token"])


def test_oidcc_ensure_request_with_valid_pkce_succeeds_and_a_wrong_verifier_does_not(
    town: Application, visitor: Visitor
) -> None:
    assert town.sign_in(visitor).claims["sub"]
    _, landed = town.ask(visitor)
    wrong = town.exchange(new_attempt(), landed["code"])
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "change", [{"code_challenge": None, "code_challenge_method": None}, {"code_challenge_method": "plain"}]
)
def test_a_request_without_a_challenge_by_s256_is_refused(
    town: Application, visitor: Visitor, change: dict[str, str | None]
) -> None:
    assert refusal(town, visitor, **change) == "invalid_request"


def test_oidcc_discovery_endpoint_verification(provider: ProviderUnderTest, town: Application) -> None:
    document = provider.discovery
    assert document["issuer"] == provider.issuer
    addresses = {name: value for name, value in document.items() if name.endswith(("_endpoint", "jwks_uri"))}
    assert set(addresses) >= {
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "pushed_authorization_request_endpoint",
        "introspection_endpoint",
        "revocation_endpoint",
        "device_authorization_endpoint",
    }
    assert {urlsplit(address).netloc for address in addresses.values()} == {urlsplit(provider.issuer).netloc}
    assert "code" in document["response_types_supported"]
    assert {"authorization_code", "refresh_token"} <= set(document["grant_types_supported"])
    assert document["subject_types_supported"] == ["pairwise"]
    assert set(document["token_endpoint_auth_methods_supported"]) == {"private_key_jwt", "none"}
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document.get("request_parameter_supported", False) is False
    assert document.get("request_uri_parameter_supported", True) is False
    assert "openid" in document["scopes_supported"]
    assert "sub" in document["claims_supported"]


def test_oidcc_server_rotate_keys_the_key_set_holds_public_keys_with_names(town: Application) -> None:
    keys = town.http.get(town.provider.endpoint("jwks_uri")).json()["keys"]
    assert {(key["kty"], key["alg"], key["use"]) for key in keys} == {("RSA", "RS256", "sig"), ("EC", "ES256", "sig")}
    assert len({key["kid"] for key in keys}) == len(keys)
    assert not {"d", "p", "q", "k"} & {member for key in keys for member in key}


def test_oidcc_backchannel_logout_discovery_endpoint_verification(provider: ProviderUnderTest) -> None:
    assert provider.discovery["backchannel_logout_supported"] is True
    assert provider.discovery["backchannel_logout_session_supported"] is True
    assert provider.endpoint("end_session_endpoint").startswith(provider.issuer)


def test_oidcc_backchannel_rp_initiated_logout_tells_the_application_and_ends_the_session(
    town: Application, visitor: Visitor, told: SignOuts
) -> None:
    tokens = town.sign_in(visitor)
    landed = visitor.land(town.sign_out_address(tokens, state="bye"), SIGNED_OUT_AT)
    assert landed == {"state": "bye"}
    town.provider.tell_applications()
    content_type, logout_token = told.of_session(tokens.claims["sid"])
    assert content_type.split(";")[0] == "application/x-www-form-urlencoded"
    header, claims = town.verify_logout_token(logout_token)
    assert header["typ"] == "logout+jwt"
    assert (claims["sub"], claims["sid"]) == (tokens.claims["sub"], tokens.claims["sid"])
    assert claims["events"] == {LOGOUT_EVENT: {}}
    assert claims["jti"]
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert "nonce" not in claims
    assert town.ask(visitor, prompt="none")[1]["error"] == "login_required"


def test_oidcc_rp_initiated_logout_lands_at_no_address_that_is_not_registered(
    town: Application, visitor: Visitor
) -> None:
    tokens = town.sign_in(visitor)
    address = town.sign_out_address(tokens, post_logout_redirect_uri="https://elsewhere.example/")
    page = visitor.look(address, never_at="https://elsewhere.example/")
    assert page.status in (200, 400)


def refusal(application: Application, visitor: Visitor, **changes: str | None) -> str:
    """The error with which a request is sent back to its application, or "page" when it is refused on a page."""
    attempt = new_attempt()
    address = application.address(application.request(attempt, **changes))
    step = visitor.open(address, application.client.redirect_uri)
    if isinstance(step, Page):
        assert step.status == 400
        return "page"
    assert isinstance(step, Landing)
    application.check_landing(attempt, step.parameters)
    assert "code" not in step.parameters
    return step.parameters["error"]


def wait_beyond(second: int) -> None:
    """Times of sign-ins are whole seconds: wait until the clock shows a later one."""
    while int(time.time()) <= second:
        time.sleep(0.05)
