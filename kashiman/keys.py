"""The keys of an installation: made at the first start, readable by their owner alone."""

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from identity.provider.jose.keys import SigningKey, new_signing_key, read_signing_key


@dataclass(frozen=True)
class Keys:
    """What signs shop codes, receipts of applications and results of payments, peppers sign-in codes, seals the
    provider's keys, makes subjects out of people, keeps answers to surveys single, and proves each of our faces to the
    provider.
    """

    shop_code_key: Ed25519PrivateKey
    receipt_key: Ed25519PrivateKey
    pepper: bytes
    sealing_key: bytes
    subject_key: bytes
    roll_key: bytes
    survey_key: bytes
    client_keys: Mapping[str, SigningKey]
    agency_key: SigningKey
    result_key: SigningKey


KEY_ID = "k1"
FACES = ("wallet", "shop", "staff")


def load_receipt_key(directory: Path) -> Ed25519PrivateKey:
    """Read what signs receipts of applications, and nothing else; made when it does not exist yet."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _ed25519(_load(directory / "receipt.pem", _new_ed25519))


def load_keys(directory: Path) -> Keys:
    """Read the keys of an installation, making those that do not exist yet."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Keys(
        shop_code_key=_ed25519(_load(directory / "shop-code.pem", _new_ed25519)),
        receipt_key=load_receipt_key(directory),
        pepper=_secret(directory / "pepper.hex"),
        sealing_key=_secret(directory / "sealing.hex"),
        subject_key=_secret(directory / "subject.hex"),
        roll_key=_secret(directory / "roll.hex"),
        survey_key=_secret(directory / "survey.hex"),
        client_keys={name: _client_key(directory / f"client-{name}.pem") for name in FACES},
        agency_key=_client_key(directory / "agency.pem"),
        result_key=_client_key(directory / "result.pem"),
    )


def campaign_key(directory: Path, slug: str) -> bytes:
    """The 32 bytes that hide the households of a campaign in its draws, made when they are first asked for.

    `slug` is a short name that the campaign rules accepted: a-z, 0-9 and hyphens.
    """
    return _secret(directory / f"campaign-{slug}.hex")


def _secret(path: Path) -> bytes:
    return bytes.fromhex(_load(path, lambda: secrets.token_hex(32).encode()).decode())


def _client_key(path: Path) -> SigningKey:
    pem = _load(path, _new_p256).decode()
    return read_signing_key(pem, "ES256")


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


def _new_p256() -> bytes:
    return new_signing_key("ES256").private_pem.encode()


def _new_ed25519() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _ed25519(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("not an Ed25519 key")
    return key
