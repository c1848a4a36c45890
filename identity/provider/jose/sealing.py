"""A private key at rest: AES-256-GCM (NIST SP 800-38D), so that the table alone signs nothing."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from identity.provider.jose.refusals import SigningKeySealBroken

_NONCE_BYTES = 12


def seal_private_key(private_pem: str, secret: bytes, kid: str) -> bytes:
    """Encrypt a private key: nonce of 12 bytes, then ciphertext and tag; the key id is bound to it.

    Raises ValueError for a secret that is not 32 bytes long.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, private_pem.encode(), kid.encode())


def open_private_key(sealed: bytes, secret: bytes, kid: str) -> str:
    """Decrypt a private key to PEM. Refuses SigningKeySealBroken; raises ValueError for a secret of another length."""
    cipher = _cipher(secret)
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], kid.encode()).decode()
    except (InvalidTag, ValueError):
        raise SigningKeySealBroken(kid) from None


def _cipher(secret: bytes) -> AESGCM:
    if len(secret) != 32:
        raise ValueError("private keys are sealed with a secret of 32 bytes")
    return AESGCM(secret)
