"""Secrets: how much chance is in them, and how codes are read."""

import hashlib

import pytest

from identity.provider.rules.secrets import (
    USER_CODE_LETTERS,
    digest_of,
    new_secret,
    new_user_code,
    read_user_code,
)


def test_asvs_11_5_1_a_secret_has_256_bits_of_chance_and_comes_once() -> None:
    secrets = {new_secret() for _ in range(1_000)}
    assert len(secrets) == 1_000
    assert {len(secret) for secret in secrets} == {43}


def test_only_a_digest_is_kept() -> None:
    assert digest_of("secret") == hashlib.sha256(b"secret").digest()
    assert len(digest_of("\ud800\x00")) == 32


@pytest.mark.parametrize("typed", ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "WDJB‐MJHT", "w-d-j-b-m-j-h-t"])
def test_a_devices_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_user_code(typed) == "WDJB-MJHT"


def test_a_devices_code_has_eight_letters_that_nobody_misreads() -> None:
    for _ in range(100):
        code = new_user_code()
        assert read_user_code(code) == code
        assert len(code) == 9
        assert set(code) <= {*USER_CODE_LETTERS, "-"}
    assert not set(USER_CODE_LETTERS) & set("AEIOUY0123456789")
