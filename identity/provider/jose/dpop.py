"""Proofs of possession: an application shows with every request that it holds the key its tokens are bound to.

DPoP (RFC 9449) with ES256. That a proof was not seen before is left to the caller, who keeps its `jti` for
`PROOF_WINDOW` before and after `issued_at`.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from identity.provider.jose.base64url import digest_of
from identity.provider.jose.keys import PublicKey, SigningKey, public_jwk, public_key_from_jwk, thumbprint
from identity.provider.jose.policy import DPOP_PROOF
from identity.provider.jose.refusals import DpopNonceNeeded, DpopProofInvalid
from identity.provider.jose.signed import VerifiedToken, read_signed, whole_seconds, write_signed

PROOF_WINDOW = timedelta(seconds=60)

_PORTS = {"https": 443, "http": 80}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


class DpopProof(NamedTuple):
    """A good proof: the thumbprint of its key (RFC 7638), and what makes it this one."""

    thumbprint: str
    jti: str
    issued_at: datetime


class _Target(NamedTuple):
    scheme: str
    host: str
    port: int
    path: str


def only_proof(header_values: Sequence[str]) -> str:
    """The one value of a request's DPoP header. Refuses DpopProofInvalid: `missing`, then `repeated`."""
    if not header_values:
        raise DpopProofInvalid("missing")
    if len(header_values) > 1:
        raise DpopProofInvalid("repeated")
    return header_values[0]


def verify_dpop_proof(
    proof: str,
    *,
    method: str,
    url: str,
    now: datetime,
    access_token: str | None = None,
    nonce: str | None = None,
    expected_thumbprint: str | None = None,
) -> DpopProof:
    """Verify a proof for one request (RFC 9449, section 4.3).

    `url` is the request's own, `access_token` the one that it carries, `nonce` the one that the server wants,
    `expected_thumbprint` the key that the token, code or refresh token is bound to. Refuses DpopProofInvalid, in this
    order: `form`, `typ`, `alg`, another header parameter, `jwk`, `signature`, claims, `htm`, `htu`, `iat` more than a
    minute away, `ath`, `jwk` for a key that is not the expected one; then DpopNonceNeeded.
    """
    read = read_signed(proof, DPOP_PROOF, _key_of_header)
    jti, issued_at = read.text("jti"), read.moment("iat")
    read.demand(read.text("htm") == method, "htm")
    read.demand(_points_at(read.text("htu", length_max=2_000), _target(url)), "htu")
    read.demand(abs(now - issued_at) <= PROOF_WINDOW, "iat")
    read.demand(access_token is None or _is_same(read, "ath", digest_of(access_token)), "ath")
    holder = thumbprint(read.header["jwk"])
    read.demand(expected_thumbprint is None or hmac.compare_digest(holder, expected_thumbprint), "jwk")
    if nonce is not None and not _is_same(read, "nonce", nonce):
        raise DpopNonceNeeded
    return DpopProof(holder, jti, issued_at)


def write_dpop_proof(
    key: SigningKey,
    *,
    method: str,
    url: str,
    now: datetime,
    jti: str,
    access_token: str | None = None,
    nonce: str | None = None,
) -> str:
    """Write a proof for one request, as an application does (RFC 9449, section 4.2); `jti` is never used twice."""
    jwk = {name: member for name, member in public_jwk(key).items() if name in ("kty", "crv", "x", "y")}
    claims = {
        "jti": jti,
        "htm": method,
        "htu": url.partition("#")[0].partition("?")[0],
        "iat": whole_seconds(now),
        "ath": None if access_token is None else digest_of(access_token),
        "nonce": nonce,
    }
    return write_signed(claims, DPOP_PROOF, key, {"jwk": jwk})


def _key_of_header(header: Mapping[str, Any]) -> PublicKey:
    try:
        return public_key_from_jwk(header.get("jwk"))
    except ValueError:
        raise DpopProofInvalid("jwk") from None


def _is_same(token: VerifiedToken, name: str, wanted: str) -> bool:
    given = token.claims.get(name)
    return isinstance(given, str) and given.isascii() and hmac.compare_digest(given, wanted)


def _points_at(claim: str, target: _Target) -> bool:
    try:
        return _target(claim) == target
    except ValueError:
        return False


def _target(url: str) -> _Target:
    """What a URL points at, in one writing (RFC 3986, sections 6.2.2 and 6.2.3), without query and fragment."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or " " in url:
        raise ValueError("not a URL of a web request")
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    return _Target(parts.scheme, parts.hostname, port, _ESCAPE.sub(_plain_escape, parts.path) or "/")


def _plain_escape(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if _UNRESERVED.fullmatch(letter) else escape[0].upper()
