"""The log of events holds no token, no code, no secret and nobody's data."""

import base64
import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.access.model import ActorKind, AuditEvent, EventOutcome, Fact
from identity.access.refusals import AuditFactHoldsSecret, AuditFactUnusable, AuditKindUnknown
from identity.access.rules.audit_facts import REMOVED, SUBJECTS, cleaned_facts, demand_loggable, looks_like_secret
from identity.rules.my_number import MyNumberGiven
from identity.rules.sign_in_code import SignInCode, random_secret, random_selector

EVENT = AuditEvent(
    kind="sign_in.postcard",
    outcome=EventOutcome.REFUSED,
    at=datetime(2026, 9, 1, tzinfo=UTC),
    actor_kind=ActorKind.NOBODY,
)
HARMLESS: dict[str, Fact] = {
    "acr": "urn:kashima:acr:jpki-auth",
    "amr": ["hwk", "user"],
    "failures": 3,
    "locked": True,
    "locked_until": "2026-09-01T10:15:00+00:00",
    "refusal_code": "sign_in_locked",
    "redirect_uri": "https://certificate.city.kashima.example.jp/signed-in/callback",
    "scope": "openid offline_access wallet.read wallet.pay",
    "session_id": str(UUID(int=2**127 + 12345)),
    "kid": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    "old_kid": None,
    "method": "private_key_jwt",
    "client_title": "証明書のオンライン申請",
}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def demand(**facts: Fact) -> None:
    demand_loggable(replace(EVENT, facts=facts))


def test_facts_that_say_nothing_secret_are_kept() -> None:
    demand(**HARMLESS)
    assert cleaned_facts(HARMLESS) == HARMLESS


@pytest.mark.parametrize(
    "name",
    [
        *("token", "access_token", "refresh_token", "id_token_hint", "client_secret", "password", "pin", "code"),
        *("code_verifier", "client_assertion", "cookie", "nonce", "dpop_proof", "sign_in_code", "Authorization"),
        *("private_key", "selector", "family_name", "given_kana", "address", "birth_date", "email", "phone", "ip"),
    ],
)
def test_asvs_16_2_5_a_fact_named_like_a_secret_or_like_personal_data_is_refused(name: str) -> None:
    with pytest.raises(AuditFactHoldsSecret) as refused:
        demand(**{name: "x"})
    assert refused.value.fact_name == name
    assert cleaned_facts({name: "x"}) == {}


@pytest.mark.parametrize(
    "value",
    [
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "tried eyJhbGciOiJub25lIn0.e30. in vain",
        "-----BEGIN PRIVATE KEY-----",
        "Bearer abcdefgh12345678",
        "DPoP abcdefgh12345678",
        "https://example.jp/cb?code=SplxlOBe&state=1",
        "https://example.jp/cb#id_token=abc",
        "7K3M-9QXC-42DF-8T",
        "7k3m9qxc42df8t",
        "0123456789abcdef0123456789abcdef",
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    ],
)
def test_asvs_16_2_5_a_value_that_looks_like_a_secret_is_refused(value: str) -> None:
    for facts in ({"reason": value}, {"scopes": ["openid", value]}):
        with pytest.raises(AuditFactHoldsSecret):
            demand(**facts)
        assert cleaned_facts(facts) == dict.fromkeys(facts, REMOVED)
    with pytest.raises(AuditFactHoldsSecret):
        demand_loggable(replace(EVENT, client_id=value))


def test_asvs_16_2_5_no_fact_holds_a_my_number() -> None:
    with pytest.raises(MyNumberGiven) as refused:
        demand(reference="1234-5678-9018")
    assert refused.value.fields == ("reference",)
    with pytest.raises(MyNumberGiven):
        demand(count=123456789018)
    assert cleaned_facts({"reference": "1234-5678-9018", "count": 2}) == {"reference": REMOVED, "count": 2}


@pytest.mark.parametrize(
    "facts",
    [
        {"reason": "x" * 201},
        {"reason": "line one\nline two"},
        {"reason": "\x00"},
        {"reason": "\u202eevil"},
        {"count": 2**53},
        {"Reason": "x"},
        {"1st": "x"},
        {"reason": {"nested": "x"}},
        {"reason": 1.5},
        {"reason": [1]},
    ],
)
def test_asvs_16_4_1_a_fact_in_another_form_is_refused(facts: dict[str, Fact]) -> None:
    with pytest.raises(AuditFactUnusable):
        demand(**facts)


@pytest.mark.parametrize(
    "kind", ["", "sign_in", "lottery.drawn", "sign_in.", "Sign_in.passkey", "sign_in.pass key", "a.b.c"]
)
def test_a_kind_is_a_known_subject_and_a_verb(kind: str) -> None:
    with pytest.raises(AuditKindUnknown):
        demand_loggable(replace(EVENT, kind=kind))
    for subject in SUBJECTS:
        demand_loggable(replace(EVENT, kind=f"{subject}.signed_in"))


@given(st.dictionaries(st.text("abcdefgh", min_size=1), st.text(max_size=30) | st.integers(0, 99), min_size=1))
@settings(deadline=None, max_examples=100)
def test_asvs_16_2_5_no_json_web_token_is_ever_logged(claims: dict[str, str | int]) -> None:
    header = base64url(json.dumps({"alg": "ES256", **claims}).encode())
    body = base64url(json.dumps(claims, separators=(",", ":")).encode())
    assert looks_like_secret(f"{header}.{body}.{base64url(secrets.token_bytes(64))}")


def test_asvs_16_2_5_no_token_of_ours_and_no_postcard_code_is_ever_logged() -> None:
    for _ in range(200):
        code = SignInCode(random_selector(), random_secret()).text
        token = secrets.token_urlsafe(32)
        if any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code):
            assert looks_like_secret(code)
            assert looks_like_secret(code.replace("-", "").lower())
        assert looks_like_secret(secrets.token_hex(32))
        assert looks_like_secret(token) or not _is_mixed(token)


def _is_mixed(token: str) -> bool:
    """Whether all three sorts of signs stand in it, which chance leaves out of one token in a thousand."""
    return any(map(str.isdigit, token)) and any(map(str.islower, token)) and any(map(str.isupper, token))


@given(st.uuids())
@settings(deadline=None, max_examples=200)
def test_an_id_is_no_secret(number: UUID) -> None:
    assert not looks_like_secret(f"second {number} of {uuid4()}")


@given(
    st.dictionaries(st.text(max_size=12), st.text(max_size=60) | st.integers() | st.none() | st.booleans(), max_size=4)
)
@settings(deadline=None, max_examples=200)
def test_cleaned_facts_can_always_be_logged(facts: dict[str, Fact]) -> None:
    demand_loggable(replace(EVENT, facts=cleaned_facts(facts)))
