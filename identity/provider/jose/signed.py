"""Signed JSON in the compact form (RFC 7515, RFC 7519), written and read strictly by the policy of its kind.

Reading is stricter than the standards ask: one way to write each token, no member twice, nothing critical, no key from
elsewhere, times in whole seconds, text in printable ASCII.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

from identity.provider.jose.base64url import from_base64url
from identity.provider.jose.keys import PublicKey, SigningKey, algorithms_of, private_key
from identity.provider.jose.policy import TokenKind

KeyChoice = Callable[[Mapping[str, Any]], PublicKey | None]
"""Finds the key for a header that was not verified yet; None when there is none."""

_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_TEXT = re.compile(r"[\x20-\x7e]+")
_REFUSED_PARAMETERS = ("crit", "b64", "jku", "x5u", "x5c", "jwk")
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
_ALGORITHMS = {name: jwt.get_algorithm_by_name(name) for name in ("ES256", "RS256", "PS256")}


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A token whose signature is genuine; its claims are looked at through methods that refuse by name."""

    kind: TokenKind
    key: PublicKey
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    def demand(self, holds: bool, reason: str) -> None:
        """Refuse, naming `reason`, unless something holds."""
        if not holds:
            raise self.kind.refusal(reason)

    def text(self, name: str, length_max: int = 255) -> str:
        """A claim that is printable ASCII and not empty."""
        value = self.claims.get(name)
        if not isinstance(value, str) or len(value) > length_max or not _TEXT.fullmatch(value):
            raise self.kind.refusal(name)
        return value

    def text_if_any(self, name: str) -> str | None:
        """A claim that may be absent, otherwise as `text`; null is not absent."""
        return self.text(name) if name in self.claims else None

    def moment(self, name: str) -> datetime:
        """A claim that is a NumericDate in whole seconds (RFC 7519, section 2)."""
        value = self.claims.get(name)
        if type(value) is not int or not 0 <= value <= _LAST_SECOND:
            raise self.kind.refusal(name)
        return datetime.fromtimestamp(value, UTC)

    def moment_if_any(self, name: str) -> datetime | None:
        """A claim that may be absent, otherwise as `moment`; null is not absent."""
        return self.moment(name) if name in self.claims else None


def read_signed(token: str, kind: TokenKind, choose_key: KeyChoice) -> VerifiedToken:
    """Verify a token of one kind.

    Refuses by the kind's refusal, in this order: `form`, `typ`, `alg`, a header parameter that is not allowed, `kid`
    for no key, `alg` for a key that is not fit for it, `signature`, `form` for claims that are not a JSON object.
    """
    if len(token) > kind.length_max or not _FORM.fullmatch(token):
        raise kind.refusal("form")
    signing_input, _, signature_text = token.rpartition(".")
    header_text, _, claims_text = signing_input.partition(".")
    header = _json_object(header_text, kind)
    algorithm = _allowed_algorithm(header, kind)
    key = choose_key(header)
    if key is None:
        raise kind.refusal("kid")
    if algorithm not in algorithms_of(key):
        raise kind.refusal("alg")
    if not _ALGORITHMS[algorithm].verify(signing_input.encode(), key, _decoded(signature_text, kind)):
        raise kind.refusal("signature")
    return VerifiedToken(kind, key, header, _json_object(claims_text, kind))


def write_signed(
    claims: Mapping[str, Any], kind: TokenKind, key: SigningKey, header: Mapping[str, Any] | None = None
) -> str:
    """Sign claims as one kind of token, leaving out those that are None; without `header`, `kid` names the key.

    Raises ValueError for a key that may not sign this kind.
    """
    if key.alg not in kind.algorithms:
        raise ValueError(f"{key.alg} does not sign this kind of token")
    present = {name: claim for name, claim in claims.items() if claim is not None}
    parameters = {"typ": kind.types[0], **({"kid": key.kid} if header is None else header)}
    return jwt.encode(present, private_key(key), algorithm=key.alg, headers=parameters)


def whole_seconds(at: datetime) -> int:
    """A time as a NumericDate, the rest of its second dropped."""
    return int(at.timestamp())


def key_by_kid(find_key: Callable[[str], PublicKey | None]) -> KeyChoice:
    """Choose by the header's `kid`; none without one."""

    def choose(header: Mapping[str, Any]) -> PublicKey | None:
        kid = header.get("kid")
        return find_key(kid) if isinstance(kid, str) else None

    return choose


def _allowed_algorithm(header: Mapping[str, Any], kind: TokenKind) -> str:
    if header.get("typ") not in kind.types:
        raise kind.refusal("typ")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in kind.algorithms:
        raise kind.refusal("alg")
    for name in _REFUSED_PARAMETERS:
        if name in header and not (name == "jwk" and kind.carries_key):
            raise kind.refusal(name)
    return algorithm


def _json_object(encoded: str, kind: TokenKind) -> Mapping[str, Any]:
    try:
        value = json.loads(
            _decoded(encoded, kind).decode(), object_pairs_hook=_without_repetition, parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        raise kind.refusal("form") from None
    if not isinstance(value, dict):
        raise kind.refusal("form")
    return value


def _decoded(part: str, kind: TokenKind) -> bytes:
    try:
        return from_base64url(part)
    except ValueError:
        raise kind.refusal("form") from None


def _without_repetition(members: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(members)
    if len(named) != len(members):
        raise ValueError("a member stands twice")
    return named


def _no_number(_text: str) -> None:
    raise ValueError("not a number of JSON")
