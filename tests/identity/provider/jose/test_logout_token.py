"""Logout tokens: what the provider sends, and everything that must not end a session."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from joserfc import jwt as joserfc_jwt

from identity.provider.jose.keys import SigningKey
from identity.provider.jose.logout_token import LOGOUT_EVENT, LogoutTokenClaims, read_logout_token, write_logout_token
from identity.provider.jose.refusals import LogoutTokenInvalid
from tests.identity.provider.jose.samples import (
    CLIENT,
    EC,
    ISSUER,
    LOGOUT,
    NOW,
    NOW_S,
    RSA,
    claims_of,
    find_key,
    forged,
    header_of,
    in_joserfc,
    read_logout,
    without,
)

TOKEN = write_logout_token(LOGOUT, EC)


def reason(token: str, alg: str = "ES256") -> str:
    with pytest.raises(LogoutTokenInvalid) as refused:
        read_logout(token, alg)
    return refused.value.reason


def read_at(now: datetime) -> object:
    return read_logout_token(TOKEN, find_key=find_key, issuer=ISSUER, client_id=CLIENT, alg="ES256", now=now)


@pytest.mark.parametrize("key", [EC, RSA], ids=lambda key: key.alg)
def test_an_application_reads_what_the_provider_wrote(key: SigningKey) -> None:
    token = write_logout_token(LOGOUT, key)
    assert read_logout(token, key.alg) == LOGOUT
    assert header_of(token) == {"alg": key.alg, "kid": key.kid, "typ": "logout+jwt"}
    assert claims_of(token) == {
        "iss": ISSUER,
        "aud": CLIENT,
        "iat": NOW_S,
        "exp": NOW_S + 120,
        "jti": "01J6-logout",
        "sub": LOGOUT.subject,
        "sid": "session-1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }


@pytest.mark.parametrize("claims", [replace(LOGOUT, subject=None), replace(LOGOUT, sid=None)])
def test_a_subject_or_a_session_is_enough(claims: LogoutTokenClaims) -> None:
    assert read_logout(write_logout_token(claims, EC)) == claims


def test_an_independent_reader_and_writer_agree() -> None:
    key = in_joserfc(EC)
    assert joserfc_jwt.decode(TOKEN, key, algorithms=["ES256"]).claims == claims_of(TOKEN)
    header = {"alg": "ES256", "kid": EC.kid, "typ": "logout+jwt"}
    assert read_logout(joserfc_jwt.encode(header, claims_of(TOKEN), key)) == LOGOUT


def test_what_ends_nothing_or_lives_too_long_is_not_written() -> None:
    with pytest.raises(ValueError, match="subject or a session"):
        write_logout_token(replace(LOGOUT, subject=None, sid=None), EC)
    for life in (timedelta(), timedelta(seconds=-1), timedelta(seconds=121)):
        with pytest.raises(ValueError, match="two minutes"):
            write_logout_token(replace(LOGOUT, expires_at=NOW + life), EC)


@pytest.mark.parametrize("nonce", ["n", "", None, 0])
def test_asvs_10_5_5_a_logout_token_has_no_nonce(nonce: object) -> None:
    assert reason(forged(TOKEN, claims={"nonce": nonce})) == "nonce"


@pytest.mark.parametrize(
    "events",
    [
        None,
        [],
        LOGOUT_EVENT,
        [LOGOUT_EVENT],
        {},
        {LOGOUT_EVENT: None},
        {LOGOUT_EVENT: []},
        {LOGOUT_EVENT + "/": {}},
        {"http://schemas.openid.net/event/other": {}},
    ],
)
def test_asvs_10_5_5_the_event_is_a_back_channel_logout(events: object) -> None:
    assert reason(forged(TOKEN, claims={"events": events})) == "events"


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "application/logout+jwt", None])
def test_asvs_10_5_5_the_type_is_logout_jwt(typ: str | None) -> None:
    assert reason(forged(TOKEN, header={"typ": typ})) == "typ"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://evil.example"),
        ("aud", "wallet"),
        ("aud", [CLIENT]),
        ("iat", NOW_S + 61),
        ("exp", NOW_S),
        ("exp", NOW_S + 121),
        ("sid", ""),
        ("sub", None),
        ("jti", 7),
    ],
)
def test_asvs_9_2_3_another_issuer_application_or_time_is_refused(claim: str, value: object) -> None:
    assert reason(forged(TOKEN, claims={claim: value})) == claim


@pytest.mark.parametrize("claim", ["iss", "aud", "iat", "exp", "jti", "events"])
def test_a_missing_claim_is_refused(claim: str) -> None:
    assert reason(without(TOKEN, claim)) == claim


def test_a_token_that_ends_nothing_is_refused() -> None:
    assert reason(without(TOKEN, "sub", "sid")) == "sub"


def test_asvs_10_5_5_a_logout_token_is_over_after_two_minutes() -> None:
    assert read_at(NOW + timedelta(seconds=120) - timedelta(microseconds=1)) == LOGOUT
    with pytest.raises(LogoutTokenInvalid) as refused:
        read_at(NOW + timedelta(seconds=120))
    assert refused.value == LogoutTokenInvalid("exp")


def test_asvs_9_1_2_only_the_registered_algorithm_is_read() -> None:
    assert reason(TOKEN, "RS256") == "alg"
    assert reason(write_logout_token(LOGOUT, RSA), "ES256") == "alg"
