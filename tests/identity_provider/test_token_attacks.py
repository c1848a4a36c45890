"""The endpoints of programs under attack: replays, thieves, forged tokens, and who may ask what."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from identity.provider.jose.keys import new_signing_key
from identity.provider.operations.authenticate_client import ASSERTION_TYPE
from tests.identity.provider.jose.samples import forged
from tests.identity.provider.operations.world import VERIFIER, parameters_of
from tests.identity_provider.application import Application, error_of, is_active, none_token, userinfo
from tests.identity_provider.conftest import City, TestClient


def test_asvs_14_3_2_tokens_are_never_kept_by_anything_in_between(
    browser: TestClient, town: Application, city: City
) -> None:
    answer = town.exchange(town.sign_in(browser, city.code)["code"])
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    told = userinfo(town, answer.json()["access_token"])
    assert told.headers["cache-control"] == "no-store"
    pushed = town.post("/id/par", **{n: v[0] for n, v in parameters_of(town.client).items()})
    assert (pushed.status_code, pushed.headers["cache-control"]) == (201, "no-store")


def test_asvs_10_4_2_a_code_that_comes_twice_ends_what_the_first_got(
    browser: TestClient, town: Application, city: City
) -> None:
    code = town.sign_in(browser, city.code, scope="openid offline_access")["code"]
    first = town.exchange(code).json()
    assert is_active(town, first["access_token"])
    assert error_of(town.exchange(code)) == (400, "invalid_grant")
    assert not is_active(town, first["access_token"])
    assert error_of(town.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert userinfo(town, first["access_token"]).status_code == 401


def test_asvs_10_4_6_a_stolen_code_is_worth_nothing_without_the_verifier(
    browser: TestClient, phone: Application, town: Application, city: City
) -> None:
    code = phone.sign_in(browser, city.code)["code"]
    for verifier in ("w" * 43, "", "v" * 42, None):
        status, error = error_of(phone.exchange(code, code_verifier=verifier))
        assert (status, error) in {(400, "invalid_grant"), (400, "invalid_request")}
    assert error_of(town.exchange(code, redirect_uri=phone.redirect_uri)) == (400, "invalid_grant")
    assert phone.exchange(code).status_code == 200


def test_a_code_bound_to_a_key_is_worth_nothing_to_another(browser: TestClient, phone: Application, city: City) -> None:
    code = phone.sign_in(browser, city.code, dpop_jkt=phone.key.kid)["code"]
    mine, phone.key = phone.key, new_signing_key("ES256")
    assert error_of(phone.exchange(code)) == (400, "invalid_grant")
    phone.key = mine
    assert phone.exchange(code).json()["token_type"] == "DPoP"


def test_a_public_application_without_a_key_gets_no_token(browser: TestClient, phone: Application, city: City) -> None:
    form = {"code": phone.sign_in(browser, city.code)["code"], "redirect_uri": phone.redirect_uri}
    answer = phone.post("/id/token", {}, grant_type="authorization_code", code_verifier=VERIFIER, **form)
    assert error_of(answer) == (400, "invalid_dpop_proof")


def test_asvs_10_4_5_a_stolen_refresh_token_ends_the_family_when_the_second_one_comes(
    browser: TestClient, phone: Application, city: City
) -> None:
    first = phone.tokens(browser, city.code)
    mine, phone.key = phone.key, new_signing_key("ES256")
    assert error_of(phone.refresh(first["refresh_token"])) == (400, "invalid_grant"), "the thief lacks the key"
    phone.key = mine
    second = phone.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    phone.key = new_signing_key("ES256")
    answer = phone.refresh(first["refresh_token"])
    assert (error_of(answer), answer.json()["error_description"]) == ((400, "invalid_grant"), "grant_used_twice")
    phone.key = mine
    assert error_of(phone.refresh(second["refresh_token"])) == (400, "invalid_grant")
    assert userinfo(phone, second["access_token"]).status_code == 401


def test_asvs_10_3_5_a_proof_that_was_shown_with_a_refused_request_proves_no_more(
    browser: TestClient, phone: Application, city: City
) -> None:
    proof = phone.proof("/id/token")
    code = phone.sign_in(browser, city.code)["code"]
    form = {"grant_type": "authorization_code", "redirect_uri": phone.redirect_uri, "code": code}
    assert error_of(phone.post("/id/token", {"DPoP": proof}, **form)) == (400, "invalid_request")
    again = phone.post("/id/token", {"DPoP": proof}, code_verifier=VERIFIER, **form)
    assert error_of(again) == (400, "invalid_dpop_proof")


@pytest.mark.parametrize("path", ["/id/token", "/id/par", "/id/introspect", "/id/revoke", "/id/device-authorization"])
def test_asvs_10_4_16_an_assertion_proves_once_also_when_the_request_is_refused(town: Application, path: str) -> None:
    assertion = town.assertion()
    status, error = error_of(town.post(path, client_assertion=assertion))
    assert status == 400
    assert error != "invalid_client"
    assert error_of(town.post(path, client_assertion=assertion)) == (401, "invalid_client")


@pytest.mark.parametrize("path", ["/id/token", "/id/par", "/id/introspect", "/id/revoke", "/id/device-authorization"])
def test_asvs_9_1_2_an_application_is_not_believed_by_another_algorithm_key_or_address(
    town: Application, farm: Application, path: str
) -> None:
    good = town.assertion()
    wrong = [
        none_token(good),
        none_token(good) + "x",
        forged(good, key=new_signing_key("ES256")),
        forged(good, key=new_signing_key("RS256"), header={"alg": "RS256"}),
        town.assertion(audience="https://other.example"),
        town.assertion(now=town.clock.now() - timedelta(minutes=10)),
        town.assertion(now=town.clock.now() + timedelta(minutes=10)),
        farm.assertion(),
        "",
        "\x00",
        None,
    ]
    for assertion in wrong:
        assert error_of(town.post(path, client_assertion=assertion)) == (401, "invalid_client"), assertion
    assert error_of(town.post(path, client_assertion=good, client_assertion_type="x")) == (401, "invalid_client")
    assert error_of(town.post(path, client_id="farm", client_assertion=good)) == (401, "invalid_client")
    for client_id in ("nobody", "\x00", "", None):
        assert error_of(town.post(path, client_id=client_id, client_assertion=good))[0] in (400, 401)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}, "unauthorized_client"),
    ],
)
def test_asvs_10_4_4_only_the_ways_to_a_token_that_exist_here(
    town: Application, form: dict[str, str], error: str
) -> None:
    assert error_of(town.post("/id/token", **form)) == (400, error)


def test_a_form_is_a_form_with_each_parameter_once(town: Application) -> None:
    assert error_of(town.http.post("/id/token", json={"client_id": "town"})) == (400, "invalid_request")
    assert error_of(town.http.post("/id/token", content=b"")) == (400, "invalid_request")
    assert error_of(town.http.post("/id/token", files={"a": ("x", b"y")})) == (400, "invalid_request")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    twice = urlencode([("client_id", "town"), ("client_id", "farm")])
    assert error_of(town.http.post("/id/token", content=twice, headers=headers)) == (400, "invalid_request")
    flood = urlencode([(f"p{number}", "x") for number in range(2_000)])
    assert error_of(town.http.post("/id/token", content=flood, headers=headers)) == (400, "invalid_request")
    in_address = town.http.post(f"/id/token?{urlencode({'client_id': 'phone'})}", content="", headers=headers)
    assert error_of(in_address) == (401, "invalid_client"), "parameters of the address are not read"


def test_a_pushed_request_is_bound_to_the_key_that_is_proven(
    browser: TestClient, town: Application, phone: Application, city: City
) -> None:
    asked = {name: values[0] for name, values in parameters_of(phone.client).items()}
    other = new_signing_key("ES256")
    wrong = phone.post("/id/par", {"DPoP": phone.proof("/id/par")}, **{**asked, "dpop_jkt": other.kid})
    assert error_of(wrong) == (400, "invalid_dpop_proof")
    for given in (None, "", phone.key.kid):
        pushed = phone.post("/id/par", {"DPoP": phone.proof("/id/par")}, **{**asked, "dpop_jkt": given})
        assert pushed.status_code == 201
        assert pushed.json()["expires_in"] == 60
    bound = city.rows("SELECT DISTINCT request ->> 'dpop_thumbprint' FROM identity.authorization_requests")
    assert bound == [(phone.key.kid,)]


def test_secrets_in_the_query_of_an_address_are_never_needed(browser: TestClient, town: Application) -> None:
    for path in ("/id/token", "/id/introspect", "/id/revoke", "/id/par", "/id/device-authorization"):
        assert town.http.get(path).status_code == 405
    token = town.http.get("/id/userinfo?access_token=x")
    assert (token.status_code, token.headers["www-authenticate"]) == (401, "Bearer")
    assert ASSERTION_TYPE.startswith("urn:")
