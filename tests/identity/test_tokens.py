"""Tokens: what is proved, and every way in which one can be wrong."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from identity.model import HolderKind, ShopRole, SignedIn, StaffRole
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from identity.tokens import TokenIssuer, TokenVerifier, Viewer, new_signing_key, public_key_of
from kernel.clock import city_time
from kernel.ids import derived_id

ISSUER = "https://pay.example.jp"
KEY = new_signing_key()
NOW = city_time(date(2026, 9, 1), 10)
RESIDENT = SignedIn(
    kind=HolderKind.RESIDENT,
    subject=derived_id("person", "taro"),
    display_name="鹿島 太郎",
    wallet_id=derived_id("wallet", "taro"),
)
CASHIER = SignedIn(
    kind=HolderKind.SHOP,
    subject=derived_id("shop user", "1"),
    display_name="レジ1",
    merchant_id=derived_id("merchant", "M0001"),
    store_id=derived_id("store", "S001"),
    role=ShopRole.CASHIER,
)
CLERK = SignedIn(
    kind=HolderKind.STAFF,
    subject=derived_id("staff", "1"),
    display_name="会計 花",
    roles=frozenset({StaffRole.FINANCE, StaffRole.AUDIT}),
)


@pytest.fixture
def issuer() -> TokenIssuer:
    return TokenIssuer(KEY, "key-1", ISSUER)


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier({"key-1": public_key_of(KEY)}, ISSUER)


@pytest.fixture
def token(issuer: TokenIssuer) -> str:
    return issuer.issue(RESIDENT, "wallet", NOW)


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def signed(claims: dict[str, Any], *, key_id: str | None = "key-1", key: str = KEY) -> str:
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": key_id} if key_id else None)


def header_of(algorithm: str) -> str:
    return unpadded(json.dumps({"alg": algorithm, "kid": "key-1"}).encode())


def unpadded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def refused(verifier: TokenVerifier, token: str) -> bool:
    with pytest.raises(TokenInvalid):
        verifier.verify(token, "wallet", NOW)
    return True


@pytest.mark.parametrize("who", [RESIDENT, CASHIER, CLERK], ids=lambda who: who.kind)
def test_a_token_tells_who_signed_in(issuer: TokenIssuer, verifier: TokenVerifier, who: SignedIn) -> None:
    viewer = verifier.verify(issuer.issue(who, "wallet", NOW), "wallet", NOW)
    assert viewer == Viewer(
        kind=who.kind,
        subject=who.subject,
        expires_at=NOW + timedelta(minutes=10),
        wallet_id=who.wallet_id,
        merchant_id=who.merchant_id,
        store_id=who.store_id,
        role=who.role,
        roles=who.roles,
    )


def test_a_token_names_nobody(token: str) -> None:
    assert claims_of(token) == {
        "iss": ISSUER,
        "aud": "wallet",
        "sub": str(RESIDENT.subject),
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 600,
        "kind": "resident",
        "wallet": str(RESIDENT.wallet_id),
    }
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "key-1", "typ": "JWT"}


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_token_is_missing(verifier: TokenVerifier, nothing: str | None) -> None:
    with pytest.raises(TokenMissing):
        verifier.verify(nothing, "wallet", NOW)


def test_a_token_lives_until_the_second_of_its_expiry(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    token = issuer.issue(RESIDENT, "wallet", NOW, lifetime_s=30)
    expiry = NOW + timedelta(seconds=30)
    assert verifier.verify(token, "wallet", expiry - timedelta(microseconds=1)).expires_at == expiry
    for _ in range(2):
        with pytest.raises(TokenExpired) as over:
            verifier.verify(token, "wallet", expiry)
        assert over.value == TokenExpired(expiry.isoformat())


def test_a_token_that_was_never_seen_alive_is_expired_too(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(TokenExpired):
        verifier.verify(token, "wallet", NOW + timedelta(hours=1))


def test_every_altered_character_is_refused(verifier: TokenVerifier, token: str) -> None:
    verifier.verify(token, "wallet", NOW)
    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        assert refused(verifier, token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token + "=",
        lambda token: token + " ",
        lambda token: token[:-1],
        lambda token: token.replace(".", "!.", 1),
        lambda token: token[:-1] + chr(ord(token[-1]) + 1),
        lambda token: token + "." + token,
        lambda token: "é" + token,
        lambda token: token.rsplit(".", 1)[0] + ".",
        lambda token: "A" * 3_000,
        lambda token: "..",
    ],
)
def test_another_writing_of_a_genuine_token_is_refused(
    verifier: TokenVerifier, token: str, change: Callable[[str], str]
) -> None:
    assert refused(verifier, change(token))


def test_an_unsigned_token_is_refused(verifier: TokenVerifier, token: str) -> None:
    unsigned = jwt.encode(claims_of(token), "", algorithm="none", headers={"kid": "key-1"})
    assert refused(verifier, unsigned)
    assert refused(verifier, ".".join([header_of("none"), *token.split(".")[1:]]))


def test_the_public_key_cannot_be_used_as_a_shared_secret(verifier: TokenVerifier, token: str) -> None:
    public = public_key_of(KEY).encode()
    payload = token.split(".")[1]
    for algorithm, digest in (("HS256", "sha256"), ("HS512", "sha512")):
        header = header_of(algorithm)
        mac = hmac.digest(public, f"{header}.{payload}".encode(), digest)
        forged = f"{header}.{payload}.{unpadded(mac)}"
        assert refused(verifier, forged)


def test_another_issuer_or_audience_is_refused(issuer: TokenIssuer, verifier: TokenVerifier, token: str) -> None:
    assert refused(verifier, TokenIssuer(KEY, "key-1", "https://other.example.jp").issue(RESIDENT, "wallet", NOW))
    assert refused(verifier, issuer.issue(RESIDENT, "portal", NOW))
    verifier.verify(token, "wallet", NOW)
    with pytest.raises(TokenInvalid):
        verifier.verify(token, "portal", NOW)


def test_an_unknown_key_and_another_key_under_a_known_name_are_refused(verifier: TokenVerifier) -> None:
    other = new_signing_key()
    assert refused(verifier, TokenIssuer(KEY, "key-2", ISSUER).issue(RESIDENT, "wallet", NOW))
    assert refused(verifier, TokenIssuer(other, "key-1", ISSUER).issue(RESIDENT, "wallet", NOW))


def test_a_token_without_a_key_id_is_refused(verifier: TokenVerifier, token: str) -> None:
    assert refused(verifier, signed(claims_of(token), key_id=None))


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "iat", "exp", "kind"])
def test_a_missing_claim_is_refused(verifier: TokenVerifier, token: str, claim: str) -> None:
    claims = claims_of(token)
    del claims[claim]
    assert refused(verifier, signed(claims))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("kind", "mayor"),
        ("sub", "taro"),
        ("wallet", "w-1"),
        ("wallet", 1),
        ("role", "king"),
        ("roles", ["king"]),
        ("roles", 1),
        ("iat", "yesterday"),
        ("iat", 10**30),
        ("exp", "never"),
        ("exp", 10**30),
        ("iat", int((NOW + timedelta(seconds=61)).timestamp())),
    ],
)
def test_a_claim_that_means_nothing_is_refused(verifier: TokenVerifier, token: str, claim: str, value: object) -> None:
    assert refused(verifier, signed({**claims_of(token), claim: value}))


def test_a_clock_that_runs_a_minute_ahead_is_forgiven(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    token = issuer.issue(RESIDENT, "wallet", NOW + timedelta(seconds=60))
    assert verifier.verify(token, "wallet", NOW).subject == RESIDENT.subject


def test_two_keys_are_accepted_while_one_replaces_the_other(token: str) -> None:
    new_key = new_signing_key()
    both = TokenVerifier({"key-1": public_key_of(KEY), "key-2": public_key_of(new_key)}, ISSUER)
    newer = TokenIssuer(new_key, "key-2", ISSUER).issue(RESIDENT, "wallet", NOW)
    assert both.verify(token, "wallet", NOW) == both.verify(newer, "wallet", NOW)


def test_only_a_p256_key_signs_and_verifies() -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    private = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = (
        other.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    with pytest.raises(ValueError, match="P-256"):
        TokenIssuer(private, "key-1", ISSUER)
    with pytest.raises(ValueError, match="P-256"):
        TokenVerifier({"key-1": public}, ISSUER)


def test_a_token_is_verified_again_for_the_price_of_a_digest(verifier: TokenVerifier, token: str) -> None:
    verifier.verify(token, "wallet", NOW)
    began = time.process_time()
    for _ in range(2_000):
        verifier.verify(token, "wallet", NOW)
    assert (time.process_time() - began) / 2_000 < 20e-6


def test_the_memory_of_genuine_tokens_is_bounded(issuer: TokenIssuer) -> None:
    small = TokenVerifier({"key-1": public_key_of(KEY)}, ISSUER, remembered_max=2)
    tokens = [issuer.issue(RESIDENT, "wallet", NOW, lifetime_s=60 + extra) for extra in range(5)]
    for token in tokens * 2:
        small.verify(token, "wallet", NOW)
    assert len(small._remembered) == 2


def test_an_expired_or_refused_token_is_not_remembered(verifier: TokenVerifier, token: str) -> None:
    assert refused(verifier, token[:-4] + "AAAA")
    with pytest.raises(TokenExpired):
        verifier.verify(token, "wallet", datetime(2027, 1, 1, tzinfo=UTC))
    assert verifier._remembered == {}
