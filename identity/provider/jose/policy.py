"""The one policy of signed tokens: per kind, what may sign it, how its header calls it, and how long it may be.

A key is used with an algorithm only when the kind allows the algorithm and the key is fit for it (RFC 8725, sections
3.1 and 3.11).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from identity.provider.jose.refusals import (
    ClientAssertionInvalid,
    DpopProofInvalid,
    IdTokenHintInvalid,
    IdTokenInvalid,
    LogoutTokenInvalid,
)
from identity.refusals import TokenInvalid
from kernel.refusals import Refusal

CLOCK_LEEWAY = timedelta(seconds=60)
"""How far ahead of ours the clock of whoever wrote a token may run."""


@dataclass(frozen=True, slots=True)
class TokenKind:
    """What is accepted as one kind of token; `refusal` names what is wrong.

    `types` are the accepted values of the header's `typ`, the first of them is written; None stands for no `typ`.
    """

    types: tuple[str | None, ...]
    algorithms: frozenset[str]
    refusal: Callable[[str], Refusal]
    carries_key: bool = False
    length_max: int = 4_000


ACCESS_TOKEN = TokenKind(("at+jwt",), frozenset({"ES256"}), lambda _reason: TokenInvalid())
ID_TOKEN = TokenKind(("JWT",), frozenset({"RS256", "ES256"}), IdTokenInvalid)
ID_TOKEN_HINT = TokenKind(("JWT",), frozenset({"RS256", "ES256"}), IdTokenHintInvalid)
LOGOUT_TOKEN = TokenKind(("logout+jwt",), frozenset({"RS256", "ES256"}), LogoutTokenInvalid)
DPOP_PROOF = TokenKind(("dpop+jwt",), frozenset({"ES256"}), DpopProofInvalid, carries_key=True)
CLIENT_ASSERTION = TokenKind(
    ("JWT", "client-authentication+jwt", None), frozenset({"ES256", "RS256", "PS256"}), ClientAssertionInvalid
)
