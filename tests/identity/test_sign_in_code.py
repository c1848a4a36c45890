"""How a sign-in code is written, and how it is read as people type it."""

import hashlib
import hmac

import pytest

from identity.refusals import SignInCodeUnreadable
from identity.rules.sign_in_code import (
    SignInCode,
    random_secret,
    random_selector,
    read_sign_in_code,
    secret_digest,
)

CODE = SignInCode("7K3M", "9QXC420F1T")


def test_a_code_is_printed_in_groups_of_four() -> None:
    assert CODE.text == "7K3M-9QXC-420F-1T"


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M-9QXC-420F-1T",
        "7K3M9QXC420F1T",
        "7k3m-9qxc-420f-1t",
        "  7K3M 9QXC 420F 1T\n",
        "7K3M 9QXC 42OF IT",
        "7k3m 9qxc 42of lt",
        "７Ｋ３Ｍ－９ＱＸＣ－４２０Ｆ－１Ｔ",
        "７ｋ３ｍ　９ｑｘｃ　４２ｏｆ　ｌｔ",
        "7K3Mー9QXC−420F‐1T",
        "7K3M–9QXC—420F―1T",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_sign_in_code(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "7K3M-9QXC-420F-1",
        "7K3M-9QXC-420F-1T0",
        "7K3M-9QXC-420F-1U",
        "7K3M-9QXC-420F-1é",
        "7K3M-9QXC-420F-1あ",
        "7K3M-9QXC-420F-1\x00",
        "7K3M9QXC420F1T" + " " * 51,
    ],
)
def test_everything_else_is_unreadable(typed: str) -> None:
    with pytest.raises(SignInCodeUnreadable):
        read_sign_in_code(typed)


def test_random_parts_have_their_lengths_and_read_back() -> None:
    for _ in range(200):
        code = SignInCode(random_selector(), random_secret())
        assert (len(code.selector), len(code.secret)) == (4, 10)
        assert read_sign_in_code(code.text) == code


def test_the_digest_is_an_hmac_of_the_secret() -> None:
    expected = hmac.new(b"pepper", b"9QXC420F1T", hashlib.sha256).digest()
    assert secret_digest(b"pepper", CODE.secret) == expected
    assert secret_digest(b"salt", CODE.secret) != expected
