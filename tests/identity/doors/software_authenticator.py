"""An authenticator in forty lines (W3C Web Authentication Level 3, section 6): what a phone does, with nothing hidden.

Every field that a test may want to falsify is a plain attribute.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, CAN_BE_BACKED_UP, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class SoftwareAuthenticator:
    """One discoverable credential; `flags` are those of a sign-in, `sign_count` is what it shows next."""

    origin: str
    rp_id: str
    flags: int = PRESENT | VERIFIED | CAN_BE_BACKED_UP | BACKED_UP
    sign_count: int = 0
    cross_origin: bool = False
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: bytes = b""

    def register(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.create()` as its `toJSON()` text."""
        self.user_handle = base64url_to_bytes(options["user"]["id"])
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._cose_key()
        auth_data = self._auth_data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": auth_data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        answer = {"clientDataJSON": client_data, "attestationObject": attestation}
        return self._credential(answer, transports=["internal", "hybrid"])

    def sign_in(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.get()` as its `toJSON()` text."""
        auth_data = self._auth_data(self.flags)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(auth_data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        answer = {"clientDataJSON": client_data, "authenticatorData": auth_data, "signature": signature}
        return self._credential({**answer, "userHandle": self.user_handle})

    def _auth_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _cose_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        facts = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(facts).encode()

    def _credential(self, answer: dict[str, bytes], **more: Any) -> str:
        name = bytes_to_base64url(self.credential_id)
        response = {part: bytes_to_base64url(value) for part, value in answer.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": {**response, **more}})
