"""ID tokens: written as the application registered, read by it, and taken back as a hint."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from identity.provider.jose.id_token import (
    IdTokenClaims,
    at_hash,
    read_id_token,
    read_id_token_hint,
    write_id_token,
)
from identity.provider.jose.keys import SigningKey, jwks
from identity.provider.jose.refusals import IdTokenHintInvalid, IdTokenInvalid
from tests.identity.provider.jose.samples import (
    ACCESS_TOKEN,
    CLIENT,
    EC,
    ID,
    ISSUER,
    NONCE,
    NOW,
    NOW_S,
    RSA,
    claims_of,
    find_key,
    forged,
    header_of,
    in_joserfc,
    read_hint,
    read_id,
    unpadded,
    without,
)

TOKEN = write_id_token(ID, EC, access_token=ACCESS_TOKEN)
both_keys = pytest.mark.parametrize("key", [EC, RSA], ids=lambda key: key.alg)


def reason(token: str, alg: str = "ES256") -> str:
    with pytest.raises(IdTokenInvalid) as refused:
        read_id(token, alg)
    return refused.value.reason


@both_keys
def test_an_application_reads_what_the_provider_wrote(key: SigningKey) -> None:
    token = write_id_token(ID, key, access_token=ACCESS_TOKEN)
    assert read_id(token, key.alg) == ID
    assert header_of(token) == {"alg": key.alg, "kid": key.kid, "typ": "JWT"}


def test_the_claims_stand_as_openid_connect_names_them() -> None:
    assert claims_of(TOKEN) == {
        "iss": ISSUER,
        "sub": ID.subject,
        "aud": CLIENT,
        "iat": NOW_S,
        "exp": NOW_S + 300,
        "auth_time": NOW_S - 120,
        "acr": "urn:kashima:acr:passkey",
        "amr": ["pop", "user"],
        "sid": "session-1",
        "nonce": NONCE,
        "at_hash": unpadded(hashlib.sha256(ACCESS_TOKEN.encode()).digest()[:16]),
    }


def test_what_was_not_asked_for_is_left_out() -> None:
    bare = replace(ID, nonce=None)
    token = write_id_token(bare, RSA)
    assert {"nonce", "at_hash", "azp"} & claims_of(token).keys() == set()
    assert read_hint(token) == bare


@both_keys
def test_independent_readers_and_writers_agree(key: SigningKey) -> None:
    published = KeySet.import_key_set(jwks([EC, RSA]))  # type: ignore[arg-type]
    token = write_id_token(ID, key, access_token=ACCESS_TOKEN)
    assert joserfc_jwt.decode(token, published, algorithms=[key.alg]).claims == claims_of(token)
    theirs = joserfc_jwt.encode({"alg": key.alg, "kid": key.kid}, claims_of(token), in_joserfc(key))
    assert read_id(theirs, key.alg) == ID


def test_the_at_hash_of_openid_connect_core_appendix_a_3() -> None:
    assert at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"
    with pytest.raises(ValueError, match="HS256"):
        at_hash("token", "HS256")


def test_asvs_9_1_2_only_the_algorithm_that_the_application_registered_is_read() -> None:
    assert reason(TOKEN, "RS256") == "alg"
    assert reason(write_id_token(ID, RSA, access_token=ACCESS_TOKEN), "ES256") == "alg"
    for never in ("HS256", "none", ""):
        assert reason(TOKEN, never) == "alg"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://evil.example"),
        ("aud", "wallet"),
        ("aud", [CLIENT]),
        ("aud", [CLIENT, "wallet"]),
        ("azp", "wallet"),
        ("iat", NOW_S + 61),
        ("exp", NOW_S),
        ("exp", NOW_S - 1),
        ("nonce", "another"),
        ("nonce", None),
        ("at_hash", at_hash("another", "ES256")),
        ("at_hash", None),
        ("acr", "urn:kashima:acr:king"),
        ("acr", 2),
        ("amr", "pop"),
        ("amr", ["pop", 1]),
        ("amr", None),
        ("sid", None),
        ("auth_time", "now"),
    ],
)
def test_asvs_9_2_3_and_10_5_4_a_token_for_another_purpose_is_refused_by_the_claims_name(
    claim: str, value: object
) -> None:
    assert reason(forged(TOKEN, claims={claim: value})) == claim


@pytest.mark.parametrize(
    "claim", ["iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "nonce", "at_hash"]
)
def test_a_missing_claim_is_refused(claim: str) -> None:
    assert reason(without(TOKEN, claim)) == claim


def test_asvs_10_5_1_a_nonce_that_was_not_sent_is_refused() -> None:
    def read(nonce: str | None, token: str) -> IdTokenClaims:
        return read_id_token(
            token,
            find_key=find_key,
            issuer=ISSUER,
            client_id=CLIENT,
            alg="ES256",
            nonce=nonce,
            access_token=None,
            now=NOW,
        )

    with pytest.raises(IdTokenInvalid):
        read(None, TOKEN)
    assert read(None, write_id_token(replace(ID, nonce=None), EC)).nonce is None


def test_asvs_9_2_1_a_token_is_read_until_the_second_of_its_expiry() -> None:
    last = replace(ID, expires_at=NOW + timedelta(seconds=1), azp=CLIENT)
    assert read_id(write_id_token(last, EC, access_token=ACCESS_TOKEN)) == last


@both_keys
def test_an_expired_token_is_still_a_hint(key: SigningKey) -> None:
    old = replace(ID, issued_at=NOW - timedelta(days=2), expires_at=NOW - timedelta(days=1))
    token = write_id_token(old, key)
    assert read_hint(token) == old
    assert read_id_token_hint(token, find_key=find_key, issuer=ISSUER) == old


@pytest.mark.parametrize(("claim", "value"), [("iss", "https://evil.example"), ("aud", "wallet"), ("sub", "")])
def test_asvs_10_6_2_a_hint_of_another_issuer_or_application_is_refused(claim: str, value: str) -> None:
    with pytest.raises(IdTokenHintInvalid) as refused:
        read_hint(forged(TOKEN, claims={claim: value}))
    assert refused.value.reason == claim
    assert refused.value.error == "invalid_request"
