"""Proofs of possession: the checks of RFC 9449, section 4.3, one by one, and its examples."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws as joserfc_jws
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey
from jwt.algorithms import ECAlgorithm

from identity.provider.jose.dpop import DpopProof, only_proof, verify_dpop_proof, write_dpop_proof
from identity.provider.jose.keys import new_signing_key, private_key
from identity.provider.jose.refusals import DpopNonceNeeded, DpopProofInvalid
from tests.identity.provider.jose.samples import (
    ACCESS_TOKEN,
    EC,
    NOW,
    NOW_S,
    RSA,
    TOKEN_ENDPOINT,
    claims_of,
    forged,
    header_of,
    public_members,
    sealed,
    without,
)

URL = "https://pay.example.jp/api/v1/wallet/payments"
PROOF = write_dpop_proof(
    EC, method="POST", url=URL, now=NOW, jti="proof-1", access_token=ACCESS_TOKEN, nonce="server-nonce"
)
RFC_HEADER = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQy"
    "VVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19"
)
RFC_TOKEN_PROOF = (
    RFC_HEADER + "."
    "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0"
    "IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
RFC_RESOURCE_PROOF = (
    RFC_HEADER + "."
    "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRy"
    "ZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRq"
    "zhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)
RFC_ACCESS_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
RFC_THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def verify(proof: str, **changed: Any) -> DpopProof:
    asked: dict[str, Any] = {
        "method": "POST",
        "url": URL,
        "now": NOW,
        "access_token": ACCESS_TOKEN,
        "nonce": "server-nonce",
        "expected_thumbprint": EC.kid,
    }
    return verify_dpop_proof(proof, **{**asked, **changed})


def reason(proof: str, **changed: Any) -> str:
    with pytest.raises(DpopProofInvalid) as refused:
        verify(proof, **changed)
    return refused.value.reason


def test_a_proof_of_our_own_is_good() -> None:
    assert verify(PROOF) == DpopProof(EC.kid, "proof-1", NOW)
    assert header_of(PROOF) == {"typ": "dpop+jwt", "alg": "ES256", "jwk": public_members(EC)}
    bare = write_dpop_proof(EC, method="POST", url=f"{URL}?page=2#top", now=NOW, jti="proof-2")
    assert claims_of(bare) == {"jti": "proof-2", "htm": "POST", "htu": URL, "iat": NOW_S}
    assert verify(bare, access_token=None, nonce=None, expected_thumbprint=None).jti == "proof-2"


def test_the_token_request_of_rfc_9449_section_5() -> None:
    proof = verify_dpop_proof(
        RFC_TOKEN_PROOF,
        method="POST",
        url="https://server.example.com/token",
        now=datetime.fromtimestamp(1562262616, UTC),
        expected_thumbprint=RFC_THUMBPRINT,
    )
    assert proof.jti == "-BwC3ESc6acc2lTc"


def test_the_protected_resource_request_of_rfc_9449_section_7_1() -> None:
    proof = verify_dpop_proof(
        RFC_RESOURCE_PROOF,
        method="GET",
        url="https://resource.example.org/protectedresource",
        now=datetime.fromtimestamp(1562262618, UTC),
        access_token=RFC_ACCESS_TOKEN,
        expected_thumbprint=RFC_THUMBPRINT,
    )
    assert proof == DpopProof(RFC_THUMBPRINT, "e1j3V_bKic8-LAEB", datetime.fromtimestamp(1562262618, UTC))


def test_what_an_independent_writer_signs_is_read_and_the_other_way_round() -> None:
    key = ECKey.generate_key("P-256")
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
    claims = {"jti": "theirs", "htm": "POST", "htu": URL, "iat": NOW_S}
    proof = joserfc_jwt.encode(header, claims, key)
    read = verify(proof, access_token=None, nonce=None, expected_thumbprint=key.thumbprint())
    assert read == DpopProof(key.thumbprint(), "theirs", NOW)
    theirs = joserfc_jws.deserialize_compact(PROOF, ECKey.import_key(header_of(PROOF)["jwk"]), algorithms=["ES256"])
    assert theirs.headers()["jwk"] == public_members(EC)


def test_check_1_a_request_carries_one_proof() -> None:
    assert only_proof([PROOF]) == PROOF
    for values, said in (([], "missing"), ([PROOF, PROOF], "repeated")):
        with pytest.raises(DpopProofInvalid) as refused:
            only_proof(values)
        assert refused.value == DpopProofInvalid(said)
    assert reason(f"{PROOF}, {PROOF}") == "form"


@pytest.mark.parametrize("proof", ["", "a.b", "a.b.c", PROOF + ".", PROOF[:-1]])
def test_check_2_a_proof_is_a_well_formed_jwt(proof: str) -> None:
    assert reason(proof) == "form"


@pytest.mark.parametrize("claim", ["jti", "htm", "htu", "iat", "ath"])
def test_check_3_every_claim_is_there(claim: str) -> None:
    assert reason(without(PROOF, claim)) == claim


def test_check_4_the_type_is_dpop_jwt() -> None:
    assert reason(forged(PROOF, header={"typ": "JWT"})) == "typ"


def test_check_5_the_algorithm_is_es256() -> None:
    for name in ("none", "HS256", "RS256", "PS256", "ES384", "EdDSA"):
        assert reason(forged(PROOF, header={"alg": name})) == "alg"
    assert reason(forged(PROOF, key=RSA, header={"jwk": public_members(RSA)})) == "alg"
    assert reason(forged(PROOF, key=RSA, header={"alg": "RS256", "jwk": public_members(RSA)})) == "alg"


def test_check_6_the_signature_is_the_one_of_the_key_in_the_header() -> None:
    other = new_signing_key("ES256")
    assert reason(forged(PROOF, key=other)) == "signature"


def test_check_7_the_key_has_no_private_part() -> None:
    private = ECAlgorithm.to_jwk(private_key(EC), as_dict=True)  # type: ignore[call-overload]
    assert reason(forged(PROOF, header={"jwk": private})) == "jwk"
    for member in ("d", "k", "p", "q", "dp", "dq", "qi", "oth"):
        assert reason(forged(PROOF, header={"jwk": {**public_members(EC), member: None}})) == "jwk"


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        "key",
        [],
        {},
        {"kty": "oct", "k": "AA"},
        {**public_members(EC), "crv": "P-521"},
        {**public_members(EC), "x": "AAAA"},
        {**public_members(EC), "y": public_members(EC)["y"] + "="},
        ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True),
    ],
)
def test_check_7_the_key_is_a_key(jwk: object) -> None:
    assert reason(forged(PROOF, header={"jwk": jwk})) == "jwk"


@pytest.mark.parametrize("method", ["GET", "post", "POST ", "PUT"])
def test_check_8_the_method_is_the_one_of_the_request(method: str) -> None:
    assert reason(PROOF, method=method) == "htm"
    assert reason(forged(PROOF, claims={"htm": method})) == "htm"


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://PAY.Example.jp/api/v1/wallet/payments",
        "https://pay.example.jp:443/api/v1/wallet/payments",
        "https://pay.example.jp/api/v1/wallet/payments?page=2",
        "https://pay.example.jp/api/v1/wallet/payments#top",
        "https://pay.example.jp/api/v1/w%61llet/payments",
    ],
)
def test_check_9_the_same_url_in_another_writing_is_the_same(url: str) -> None:
    assert verify(forged(PROOF, claims={"htu": url})).jti == "proof-1"
    assert verify(PROOF, url=url).jti == "proof-1"


@pytest.mark.parametrize(
    "url",
    [
        "http://pay.example.jp/api/v1/wallet/payments",
        "https://pay.example.jp:8443/api/v1/wallet/payments",
        "https://pay.example.jp/api/v1/wallet/payments/",
        "https://pay.example.jp/api/v1/wallet/Payments",
        "https://pay.example.jp/api/v1/wallet%2Fpayments",
        "https://pay.example.jp.evil.example/api/v1/wallet/payments",
        "https://evil.example/api/v1/wallet/payments",
    ],
)
def test_check_9_another_url_is_refused(url: str) -> None:
    assert reason(forged(PROOF, claims={"htu": url})) == "htu"
    assert reason(PROOF, url=url) == "htu"


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/wallet/payments",
        "//pay.example.jp/api/v1/wallet/payments",
        "https://user@pay.example.jp/api/v1/wallet/payments",
        "https://@pay.example.jp/api/v1/wallet/payments",
        "https:///api/v1/wallet/payments",
        "https://pay.example.jp:99999/api/v1/wallet/payments",
        "https://[pay.example.jp/api/v1/wallet/payments",
        "ftp://pay.example.jp/api/v1/wallet/payments",
        "https://pay.example.jp/api/v1/wallet/payments ",
        "https://pay.example.jp/api/v1/wallet/payments\t",
        " https://pay.example.jp/api/v1/wallet/payments",
        "javascript:alert(1)",
        "",
        ["https://pay.example.jp/api/v1/wallet/payments"],
    ],
)
def test_check_9_what_is_no_url_of_a_request_is_refused(url: object) -> None:
    assert reason(forged(PROOF, claims={"htu": url})) == "htu"


def test_check_9_reserved_characters_stay_what_they_are() -> None:
    proof = write_dpop_proof(EC, method="GET", url="https://pay.example.jp/a%2fb%7Ec", now=NOW, jti="p")
    free = {"method": "GET", "access_token": None, "nonce": None}
    assert verify(proof, url="https://pay.example.jp/a%2Fb~c", **free).jti == "p"
    assert reason(proof, url="https://pay.example.jp/a/b~c", **free) == "htu"
    root = write_dpop_proof(EC, method="GET", url="https://pay.example.jp", now=NOW, jti="p")
    assert verify(root, url="https://pay.example.jp/", **free).jti == "p"


@pytest.mark.parametrize("nonce", ["another", "", None, 7, ["server-nonce"], "é"])
def test_check_10_the_nonce_is_the_one_of_the_server(nonce: object) -> None:
    for proof in (forged(PROOF, claims={"nonce": nonce}), without(PROOF, "nonce")):
        with pytest.raises(DpopNonceNeeded) as refused:
            verify(proof)
        assert refused.value.error == "use_dpop_nonce"
    assert verify(without(PROOF, "nonce"), nonce=None).jti == "proof-1"


def test_check_10_a_bad_proof_is_told_no_nonce() -> None:
    assert reason(forged(PROOF, claims={"htm": "GET", "nonce": "old"})) == "htm"


def test_check_11_a_proof_is_good_for_a_minute_before_and_after() -> None:
    for shift_s in (-60, 0, 60):
        assert verify(PROOF, now=NOW + timedelta(seconds=shift_s)).issued_at == NOW
    for shift in (timedelta(seconds=60, microseconds=1), timedelta(seconds=-60, microseconds=-1)):
        assert reason(PROOF, now=NOW + shift) == "iat"


def test_check_12_asvs_10_3_5_the_proof_is_for_this_access_token_and_its_key() -> None:
    assert reason(PROOF, access_token=ACCESS_TOKEN + "A") == "ath"
    assert reason(forged(PROOF, claims={"ath": None})) == "ath"
    assert reason(forged(PROOF, claims={"ath": claims_of(PROOF)["ath"] + "="})) == "ath"
    thief = new_signing_key("ES256")
    stolen = write_dpop_proof(
        thief, method="POST", url=URL, now=NOW, jti="theft", access_token=ACCESS_TOKEN, nonce="server-nonce"
    )
    assert reason(stolen) == "jwk"
    assert verify(stolen, expected_thumbprint=thief.kid).thumbprint == thief.kid


def test_a_url_of_our_own_that_is_none_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not a URL"):
        verify(PROOF, url="/api/v1/wallet/payments")


def test_a_key_that_signs_no_proofs_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="RS256"):
        write_dpop_proof(RSA, method="GET", url=TOKEN_ENDPOINT, now=NOW, jti="p")


def test_a_header_without_a_key_is_refused() -> None:
    claims = b"{}"
    assert reason(sealed(b'{"typ":"dpop+jwt","alg":"ES256"}', claims, EC)) == "jwk"
