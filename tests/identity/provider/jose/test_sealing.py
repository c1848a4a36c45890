"""Private keys at rest."""

import pytest

from identity.provider.jose.refusals import SigningKeySealBroken
from identity.provider.jose.sealing import open_private_key, seal_private_key
from tests.identity.provider.jose.samples import EC

SECRET = bytes(range(32))


def test_a_sealed_key_opens_with_its_secret_and_its_name() -> None:
    sealed = seal_private_key(EC.private_pem, SECRET, EC.kid)
    assert open_private_key(sealed, SECRET, EC.kid) == EC.private_pem
    assert b"PRIVATE" not in sealed
    assert len(sealed) == 12 + len(EC.private_pem) + 16


def test_every_sealing_is_another() -> None:
    assert seal_private_key(EC.private_pem, SECRET, EC.kid) != seal_private_key(EC.private_pem, SECRET, EC.kid)


def test_another_secret_another_name_and_every_altered_byte_are_refused() -> None:
    sealed = seal_private_key(EC.private_pem, SECRET, EC.kid)
    altered = [sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in range(len(sealed))]
    for content in (*altered, sealed[:-1], sealed + b"\x00", b"", sealed[:12], sealed[:5]):
        with pytest.raises(SigningKeySealBroken) as refused:
            open_private_key(content, SECRET, EC.kid)
        assert refused.value == SigningKeySealBroken(EC.kid)
    for secret, kid in ((bytes(32), EC.kid), (SECRET, "another")):
        with pytest.raises(SigningKeySealBroken):
            open_private_key(sealed, secret, kid)


@pytest.mark.parametrize("secret", [b"", bytes(16), bytes(31), bytes(33)])
def test_a_secret_has_32_bytes(secret: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal_private_key(EC.private_pem, secret, EC.kid)
    with pytest.raises(ValueError, match="32 bytes"):
        open_private_key(b"anything", secret, EC.kid)
