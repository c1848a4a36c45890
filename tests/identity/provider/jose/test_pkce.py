"""Proof Key for Code Exchange: one method, one verifier."""

import pytest

from identity.provider.jose.pkce import challenge_of, demand_verifier, is_challenge, is_verifier
from identity.provider.jose.refusals import CodeVerifierWrong

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_rfc_7636_appendix_b() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE
    demand_verifier(VERIFIER, CHALLENGE)


@pytest.mark.parametrize(
    "verifier",
    [
        None,
        "",
        VERIFIER[:-1],
        VERIFIER + "A",
        VERIFIER[:-1] + "l",
        VERIFIER.upper(),
        VERIFIER + "=",
        VERIFIER + "\n",
        "A" * 42,
        "A" * 129,
        "é" * 43,
        "+" * 43,
        CHALLENGE,
    ],
)
def test_asvs_10_4_6_another_verifier_is_refused(verifier: str | None) -> None:
    with pytest.raises(CodeVerifierWrong) as refused:
        demand_verifier(verifier, CHALLENGE)
    assert refused.value.error == "invalid_grant"


def test_asvs_10_4_6_a_plain_challenge_is_never_met() -> None:
    with pytest.raises(CodeVerifierWrong):
        demand_verifier(VERIFIER, VERIFIER)
    for challenge in ("", "é", VERIFIER * 2):
        with pytest.raises(CodeVerifierWrong):
            demand_verifier(VERIFIER, challenge)


def test_a_verifier_has_43_to_128_unreserved_characters() -> None:
    assert is_verifier("-._~" * 11)
    assert is_verifier("A" * 43)
    assert is_verifier("A" * 128)
    assert not any(map(is_verifier, ("A" * 42, "A" * 129, "A" * 42 + "%", "A" * 43 + "\n", "あ" * 43)))
    with pytest.raises(ValueError, match="43 to 128"):
        challenge_of("A" * 42)


def test_a_challenge_is_a_digest_in_its_one_writing() -> None:
    assert is_challenge(CHALLENGE)
    wrong = (CHALLENGE[:-1], CHALLENGE + "A", CHALLENGE + "=", CHALLENGE[:-1] + "N", CHALLENGE + "\n", "+" * 43, "")
    assert not any(map(is_challenge, wrong))
