"""How a confidential application may not prove itself, and what it may not push, at each provider."""

import time

import jwt
import pytest

from tests.openid.application import ASSERTION_TYPE, Application, new_attempt
from tests.openid.provider_under_test import RegisteredClient, new_key

Refused = tuple[int, str]
INVALID_CLIENT = (401, "invalid_client")


def test_an_assertion_by_our_own_key_for_the_issuer_is_accepted(town: Application) -> None:
    assert push(town, town.assertion()) == (201, "")


def test_an_assertion_for_the_token_endpoint_is_accepted(town: Application) -> None:
    assert push(town, town.assertion(aud=town.provider.endpoint("token_endpoint"))) == (201, "")


def test_an_assertion_that_begins_eight_seconds_from_now_is_accepted_for_clocks_differ(town: Application) -> None:
    assert push(town, town.assertion(nbf=int(time.time()) + 8)) == (201, "")


@pytest.mark.parametrize(
    ("claim", "value"), [("aud", "https://elsewhere.example"), ("iss", "farm"), ("exp", None), ("jti", None)]
)
def test_an_assertion_that_claims_something_else_is_refused(town: Application, claim: str, value: str | None) -> None:
    assert push(town, town.assertion(**{claim: value})) == INVALID_CLIENT


def test_an_assertion_about_another_application_is_refused(town: Application) -> None:
    assert push(town, town.assertion(sub="farm")) in (INVALID_CLIENT, (400, "invalid_request"))


@pytest.mark.parametrize("seconds", [{"iat": -600, "exp": -300}, {"nbf": 600, "exp": 660}], ids=["over", "not yet"])
def test_an_assertion_of_another_time_is_refused(town: Application, seconds: dict[str, int]) -> None:
    now = int(time.time())
    assertion = town.assertion(**{claim: now + later_s for claim, later_s in seconds.items()})
    assert push(town, assertion) == INVALID_CLIENT


def test_an_assertion_by_the_key_of_another_application_is_refused(town: Application) -> None:
    stranger = Application(town.provider, RegisteredClient("town", town.client.redirect_uri, key=new_key()))
    assert push(town, stranger.assertion()) == INVALID_CLIENT


def test_an_assertion_that_nobody_signed_is_refused(town: Application) -> None:
    claims = jwt.decode(town.assertion(), options={"verify_signature": False})
    assert push(town, jwt.encode(claims, "", "none")) == INVALID_CLIENT


def test_an_assertion_signed_with_the_public_key_as_a_secret_is_refused(town: Application) -> None:
    assert town.client.key is not None
    claims = jwt.decode(town.assertion(), options={"verify_signature": False})
    secret = town.client.key.as_dict(private=False)["x"]
    assert push(town, jwt.encode(claims, str(secret), "HS256")) == INVALID_CLIENT


def test_an_assertion_is_good_once(town: Application) -> None:
    assertion = town.assertion()
    assert push(town, assertion) == (201, "")
    assert push(town, assertion) == INVALID_CLIENT


def test_a_confidential_application_that_proves_nothing_is_refused(town: Application) -> None:
    form = {**town.request(new_attempt()), "client_id": "town"}
    answer = town.http.post(town.provider.endpoint("pushed_authorization_request_endpoint"), data=form)
    assert (answer.status_code, answer.json()["error"]) == INVALID_CLIENT


def test_a_pushed_request_that_names_another_request_is_refused(town: Application) -> None:
    request_uri = town.push(town.request(new_attempt()))["request_uri"]
    status, error = push(town, town.assertion(), request_uri=request_uri)
    assert (status, error in ("invalid_request", "request_uri_not_supported")) == (400, True)


def test_a_pushed_request_to_an_address_that_is_not_registered_is_refused(town: Application) -> None:
    status, error = push(town, town.assertion(), redirect_uri="https://elsewhere.example/callback")
    assert (status, error in ("invalid_request", "invalid_redirect_uri")) == (400, True)


def push(application: Application, assertion: str, **changes: str) -> Refused:
    """Push a request proven by an assertion, and answer the status and the error, if any."""
    proof = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
    form = {**application.request(new_attempt()), **proof, **changes}
    answer = application.http.post(application.provider.endpoint("pushed_authorization_request_endpoint"), data=form)
    return answer.status_code, answer.json().get("error", "")
