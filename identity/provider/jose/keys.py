"""Keys that sign: made, published as a JSON Web Key Set, read from one (RFC 7517, RFC 7518, section 6)."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from identity.provider.jose.base64url import digest_of

SigningAlgorithm = Literal["ES256", "RS256"]
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

RSA_BITS_MIN = 2048
RSA_BITS_MAX = 4096

_MEMBERS_BY_TYPE = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
"""What makes a public key that key, in the order of its thumbprint (RFC 7638, section 3.2)."""

_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,700}")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key in PEM (PKCS #8) under the thumbprint of its public half, for one algorithm."""

    kid: str
    alg: SigningAlgorithm
    private_pem: str = field(repr=False)


def new_signing_key(alg: SigningAlgorithm) -> SigningKey:
    """Make a key: P-256 for ES256, RSA of 2048 bits for RS256."""
    key: PrivateKey = (
        ec.generate_private_key(ec.SECP256R1())
        if alg == "ES256"
        else rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS_MIN)
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return SigningKey(thumbprint(_members_of(key.public_key())), alg, pem)


def read_signing_key(private_pem: str, alg: SigningAlgorithm) -> SigningKey:
    """A key that was kept in PEM, under its thumbprint. Raises ValueError when it does not fit the algorithm."""
    kept = SigningKey("", alg, private_pem)
    return SigningKey(thumbprint(_members_of(public_key(kept))), alg, private_pem)


def public_jwk(key: SigningKey) -> dict[str, str]:
    """The public half as a JSON Web Key, with `kid` (its RFC 7638 thumbprint), `use` and `alg`."""
    members = _members_of(public_key(key))
    return {**members, "kid": thumbprint(members), "use": "sig", "alg": key.alg}


def jwks(keys: Iterable[SigningKey]) -> dict[str, list[dict[str, str]]]:
    """The public halves as a JSON Web Key Set (RFC 7517, section 5)."""
    return {"keys": [public_jwk(key) for key in keys]}


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The SHA-256 thumbprint of an EC or RSA key (RFC 7638). Raises ValueError for another type or no members."""
    try:
        members = {name: jwk[name] for name in _MEMBERS_BY_TYPE[jwk["kty"]]}
    except (KeyError, TypeError):
        raise ValueError("not an EC or RSA key") from None
    return digest_of(json.dumps(members, separators=(",", ":")))


def keys_by_id(key_set: Mapping[str, Any]) -> dict[str, PublicKey]:
    """The usable signature keys of a JSON Web Key Set by key id; others are left out (RFC 7517, section 5)."""
    return {jwk["kid"]: key for jwk, key in usable_keys(key_set) if isinstance(jwk.get("kid"), str)}


def usable_keys(key_set: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], PublicKey]]:
    """The members of a JSON Web Key Set that are public keys for signatures, each with its key."""
    listed = key_set.get("keys")
    usable = []
    for jwk in listed if isinstance(listed, list) else []:
        try:
            key = public_key_from_jwk(jwk)
        except ValueError:
            continue
        if jwk.get("use", "sig") == "sig":
            usable.append((jwk, key))
    return usable


def public_key_from_jwk(jwk: object) -> PublicKey:
    """Read a public key written in the one canonical way.

    Raises ValueError for anything but a P-256 key or an RSA key of 2048 to 4096 bits, and for a private part.
    """
    if not isinstance(jwk, Mapping) or _PRIVATE_MEMBERS & jwk.keys() or jwk.get("kty") not in ("EC", "RSA"):
        raise ValueError("not a public key")
    members = {name: jwk.get(name) for name in _MEMBERS_BY_TYPE[jwk["kty"]]}
    if not all(isinstance(member, str) and _BASE64URL.fullmatch(member) for member in members.values()):
        raise ValueError("not a public key")
    read = ECAlgorithm.from_jwk if members["kty"] == "EC" else RSAAlgorithm.from_jwk
    try:
        key = read(members)
    except (jwt.PyJWTError, ValueError):
        raise ValueError("not a public key") from None
    if not isinstance(key, PublicKey) or not algorithms_of(key) or _members_of(key) != members:
        raise ValueError("not a public key that is used here, or not in its canonical form")
    return key


def algorithms_of(key: PublicKey) -> frozenset[str]:
    """The algorithms that a key is fit for: none for another curve, or another size of RSA key."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return frozenset({"ES256"} if isinstance(key.curve, ec.SECP256R1) else ())
    return frozenset({"RS256", "PS256"} if RSA_BITS_MIN <= key.key_size <= RSA_BITS_MAX else ())


def public_key(key: SigningKey) -> PublicKey:
    """The public half of a signing key."""
    return private_key(key).public_key()


def private_key(key: SigningKey) -> PrivateKey:
    """The private key itself, read once. Raises ValueError when it does not fit its algorithm."""
    read = _read_private_key(key.private_pem)
    if key.alg not in algorithms_of(read.public_key()):
        raise ValueError("a signing key fits its algorithm")
    return read


@lru_cache(maxsize=64)
def _read_private_key(pem: str) -> PrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, PrivateKey):
        raise ValueError("a signing key is an EC or RSA key")
    return key


def _members_of(key: PublicKey) -> dict[str, str]:
    jwk = (
        ECAlgorithm.to_jwk(key, as_dict=True)
        if isinstance(key, ec.EllipticCurvePublicKey)
        else RSAAlgorithm.to_jwk(key, as_dict=True)
    )
    return {name: jwk[name] for name in _MEMBERS_BY_TYPE[jwk["kty"]]}
