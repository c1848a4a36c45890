"""Every expected no of signed tokens and proofs.

`reason` is one word: the header parameter or claim that is wrong, or `form`, `missing`, `repeated`, `signature`.
"""

from dataclasses import dataclass
from typing import ClassVar

from identity.provider.refusals import ProtocolRefusal
from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class StepUpNeeded(ProtocolRefusal):
    """The sign-in was too weak or too long ago for this; `acr` is what would be enough (RFC 9470, section 3)."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    error: ClassVar[str] = "insufficient_user_authentication"
    acr: str
    max_age_s: int | None


@dataclass(eq=False)
class DpopProofInvalid(ProtocolRefusal):
    """The proof of possession is not one for this request (RFC 9449, section 4.3)."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    error: ClassVar[str] = "invalid_dpop_proof"
    reason: str


@dataclass(eq=False)
class DpopNonceNeeded(ProtocolRefusal):
    """The proof is good but lacks the server's current nonce (RFC 9449, sections 8 and 9)."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    error: ClassVar[str] = "use_dpop_nonce"


@dataclass(eq=False)
class ClientAssertionInvalid(ProtocolRefusal):
    """The assertion does not prove this application (RFC 7523, section 3)."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    error: ClassVar[str] = "invalid_client"
    reason: str


@dataclass(eq=False)
class CodeVerifierWrong(ProtocolRefusal):
    """The code verifier is missing, malformed or not the one of the challenge (RFC 7636, section 4.6)."""

    error: ClassVar[str] = "invalid_grant"


@dataclass(eq=False)
class IdTokenInvalid(Refusal):
    """The ID token does not prove a sign-in to this application (OpenID Connect Core 1.0, section 3.1.3.7)."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    reason: str


@dataclass(eq=False)
class IdTokenHintInvalid(ProtocolRefusal):
    """The hint is not an ID token that this provider issued to this application."""

    error: ClassVar[str] = "invalid_request"
    reason: str


@dataclass(eq=False)
class LogoutTokenInvalid(ProtocolRefusal):
    """The logout token is not a current one for this application (OpenID Connect Back-Channel Logout 1.0, 2.6)."""

    error: ClassVar[str] = "invalid_request"
    reason: str


@dataclass(eq=False)
class KeyNotPublishedLongEnough(Refusal):
    """The next key was published too recently: somebody may still hold a key set without it until `usable_at`."""

    kid: str
    usable_at: str


@dataclass(eq=False)
class NextKeyMissing(Refusal):
    """No key waits to replace the active one of this algorithm."""

    alg: str


@dataclass(eq=False)
class SigningKeySealBroken(Refusal):
    """The private key cannot be opened: another secret, another key id, or altered."""

    kid: str
