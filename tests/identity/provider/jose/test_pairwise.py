"""Pairwise subjects: the same for one purpose, and another for every other."""

import base64
import hashlib
import hmac
from uuid import UUID

import pytest

from identity.provider.jose.pairwise import pairwise_subject

KEY = bytes(range(32))
TARO = UUID("01920a3c-6d1b-7c3e-8f2a-0123456789ab")


def test_a_subject_is_the_keyed_digest_of_purpose_and_person() -> None:
    message = b"wallet\x1f01920a3c-6d1b-7c3e-8f2a-0123456789ab"
    expected = base64.urlsafe_b64encode(hmac.new(KEY, message, hashlib.sha256).digest()).decode()[:43]
    assert pairwise_subject(KEY, "wallet", TARO) == expected
    assert pairwise_subject(KEY, "wallet", TARO) == "F53sJQxbOPzRE5xI6ysVuFAIDgLvUrnDjEz7pGkIOWY"


def test_another_purpose_person_or_key_gives_another_subject() -> None:
    hanako = UUID(int=TARO.int + 1)
    subjects = {
        pairwise_subject(KEY, "wallet", TARO),
        pairwise_subject(KEY, "subsidy", TARO),
        pairwise_subject(KEY, "wallet", hanako),
        pairwise_subject(bytes(32), "wallet", TARO),
    }
    assert len(subjects) == 4
    assert {len(subject) for subject in subjects} == {43}


def test_a_weak_key_and_a_purpose_without_a_name_are_mistakes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pairwise_subject(bytes(31), "wallet", TARO)
    for sector in ("", "wallet\x1fsubsidy"):
        with pytest.raises(ValueError, match="sector"):
            pairwise_subject(KEY, sector, TARO)
