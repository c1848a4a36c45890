"""The one policy, for every kind of token: what is signed or written otherwise, or of another kind, is refused."""

import hmac
import json
from collections.abc import Callable
from itertools import permutations

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from identity.provider.jose.keys import new_signing_key, public_jwk, public_key
from identity.provider.jose.policy import ACCESS_TOKEN as ACCESS_KIND
from identity.provider.jose.policy import DPOP_PROOF
from identity.provider.jose.signed import write_signed
from kernel.refusals import Refusal
from tests.identity.provider.jose.samples import (
    EC,
    RSA,
    SAMPLES,
    Sample,
    claims_of,
    forged,
    header_of,
    public_members,
    sealed,
    signer_of,
    unpadded,
)

OTHER_EC = new_signing_key("ES256")
every_kind = pytest.mark.parametrize("sample", SAMPLES, ids=repr)
every_verified_by_registered_key = pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if sample.name != "dpop_proof"], ids=repr
)


def refusal_of(sample: Sample, token: str) -> Refusal:
    with pytest.raises(sample.refusal) as refused:
        sample.read(token)
    return refused.value


def reason_of(sample: Sample, token: str) -> str:
    """The reason of a refusal; access tokens give none away."""
    refusal = refusal_of(sample, token)
    return str(getattr(refusal, "reason", "unsaid"))


@every_kind
def test_a_genuine_token_is_read(sample: Sample) -> None:
    assert sample.read(sample.token) is not None


@every_kind
def test_asvs_9_1_1_every_altered_character_is_refused(sample: Sample) -> None:
    for place, letter in enumerate(sample.token):
        other = "A" if letter != "A" else "B"
        refusal_of(sample, sample.token[:place] + other + sample.token[place + 1 :])


@every_kind
def test_asvs_9_1_1_the_signature_of_another_token_is_refused(sample: Sample) -> None:
    other = forged(sample.token, claims={"jti": "another"})
    swapped = sample.token.rpartition(".")[0] + "." + other.rpartition(".")[2]
    assert reason_of(sample, swapped) in ("signature", "unsaid")


@every_kind
@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, 0, ["ES256"]])
def test_asvs_9_1_2_an_unsigned_token_is_refused(sample: Sample, name: object) -> None:
    claims = json.dumps(claims_of(sample.token)).encode()
    header = unpadded(json.dumps({**header_of(sample.token), "alg": name}).encode())
    for signature in ("", "AA", sample.token.rpartition(".")[2]):
        assert reason_of(sample, f"{header}.{unpadded(claims)}.{signature}") in ("form", "alg", "unsaid")


@every_kind
@pytest.mark.parametrize(("algorithm", "digest"), [("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")])
def test_asvs_9_1_2_a_public_key_is_no_shared_secret(sample: Sample, algorithm: str, digest: str) -> None:
    signer = signer_of(sample.token)
    pem = public_key(signer).public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    header = unpadded(json.dumps({**header_of(sample.token), "alg": algorithm}).encode())
    signing_input = f"{header}.{sample.token.split('.')[1]}"
    for secret in (pem, pem.strip(), json.dumps(public_jwk(signer)).encode()):
        token = f"{signing_input}.{unpadded(hmac.digest(secret, signing_input.encode(), digest))}"
        assert reason_of(sample, token) in ("alg", "unsaid")


@every_kind
@pytest.mark.parametrize(
    "algorithm", ["ES384", "ES512", "ES256K", "EdDSA", "RS384", "RS512", "PS384", "ES256 ", "es256"]
)
def test_asvs_9_1_2_an_algorithm_that_is_not_allowed_is_refused(sample: Sample, algorithm: str) -> None:
    assert reason_of(sample, forged(sample.token, header={"alg": algorithm})) in ("alg", "unsaid")


@every_verified_by_registered_key
def test_asvs_9_1_2_a_header_cannot_choose_an_algorithm_that_its_key_is_not_made_for(sample: Sample) -> None:
    for named, key in (("RS256", EC), ("PS256", EC), ("ES256", RSA)):
        token = forged(sample.token, key=key, header={"alg": named, "kid": key.kid})
        assert reason_of(sample, token) in ("alg", "kid", "unsaid")


def test_asvs_9_1_2_only_the_algorithms_of_a_kind_write_it() -> None:
    with pytest.raises(ValueError, match="RS256 does not sign"):
        write_signed({}, ACCESS_KIND, RSA)
    with pytest.raises(ValueError, match="RS256 does not sign"):
        write_signed({}, DPOP_PROOF, RSA)


@every_kind
@pytest.mark.parametrize("name", ["jku", "x5u", "x5c"])
def test_asvs_9_1_3_a_token_brings_no_key_from_elsewhere(sample: Sample, name: str) -> None:
    token = forged(sample.token, header={name: "https://evil.example/keys"})
    assert reason_of(sample, token) in (name, "unsaid")


@every_verified_by_registered_key
def test_asvs_9_1_3_a_token_brings_no_key_of_its_own(sample: Sample) -> None:
    token = forged(sample.token, key=OTHER_EC, header={"jwk": public_members(OTHER_EC), "alg": "ES256"})
    assert reason_of(sample, token) in ("jwk", "unsaid")


@every_verified_by_registered_key
@pytest.mark.parametrize("kid", ["unknown", "../../etc/passwd", "' OR 1=1 --", "", None, 5, ["a"], {}])
def test_asvs_9_1_3_a_key_that_nobody_registered_is_refused(sample: Sample, kid: object) -> None:
    assert reason_of(sample, forged(sample.token, header={"kid": kid})) in ("kid", "unsaid")


@every_verified_by_registered_key
def test_asvs_9_1_3_another_key_under_a_registered_name_is_refused(sample: Sample) -> None:
    token = forged(sample.token, key=OTHER_EC, header={"alg": "ES256", "kid": EC.kid})
    assert reason_of(sample, token) in ("signature", "unsaid")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [pair for pair in permutations(SAMPLES, 2) if {sample.name for sample in pair} != {"id_token", "id_token_hint"}],
    ids=repr,
)
def test_asvs_9_2_2_a_token_of_one_kind_is_not_read_as_another(given: Sample, wanted: Sample) -> None:
    refusal_of(wanted, given.token)


@every_kind
@pytest.mark.parametrize("typ", ["at+jwt ", "AT+JWT", "jwt", "JOSE", "", None, 1, ["JWT"]])
def test_asvs_9_2_2_another_type_in_the_header_is_refused(sample: Sample, typ: object) -> None:
    if sample.name == "client_assertion" and typ is None:
        typ = "null"
    assert reason_of(sample, forged(sample.token, header={"typ": typ})) in ("typ", "unsaid")


@every_kind
def test_a_critical_extension_is_refused(sample: Sample) -> None:
    critical: list[dict[str, object]] = [{"crit": ["exp"], "exp": 1}, {"crit": []}, {"crit": ["b64"], "b64": True}]
    for header in critical:
        assert reason_of(sample, forged(sample.token, header=header)) in ("crit", "unsaid")
    assert reason_of(sample, forged(sample.token, header={"b64": False})) in ("b64", "unsaid")


@every_kind
def test_an_unencoded_or_detached_payload_is_refused(sample: Sample) -> None:
    header, claims, signature = sample.token.split(".")
    refusal_of(sample, f"{header}..{signature}")
    detached = jwt.PyJWS().encode(
        json.dumps(claims_of(sample.token)).encode(),
        signer_of(sample.token).private_pem,
        algorithm=signer_of(sample.token).alg,
        headers={**header_of(sample.token), "b64": False},
    )
    refusal_of(sample, detached)
    refusal_of(sample, detached.replace("..", f".{claims}."))


@every_kind
@pytest.mark.parametrize(
    "change",
    [
        lambda token: token + "=",
        lambda token: token + " ",
        lambda token: " " + token,
        lambda token: token + "\n",
        lambda token: token[:-1],
        lambda token: token.replace(".", "!.", 1),
        lambda token: token.replace(".", "=.", 1),
        lambda token: token + "." + token,
        lambda token: token + ".",
        lambda token: "é" + token,
        lambda token: token.rsplit(".", 1)[0],
        lambda token: token.rsplit(".", 1)[0] + ".",
        lambda token: "A" * 3_000,
        lambda token: "..",
        lambda token: "a.b.c",
        lambda token: "",
        lambda token: "\udc80" + token,
        lambda token: json.dumps({"payload": token.split(".")[1], "protected": token.split(".")[0]}),
    ],
)
def test_another_writing_of_a_genuine_token_is_refused(sample: Sample, change: Callable[[str], str]) -> None:
    with pytest.raises(Refusal):
        sample.read(change(sample.token))


@every_kind
def test_the_last_character_of_each_part_has_one_writing(sample: Sample) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    parts = sample.token.split(".")
    for which, part in enumerate(parts):
        for bit in (1, 2, 4, 8):
            twin = alphabet[alphabet.index(part[-1]) ^ bit]
            refusal_of(sample, ".".join([*parts[:which], part[:-1] + twin, *parts[which + 1 :]]))


def _repeated(token: str, name: str) -> bytes:
    claims = json.dumps(claims_of(token))
    return f'{{"{name}": "attacker", {claims[1:]}'.encode()


@every_kind
@pytest.mark.parametrize(
    "claims",
    [
        lambda token: json.dumps({**claims_of(token), "other": 1})[:-2].encode() + b'{"a":1,"a":2}}',
        lambda token: json.dumps({**claims_of(token), "other": float("nan")}).encode(),
        lambda token: json.dumps({**claims_of(token), "exp": float("inf")}).encode(),
        lambda token: json.dumps(claims_of(token)).encode("utf-16"),
        lambda token: b"\xef\xbb\xbf" + json.dumps(claims_of(token)).encode(),
        lambda token: json.dumps(claims_of(token)).encode() + b" {}",
        lambda token: b"\xff",
        lambda token: b"null",
        lambda token: b"[]",
        lambda token: b'"text"',
        lambda token: b"1" * 2_500,
        lambda token: b'{"exp": ' + b"1" * 2_500 + b"}",
        lambda token: b"[" * 2_500,
        lambda token: b'{"a":' * 580,
        lambda token: b"{}",
        lambda token: b"",
    ],
)
def test_claims_that_are_no_plain_json_object_are_refused(sample: Sample, claims: Callable[[str], bytes]) -> None:
    header = json.dumps(header_of(sample.token)).encode()
    refusal_of(sample, sealed(header, claims(sample.token), signer_of(sample.token)))


@every_kind
def test_a_member_that_stands_twice_in_the_claims_is_refused_and_said_so(sample: Sample) -> None:
    header = json.dumps(header_of(sample.token)).encode()
    for name in claims_of(sample.token):
        token = sealed(header, _repeated(sample.token, name), signer_of(sample.token))
        assert reason_of(sample, token) in ("form", "unsaid")


@every_kind
def test_a_member_that_stands_twice_in_the_header_is_refused(sample: Sample) -> None:
    header = json.dumps(header_of(sample.token))
    claims = json.dumps(claims_of(sample.token)).encode()
    for name, value in header_of(sample.token).items():
        twice = f'{{"{name}": {json.dumps(value)}, {header[1:]}'.encode()
        assert reason_of(sample, sealed(twice, claims, signer_of(sample.token))) in ("form", "unsaid")


@every_kind
def test_a_token_that_is_too_long_is_refused_before_it_is_read(sample: Sample) -> None:
    token = forged(sample.token, claims={"padding": "x" * 3_000})
    assert len(token) > 4_000
    assert reason_of(sample, token) in ("form", "unsaid")


@every_kind
def test_members_that_nobody_knows_are_ignored(sample: Sample) -> None:
    token = forged(sample.token, header={"x5t": "thumb", "other": 1}, claims={"other": {"a": [1, 2.5, None]}})
    assert sample.read(token) == sample.read(sample.token)


TIMES = ("iat", "exp", "nbf", "auth_time")


@every_kind
@pytest.mark.parametrize("value", [True, 1.5, 1e12, "1788224400", None, [], {}, -1, 10**30, 253_402_300_800], ids=repr)
def test_asvs_9_2_1_a_time_is_a_whole_number_of_seconds(sample: Sample, value: object) -> None:
    for name in TIMES:
        if name in claims_of(sample.token):
            assert reason_of(sample, forged(sample.token, claims={name: value})) in (name, "unsaid")


@every_kind
@pytest.mark.parametrize(
    "value", ["", "鹿島", "\ud800", "a\nb", "\x00", "x" * 2_001, 1, True, None, ["a"], {}], ids=ascii
)
def test_a_text_is_short_printable_ascii(sample: Sample, value: object) -> None:
    for name in {"iss", "sub", "jti", "sid", "client_id", "htm", "htu"} & claims_of(sample.token).keys():
        token = forged(sample.token, claims={name: value})
        assert reason_of(sample, token) in (name, "unsaid")


def test_asvs_9_2_4_what_is_written_names_one_audience() -> None:
    named = {sample.name: claims_of(sample.token).get("aud") for sample in SAMPLES}
    assert named == {
        "access_token": "wallet-api",
        "id_token": "merchant-portal",
        "id_token_hint": "merchant-portal",
        "logout_token": "merchant-portal",
        "dpop_proof": None,
        "client_assertion": "https://id.example.jp",
    }
