"""Keys: what is made, how it is published, and which published keys are used."""

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwk import ECKey, KeySet, RSAKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from identity.provider.jose.keys import (
    SigningAlgorithm,
    SigningKey,
    algorithms_of,
    jwks,
    keys_by_id,
    new_signing_key,
    private_key,
    public_jwk,
    public_key,
    public_key_from_jwk,
    thumbprint,
)
from tests.identity.provider.jose.samples import EC, RSA, in_joserfc, public_members

RFC_7638_KEY = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjB"
    "ZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8"
    "KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_"
    "xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}


def private_pem(key: Any) -> str:
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


@pytest.mark.parametrize("key", [EC, RSA], ids=lambda key: key.alg)
def test_a_key_is_named_by_its_thumbprint_as_others_compute_it(key: SigningKey) -> None:
    assert key.kid == thumbprint(public_jwk(key)) == in_joserfc(key).thumbprint()
    assert thumbprint(dict(reversed(public_jwk(key).items()))) == key.kid


def test_a_published_key_holds_only_its_public_half() -> None:
    published = public_jwk(EC)
    assert published.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (published["kty"], published["crv"], published["use"], published["alg"]) == ("EC", "P-256", "sig", "ES256")
    assert public_jwk(RSA).keys() == {"kty", "n", "e", "kid", "use", "alg"}
    assert "PRIVATE" not in repr(EC)


def test_a_published_set_is_read_by_others_and_by_us() -> None:
    published = jwks([EC, RSA])
    others = KeySet.import_key_set(published)  # type: ignore[arg-type]
    assert [key.kid for key in others.keys] == [EC.kid, RSA.kid]
    assert keys_by_id(published) == {EC.kid: public_key(EC), RSA.kid: public_key(RSA)}


def test_a_key_of_others_has_the_same_thumbprint() -> None:
    for made in (ECKey.generate_key("P-256"), RSAKey.generate_key(2048)):
        assert thumbprint(made.as_dict(private=False)) == made.thumbprint()


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_every_new_key_is_another(alg: SigningAlgorithm) -> None:
    assert new_signing_key(alg).kid != new_signing_key(alg).kid


def test_a_signing_key_that_does_not_fit_its_algorithm_is_a_mistake() -> None:
    for wrong in (
        SigningKey("kid", "RS256", EC.private_pem),
        SigningKey("kid", "ES256", RSA.private_pem),
        SigningKey("kid", "ES256", private_pem(ec.generate_private_key(ec.SECP384R1()))),
        SigningKey("kid", "ES256", private_pem(ed25519.Ed25519PrivateKey.generate())),
        SigningKey("kid", "ES256", "no key"),
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            private_key(wrong)


def test_a_key_is_fit_for_the_algorithms_of_its_kind() -> None:
    assert algorithms_of(public_key(EC)) == {"ES256"}
    assert algorithms_of(public_key(RSA)) == {"RS256", "PS256"}
    assert algorithms_of(ec.generate_private_key(ec.SECP384R1()).public_key()) == frozenset()


def small_rsa() -> dict[str, Any]:
    return RSAAlgorithm.to_jwk(
        rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key(), as_dict=True
    )


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        "text",
        [],
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC"},
        {"kty": ["EC"]},
        {**public_members(EC), "crv": "P-384"},
        {**public_members(EC), "crv": None},
        {**public_members(EC), "x": public_members(EC)["y"]},
        {**public_members(EC), "x": public_members(EC)["x"] + "="},
        {**public_members(EC), "x": "AA" + public_members(EC)["x"]},
        {**public_members(EC), "x": 5},
        {**public_members(EC), "d": "AA"},
        {**public_members(RSA), "n": "AA" + public_members(RSA)["n"]},
        {**public_members(RSA), "n": "AQAB"},
        {**public_members(RSA), "e": "AA"},
        {**public_members(RSA), "n": "x" * 5_000},
        {**public_members(RSA), "p": "AA"},
        small_rsa(),
        ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True),
        ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256K1()).public_key(), as_dict=True),
        ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True),
        OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate().public_key(), as_dict=True),
    ],
)
def test_what_is_no_public_key_of_ours_is_not_read(jwk: object) -> None:
    with pytest.raises(ValueError, match="public key"):
        public_key_from_jwk(jwk)


def test_keys_of_a_set_that_cannot_be_used_are_left_out() -> None:
    assert keys_by_id({}) == {}
    assert keys_by_id({"keys": "none"}) == {}
    mixed = [
        5,
        small_rsa(),
        {**public_jwk(EC), "use": "enc"},
        public_members(RSA),
        {**public_members(RSA), "kid": 7},
        {**public_members(EC), "kid": "only"},
    ]
    assert keys_by_id({"keys": mixed}) == {"only": public_key(EC)}


@pytest.mark.parametrize("jwk", [{}, {"kty": "oct", "k": "AA"}, {"kty": "EC", "x": "AA"}, {"kty": ["EC"]}])
def test_a_thumbprint_needs_the_members_of_its_type(jwk: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="EC or RSA"):
        thumbprint(jwk)


def test_the_thumbprint_of_rfc_7638_section_3_1() -> None:
    assert thumbprint(RFC_7638_KEY) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
