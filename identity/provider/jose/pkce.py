"""Proof Key for Code Exchange with S256, the only method here (RFC 7636)."""

import hmac
import re

from identity.provider.jose.base64url import digest_of, is_digest
from identity.provider.jose.refusals import CodeVerifierWrong

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (section 4.2). Raises ValueError for one that is not of its form."""
    if not is_verifier(verifier):
        raise ValueError("a code verifier is 43 to 128 unreserved characters")
    return digest_of(verifier)


def demand_verifier(verifier: str | None, challenge: str) -> None:
    """Refuse CodeVerifierWrong unless the verifier is of its form and the challenge's own (section 4.6)."""
    if verifier is None or not is_verifier(verifier) or not is_challenge(challenge):
        raise CodeVerifierWrong
    if not hmac.compare_digest(challenge_of(verifier), challenge):
        raise CodeVerifierWrong


def is_verifier(text: str) -> bool:
    """Whether a text has the form of a code verifier: 43 to 128 unreserved characters (section 4.1)."""
    return _VERIFIER.fullmatch(text) is not None


def is_challenge(text: str) -> bool:
    """Whether a text can be an S256 challenge: 43 characters of base64url (section 4.2)."""
    return is_digest(text)
