"""The keys of an installation: made at the first start, readable by their owner alone."""

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from identity.tokens import new_signing_key


@dataclass(frozen=True)
class Keys:
    """What signs tokens, shop codes and receipts of applications, and what peppers sign-in codes."""

    token_key_pem: str
    shop_code_key: Ed25519PrivateKey
    receipt_key: Ed25519PrivateKey
    pepper: bytes


KEY_ID = "k1"


def load_keys(directory: Path) -> Keys:
    """Read the keys of an installation, making those that do not exist yet."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Keys(
        token_key_pem=_load(directory / "token.pem", lambda: new_signing_key().encode()).decode(),
        shop_code_key=_ed25519(_load(directory / "shop-code.pem", _new_ed25519)),
        receipt_key=_ed25519(_load(directory / "receipt.pem", _new_ed25519)),
        pepper=bytes.fromhex(_load(directory / "pepper.hex", lambda: secrets.token_hex(32).encode()).decode()),
    )


def _load(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read a key file; when it is missing, write it whole under another name first, so that two starts agree."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}.new")
        with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()


def _new_ed25519() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _ed25519(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("not an Ed25519 key")
    return key
