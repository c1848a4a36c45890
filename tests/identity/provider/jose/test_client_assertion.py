"""Client assertions: who may sign them, for whom, and for how long."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from joserfc import jwt as joserfc_jwt

from identity.provider.jose.client_assertion import AssertionId, verify_client_assertion, write_client_assertion
from identity.provider.jose.keys import jwks, new_signing_key, public_jwk
from identity.provider.jose.refusals import ClientAssertionInvalid
from tests.identity.provider.jose.samples import (
    CLIENT,
    CLIENT_JWKS,
    EC,
    ISSUER,
    NOW,
    NOW_S,
    RSA,
    TOKEN_ENDPOINT,
    claims_of,
    forged,
    header_of,
    in_joserfc,
    public_members,
    sealed,
    without,
)

OTHER = new_signing_key("ES256")
ASSERTION = write_client_assertion(EC, client_id=CLIENT, audience=ISSUER, now=NOW, jti="assertion-1")


def verify(assertion: str, **changed: Any) -> AssertionId:
    asked: dict[str, Any] = {
        "client_id": CLIENT,
        "client_jwks": CLIENT_JWKS,
        "audiences": {ISSUER, TOKEN_ENDPOINT},
        "now": NOW,
    }
    return verify_client_assertion(assertion, **{**asked, **changed})


def reason(assertion: str, **changed: Any) -> str:
    with pytest.raises(ClientAssertionInvalid) as refused:
        verify(assertion, **changed)
    assert refused.value.error == "invalid_client"
    return refused.value.reason


def unnamed(key_of: Any = EC, **claims: Any) -> str:
    return sealed(f'{{"alg":"{key_of.alg}"}}'.encode(), _claims(claims), key_of)


def _claims(changed: dict[str, Any]) -> bytes:
    return json.dumps({**claims_of(ASSERTION), **changed}).encode()


@pytest.mark.parametrize("key", [EC, RSA], ids=lambda key: key.alg)
@pytest.mark.parametrize("audience", [ISSUER, TOKEN_ENDPOINT])
def test_an_application_proves_itself_to_the_issuer_or_its_token_endpoint(key: Any, audience: str) -> None:
    assertion = write_client_assertion(key, client_id=CLIENT, audience=audience, now=NOW, jti="assertion-2")
    assert verify(assertion) == AssertionId("assertion-2", NOW + timedelta(seconds=60))
    assert claims_of(assertion) == {
        "iss": CLIENT,
        "sub": CLIENT,
        "aud": audience,
        "jti": "assertion-2",
        "iat": NOW_S,
        "exp": NOW_S + 60,
    }


def test_an_independent_reader_verifies_what_is_written() -> None:
    read = joserfc_jwt.decode(ASSERTION, in_joserfc(EC), algorithms=["ES256"])
    assert read.claims == claims_of(ASSERTION)


@pytest.mark.parametrize(("alg", "key"), [("ES256", EC), ("RS256", RSA), ("PS256", RSA)])
def test_what_authlib_signs_is_read(alg: str, key: Any) -> None:
    assertion = private_key_jwt_sign(
        in_joserfc(key), client_id=CLIENT, token_endpoint=TOKEN_ENDPOINT, alg=alg, expires_in=60
    )
    signed_at = datetime.fromtimestamp(claims_of(assertion)["iat"], UTC)
    published = {**public_members(key), "kid": "registered"}
    read = verify(assertion, client_jwks={"keys": [published]}, now=signed_at)
    assert read == AssertionId(claims_of(assertion)["jti"], signed_at + timedelta(seconds=60))


def test_the_named_key_is_taken_or_the_only_one_that_fits() -> None:
    assert verify(unnamed()).jti == "assertion-1"
    assert verify(unnamed(RSA)).jti == "assertion-1"
    assert verify(unnamed(), client_jwks={"keys": [public_members(EC), public_members(RSA)]}).jti == "assertion-1"
    assert reason(unnamed(), client_jwks=jwks([EC, OTHER])) == "kid"
    assert verify(ASSERTION, client_jwks=jwks([EC, OTHER])).jti == "assertion-1"
    assert reason(ASSERTION, client_jwks=jwks([OTHER])) == "kid"


@pytest.mark.parametrize("key_set", [{}, {"keys": []}, {"keys": None}, {"keys": [{}]}, {"keys": [{"kty": "oct"}]}])
def test_an_application_without_a_usable_key_proves_nothing(key_set: dict[str, Any]) -> None:
    assert reason(ASSERTION, client_jwks=key_set) == "kid"
    assert reason(unnamed(), client_jwks=key_set) == "kid"


def test_asvs_9_1_2_a_key_registered_for_one_algorithm_serves_no_other() -> None:
    pss_only = {**public_members(RSA), "alg": "PS256"}
    assert reason(unnamed(RSA), client_jwks={"keys": [pss_only]}) == "kid"
    assert reason(forged(ASSERTION, key=RSA, header={"alg": "RS256"}), client_jwks=jwks([EC])) == "kid"
    assert reason(ASSERTION, client_jwks={"keys": [{**public_jwk(EC), "use": "enc"}]}) == "kid"


def test_asvs_10_4_16_the_key_of_another_application_is_refused() -> None:
    assert reason(forged(ASSERTION, key=OTHER)) == "signature"
    theirs = write_client_assertion(OTHER, client_id=CLIENT, audience=ISSUER, now=NOW, jti="a")
    assert reason(theirs) == "kid"
    assert reason(ASSERTION, client_id="certificates") == "iss"


@pytest.mark.parametrize("kid", [None, 1, "", ["registered"]])
def test_a_key_id_that_is_none_names_no_key(kid: object) -> None:
    assert reason(forged(ASSERTION, header={"kid": kid}), client_jwks={"keys": [public_members(EC)]}) == "kid"


@pytest.mark.parametrize("typ", ["JWT", "client-authentication+jwt"])
def test_the_types_that_applications_write_are_read(typ: str) -> None:
    assert verify(forged(ASSERTION, header={"typ": typ})).jti == "assertion-1"


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "jti", "exp"])
def test_a_missing_claim_is_refused(claim: str) -> None:
    assert reason(without(ASSERTION, claim)) == claim


def test_the_time_of_issue_may_be_left_out() -> None:
    assert verify(without(ASSERTION, "iat")).jti == "assertion-1"


@pytest.mark.parametrize("claim", ["iss", "sub"])
def test_an_application_speaks_for_itself_alone(claim: str) -> None:
    for name in ("wallet", CLIENT.upper(), CLIENT + " "):
        assert reason(forged(ASSERTION, claims={claim: name})) == claim


@pytest.mark.parametrize("audience", [[ISSUER], [TOKEN_ENDPOINT], [ISSUER, TOKEN_ENDPOINT]])
def test_a_list_of_our_own_names_is_for_us(audience: list[str]) -> None:
    assert verify(forged(ASSERTION, claims={"aud": audience})).jti == "assertion-1"


@pytest.mark.parametrize(
    "audience",
    [
        "https://other.example",
        ISSUER + "/",
        [],
        [ISSUER, "https://other.example"],
        [ISSUER, None],
        [ISSUER, ["x"]],
        [[ISSUER]],
        {ISSUER: 1},
        None,
        True,
        7,
        "",
    ],
)
def test_asvs_9_2_3_an_assertion_for_others_is_not_for_us(audience: object) -> None:
    assert reason(forged(ASSERTION, claims={"aud": audience})) == "aud"


@pytest.mark.parametrize("expires_s", [-3_600, -1, 0, 301, 3_601])
def test_asvs_9_2_1_an_assertion_is_over_or_too_long(expires_s: int) -> None:
    assert reason(forged(ASSERTION, claims={"exp": NOW_S + expires_s})) == "exp"


@pytest.mark.parametrize("expires_s", [1, 5, 60, 300])
def test_asvs_9_2_1_an_assertion_lives_for_at_most_five_minutes(expires_s: int) -> None:
    read = verify(forged(ASSERTION, claims={"exp": NOW_S + expires_s}))
    assert read.expires_at == NOW + timedelta(seconds=expires_s)


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_asvs_9_2_1_eight_seconds_ahead_are_forgiven_an_hour_is_not(claim: str) -> None:
    for forgiven_s in (-3_600, -60, 0, 8, 60):
        assert verify(forged(ASSERTION, claims={claim: NOW_S + forgiven_s})).jti == "assertion-1"
    for refused_s in (-4_200, -3_601, 61, 3_601, 4_200):
        assert reason(forged(ASSERTION, claims={claim: NOW_S + refused_s})) == claim
    for no_time in (None, "now", True, 1.5):
        assert reason(forged(ASSERTION, claims={claim: no_time})) == claim


def test_the_header_names_the_key_and_the_algorithm() -> None:
    assert header_of(ASSERTION) == {"alg": "ES256", "kid": EC.kid, "typ": "JWT"}
