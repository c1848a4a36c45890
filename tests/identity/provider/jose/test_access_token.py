"""Access tokens: what is proved, for whom, how long, and at which level."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt as joserfc_jwt

from identity.model import Acr, HolderKind, ShopRole, StaffRole
from identity.provider.jose import access_token
from identity.provider.jose.access_token import AccessTokenClaims, AccessTokenVerifier, demand_level, write_access_token
from identity.provider.jose.keys import new_signing_key, public_key
from identity.provider.jose.refusals import StepUpNeeded
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from kernel.ids import derived_id
from tests.identity.provider.jose.samples import (
    ACCESS,
    ACCESS_TOKEN,
    API,
    EC,
    ISSUER,
    KEYS,
    NOW,
    NOW_S,
    RSA,
    claims_of,
    find_key,
    forged,
    header_of,
    in_joserfc,
    without,
)

CASHIER = replace(
    ACCESS,
    kind=HolderKind.SHOP,
    acr=Acr.POSTCARD,
    dpop_thumbprint=None,
    scopes=frozenset({"openid"}),
    wallet_id=None,
    merchant_id=derived_id("merchant", "M0001"),
    store_id=derived_id("store", "S001"),
    user_id=derived_id("shop user", "1"),
    role=ShopRole.CASHIER,
)
CLERK = replace(
    ACCESS,
    kind=HolderKind.STAFF,
    acr=Acr.STAFF,
    dpop_thumbprint=None,
    scopes=frozenset(),
    wallet_id=None,
    user_id=derived_id("staff", "1"),
    roles=frozenset({StaffRole.FINANCE, StaffRole.AUDIT}),
)


@pytest.fixture
def verifier() -> AccessTokenVerifier:
    return AccessTokenVerifier(find_key, ISSUER)


def refused(verifier: AccessTokenVerifier, token: str) -> bool:
    with pytest.raises(TokenInvalid):
        verifier.verify(token, API, NOW)
    return True


@pytest.mark.parametrize("claims", [ACCESS, CASHIER, CLERK], ids=lambda claims: claims.kind)
def test_a_token_tells_what_was_proved(verifier: AccessTokenVerifier, claims: AccessTokenClaims) -> None:
    token = write_access_token(claims, EC)
    assert verifier.verify(token, API, NOW) == claims
    assert verifier.verify(token, API, NOW) == claims


def test_a_token_reads_as_rfc_9068_says_and_names_nobody() -> None:
    assert claims_of(ACCESS_TOKEN) == {
        "iss": ISSUER,
        "sub": ACCESS.subject,
        "aud": API,
        "client_id": "wallet",
        "scope": "openid wallet.pay wallet.read",
        "iat": NOW_S,
        "exp": NOW_S + 600,
        "jti": "01J6-access",
        "auth_time": NOW_S - 120,
        "acr": "urn:kashima:acr:passkey",
        "cnf": {"jkt": EC.kid},
        "kind": "resident",
        "wallet": str(ACCESS.wallet_id),
    }
    assert header_of(ACCESS_TOKEN) == {"alg": "ES256", "kid": EC.kid, "typ": "at+jwt"}


def test_an_independent_reader_verifies_what_is_written() -> None:
    read = joserfc_jwt.decode(ACCESS_TOKEN, in_joserfc(EC), algorithms=["ES256"])
    assert read.claims == claims_of(ACCESS_TOKEN)


def test_what_an_independent_writer_signs_is_read(verifier: AccessTokenVerifier) -> None:
    header = {"typ": "at+jwt", "alg": "ES256", "kid": EC.kid}
    token = joserfc_jwt.encode(header, claims_of(ACCESS_TOKEN), in_joserfc(EC))
    assert verifier.verify(token, API, NOW) == ACCESS


def test_only_es256_signs_and_a_scope_is_one_word() -> None:
    with pytest.raises(ValueError, match="RS256"):
        write_access_token(ACCESS, RSA)
    for scope in ("wallet.read staff", "", 'a"b', "鹿島"):
        with pytest.raises(ValueError, match="one word"):
            write_access_token(replace(ACCESS, scopes=frozenset({scope})), EC)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_token_is_missing(verifier: AccessTokenVerifier, nothing: str | None) -> None:
    with pytest.raises(TokenMissing):
        verifier.verify(nothing, API, NOW)


def test_asvs_9_2_1_a_token_lives_until_the_second_of_its_expiry(verifier: AccessTokenVerifier) -> None:
    expiry = ACCESS.expires_at
    assert verifier.verify(ACCESS_TOKEN, API, expiry - timedelta(microseconds=1)) == ACCESS
    for _ in range(2):
        with pytest.raises(TokenExpired) as over:
            verifier.verify(ACCESS_TOKEN, API, expiry)
        assert over.value == TokenExpired(expiry.isoformat())


def test_asvs_9_2_1_a_token_that_was_never_seen_alive_is_expired_too(verifier: AccessTokenVerifier) -> None:
    with pytest.raises(TokenExpired):
        verifier.verify(ACCESS_TOKEN, API, NOW + timedelta(hours=1))


def test_asvs_9_2_1_a_token_from_the_future_is_refused_but_a_minute_is_forgiven(
    verifier: AccessTokenVerifier,
) -> None:
    ahead = replace(ACCESS, issued_at=NOW + timedelta(seconds=60))
    assert verifier.verify(write_access_token(ahead, EC), API, NOW) == ahead
    assert refused(verifier, forged(ACCESS_TOKEN, claims={"iat": NOW_S + 61}))


def test_asvs_9_2_3_another_issuer_or_audience_is_refused(verifier: AccessTokenVerifier) -> None:
    verifier.verify(ACCESS_TOKEN, API, NOW)
    with pytest.raises(TokenInvalid):
        verifier.verify(ACCESS_TOKEN, "merchant-api", NOW)
    assert refused(verifier, forged(ACCESS_TOKEN, claims={"iss": "https://id.example.jp/"}))
    others: list[object] = ["wallet-api ", [API], [API, "merchant-api"], [], {}, None, "wallet-API"]
    for audience in others:
        assert refused(verifier, forged(ACCESS_TOKEN, claims={"aud": audience}))


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "auth_time", "acr", "kind"])
def test_a_missing_claim_is_refused(verifier: AccessTokenVerifier, claim: str) -> None:
    assert refused(verifier, without(ACCESS_TOKEN, claim))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("kind", "mayor"),
        ("kind", None),
        ("kind", ["resident"]),
        ("acr", "urn:kashima:acr:king"),
        ("acr", 3),
        ("wallet", "w-1"),
        ("wallet", 1),
        ("wallet", None),
        ("role", "king"),
        ("role", None),
        ("roles", ["king"]),
        ("roles", "audit"),
        ("roles", {"audit": 1}),
        ("roles", [["audit"]]),
        ("roles", None),
        ("scope", ""),
        ("scope", "a  b"),
        ("scope", " a"),
        ("scope", ["openid"]),
        ("scope", None),
        ("cnf", None),
        ("cnf", "thumbprint"),
        ("cnf", {}),
        ("cnf", {"jkt": "short"}),
        ("cnf", {"jkt": None}),
        ("cnf", {"x5t#S256": EC.kid}),
        ("cnf", {"jkt": EC.kid, "x5t#S256": EC.kid}),
    ],
)
def test_a_claim_that_means_nothing_is_refused(verifier: AccessTokenVerifier, claim: str, value: object) -> None:
    assert refused(verifier, forged(ACCESS_TOKEN, claims={claim: value}))


def test_two_keys_are_accepted_while_one_replaces_the_other() -> None:
    new_key = new_signing_key("ES256")
    both = AccessTokenVerifier({**KEYS, new_key.kid: public_key(new_key)}.get, ISSUER)
    assert both.verify(ACCESS_TOKEN, API, NOW) == both.verify(write_access_token(ACCESS, new_key), API, NOW)


def test_a_withdrawn_or_replaced_key_ends_even_remembered_tokens() -> None:
    keys = dict(KEYS)
    verifier = AccessTokenVerifier(keys.get, ISSUER)
    verifier.verify(ACCESS_TOKEN, API, NOW)
    genuine = keys.pop(EC.kid)
    assert refused(verifier, ACCESS_TOKEN)
    keys[EC.kid] = public_key(new_signing_key("ES256"))
    assert refused(verifier, ACCESS_TOKEN)
    keys[EC.kid] = genuine
    assert verifier.verify(ACCESS_TOKEN, API, NOW) == ACCESS


def test_a_token_that_was_seen_is_known_by_its_digest_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = AccessTokenVerifier(find_key, ISSUER)
    assert verifier.verify(ACCESS_TOKEN, API, NOW) == ACCESS
    monkeypatch.setattr(access_token, "read_signed", lambda *_: pytest.fail("its signature was looked at again"))
    assert verifier.verify(ACCESS_TOKEN, API, NOW) == ACCESS


def test_the_memory_of_genuine_tokens_is_bounded() -> None:
    small = AccessTokenVerifier(find_key, ISSUER, remembered_max=2)
    tokens = [write_access_token(replace(ACCESS, jti=str(number)), EC) for number in range(5)]
    for token in tokens * 2:
        small.verify(token, API, NOW)
    assert len(small._remembered) == 2


def test_an_expired_or_refused_token_is_not_remembered(verifier: AccessTokenVerifier) -> None:
    assert refused(verifier, ACCESS_TOKEN[:-4] + "AAAA")
    with pytest.raises(TokenExpired):
        verifier.verify(ACCESS_TOKEN, API, datetime(2027, 1, 1, tzinfo=UTC))
    assert verifier._remembered == {}


def test_asvs_10_3_4_a_level_is_enough_when_it_is_as_strong_and_as_recent_as_wanted() -> None:
    demand_level(ACCESS, Acr.PASSKEY, None, NOW)
    demand_level(ACCESS, Acr.LINE, 120, NOW)
    demand_level(CLERK, Acr.STAFF, 900, NOW)


@pytest.mark.parametrize(
    ("wanted", "max_age_s", "at"),
    [
        (Acr.JPKI_AUTH, None, NOW),
        (Acr.STAFF, None, NOW),
        (Acr.PASSKEY, 119, NOW),
        (Acr.LINE, 120, NOW + timedelta(microseconds=1)),
        (Acr.PASSKEY, 0, NOW),
    ],
)
def test_asvs_10_3_4_a_weaker_or_older_sign_in_is_told_what_would_do(
    wanted: Acr, max_age_s: int | None, at: datetime
) -> None:
    with pytest.raises(StepUpNeeded) as refusal:
        demand_level(ACCESS, wanted, max_age_s, at)
    assert refusal.value == StepUpNeeded(wanted.value, max_age_s)
    assert refusal.value.error == "insufficient_user_authentication"
