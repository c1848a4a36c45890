"""A sign-in under way has secrets of its own, survives being stored, and takes no answer but its own."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from identity.doors.gateway.pending import PendingProviderSignIn, begin_provider_sign_in, read_callback
from identity.doors.gateway.refusals import (
    ProviderCallbackUnreadable,
    ProviderSignInCancelled,
    ProviderSignInMixedUp,
    ProviderSignInRefused,
    ProviderSignInStateWrong,
    ProviderSignInTooSlow,
)
from identity.doors.model import Provider
from kernel.refusals import ProviderDown, Refusal
from tests.identity.doors.provider_script import NOW

ISSUER = "https://provider.example/realms/main"
PENDING = PendingProviderSignIn(
    provider=Provider.DAS, state="s-1", nonce="n-1", verifier="v" * 43, expires_at=NOW + timedelta(minutes=10)
)


def read(**parameters: str) -> str:
    return read_callback(parameters, PENDING, issuer=ISSUER, now=NOW)


def test_every_sign_in_has_other_secrets_that_a_url_can_carry() -> None:
    first, second = (begin_provider_sign_in(Provider.LINE, now=NOW) for _ in range(2))
    secrets = [first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier]
    assert len(set(secrets)) == 6
    assert [len(secret) for secret in secrets] == [43, 43, 86] * 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", secret) for secret in secrets)
    assert first.expires_at == NOW + timedelta(minutes=10)
    assert not first.with_basics


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    pending = replace(PENDING, verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert pending.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_pending_sign_in_comes_back_from_storage_as_it_was_and_hides_its_secrets() -> None:
    pending = begin_provider_sign_in(Provider.DAS, now=NOW, with_basics=True)
    assert PendingProviderSignIn.from_record(json.loads(json.dumps(pending.to_record()))) == pending
    shown = repr(pending)
    assert not [secret for secret in (pending.state, pending.nonce, pending.verifier) if secret in shown]
    assert base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).decode()[:43] not in shown


def test_the_code_is_read_with_and_without_an_issuer() -> None:
    assert read(state="s-1", code="c-1") == "c-1"
    assert read(state="s-1", code="c-1", iss=ISSUER, session_state="x") == "c-1"


@pytest.mark.parametrize("state", [None, "", "s-2", "S-1", "s-1 ", "ｓ-1", "\ud800"])
def test_asvs_10_2_1_an_answer_with_another_state_is_refused_before_anything_else(state: str | None) -> None:
    parameters = {"code": "c-1", "iss": "https://other.example", "error": "access_denied"}
    if state is not None:
        parameters["state"] = state
    with pytest.raises(ProviderSignInStateWrong):
        read(**parameters)


@pytest.mark.parametrize("issuer", [f"{ISSUER}/", ISSUER.upper(), "https://other.example/realms/main", ""])
def test_asvs_10_2_2_an_answer_of_another_issuer_is_refused_even_when_it_is_an_error(issuer: str) -> None:
    for more in ({"code": "c-1"}, {"error": "access_denied"}):
        with pytest.raises(ProviderSignInMixedUp):
            read(state="s-1", iss=issuer, **more)


def test_a_sign_in_may_take_less_than_ten_minutes() -> None:
    parameters = {"state": "s-1", "code": "c-1"}
    just = PENDING.expires_at - timedelta(microseconds=1)
    assert read_callback(parameters, PENDING, issuer=ISSUER, now=just) == "c-1"
    with pytest.raises(ProviderSignInTooSlow):
        read_callback(parameters, PENDING, issuer=ISSUER, now=PENDING.expires_at)


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        ("access_denied", ProviderSignInCancelled("das")),
        ("ACCESS_DENIED", ProviderSignInCancelled("das")),
        ("login_required", ProviderSignInRefused("das", "login_required")),
        ("<script>alert(1)</script>", ProviderSignInRefused("das", "unknown")),
        ("a" * 41, ProviderSignInRefused("das", "unknown")),
        ("", ProviderSignInRefused("das", "unknown")),
    ],
)
def test_an_error_is_told_apart_and_never_repeated_as_it_came(error: str, refusal: Refusal) -> None:
    with pytest.raises(type(refusal)) as refused:
        read(state="s-1", error=error, code="c-1")
    assert refused.value == refusal


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_provider_that_cannot_answer_now_is_an_outage(error: str) -> None:
    with pytest.raises(ProviderDown):
        read(state="s-1", error=error)


@pytest.mark.parametrize("parameters", [{}, {"code": ""}])
def test_an_answer_without_code_or_error_is_unreadable(parameters: dict[str, str]) -> None:
    with pytest.raises(ProviderCallbackUnreadable):
        read(state="s-1", **parameters)
