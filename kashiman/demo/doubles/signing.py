"""The keys with which a double signs ES256, under the id that its key set names (RFC 7517, RFC 7638)."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec


class SigningKeys:
    """A P-256 key to sign with, and the public halves of all that were made."""

    def __init__(self) -> None:
        self._public: list[dict[str, Any]] = []
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on; the old ones stay in the set."""
        self._private = ec.generate_private_key(ec.SECP256R1())
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        self._key_id = _thumbprint(public)
        self._public.append({**public, "kid": self._key_id, "alg": "ES256", "use": "sig"})

    def key_set(self) -> dict[str, Any]:
        """The public keys."""
        return {"keys": self._public}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Make a JWT of claims."""
        return jwt.encode(dict(claims), self._private, "ES256", {"kid": self._key_id})


def _thumbprint(public: Mapping[str, Any]) -> str:
    members = json.dumps({name: public[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
