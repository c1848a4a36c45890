import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from payments.codes.consumer_code import (
    CODE_GRACE_S,
    CODE_LIFETIME_S,
    consumer_code_is_live,
    digest_of,
    new_consumer_code,
)
from payments.codes.refusals import CodeUnreadable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALL_ZERO = "KSP1" + "0" * 28
ALL_ONES = "KSP17ZZZZZZZZZZZZZZZZZZZZZZZZZM5"
ISSUED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def value_of(text: str) -> int:
    value = 0
    for letter in text[4:]:
        value = value * 32 + ALPHABET.index(letter)
    return value


def test_a_new_code_is_its_prefix_and_28_letters_of_the_alphabet_and_carries_its_digest() -> None:
    code = new_consumer_code()
    assert len(code.text) == 32
    assert code.text.startswith("KSP1")
    assert set(code.text[4:]) <= set(ALPHABET)
    assert code.digest == hashlib.sha256(code.text.encode()).digest() == digest_of(code.text)


def test_the_last_ten_bits_are_the_remainder_of_the_random_bits_by_1021() -> None:
    value = value_of(new_consumer_code().text)
    assert value & 1023 == (value >> 10) % 1021
    assert value < 1 << 138


def test_the_smallest_and_the_largest_code_are_read() -> None:
    largest = (1 << 128) - 1
    assert value_of(ALL_ONES) == largest << 10 | largest % 1021
    for text in (ALL_ZERO, ALL_ONES):
        assert digest_of(text) == hashlib.sha256(text.encode()).digest()


def test_a_thousand_new_codes_differ_and_use_every_bit() -> None:
    values = {value_of(new_consumer_code().text) >> 10 for _ in range(1000)}
    assert len(values) == 1000
    ones_per_bit = [sum(value >> bit & 1 for value in values) for bit in range(128)]
    assert min(ones_per_bit) > 350
    assert max(ones_per_bit) < 650


def test_any_one_wrong_letter_and_any_two_swapped_letters_are_refused() -> None:
    text = new_consumer_code().text
    for at, letter in enumerate(text):
        for other in set(ALPHABET) - {letter}:
            with pytest.raises(CodeUnreadable):
                digest_of(text[:at] + other + text[at + 1 :])
        for later in range(at + 1, len(text)):
            if text[later] != letter:
                swapped = text[:at] + text[later] + text[at + 1 : later] + letter + text[later + 1 :]
                with pytest.raises(CodeUnreadable):
                    digest_of(swapped)


def test_a_code_typed_in_small_letters_with_hyphens_and_look_alikes_is_the_same_code() -> None:
    assert digest_of("kspi-oOoO-0000-0000-0000-0000-0000-0000") == digest_of(ALL_ZERO)
    assert digest_of("KSPL 0000 0000 0000 0000 0000 0000 0000") == digest_of(ALL_ZERO)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not KSP1 and 28 characters"),
        (ALL_ZERO[:-1], "not KSP1 and 28 characters"),
        (ALL_ZERO + "0", "not KSP1 and 28 characters"),
        ("KSP2" + ALL_ZERO[4:], "not KSP1 and 28 characters"),
        (ALL_ZERO[:-1] + "U", "a character outside the alphabet"),
        (ALL_ZERO[:-1] + "\n", "a character outside the alphabet"),
        (ALL_ZERO[:-1] + "０", "not plain letters and digits"),
        (ALL_ZERO[:-1] + "ı", "not plain letters and digits"),
        (ALL_ZERO[:-1] + "1", "the check characters do not match"),
    ],
)
def test_a_text_that_is_no_code_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(CodeUnreadable) as refused:
        digest_of(text)
    assert refused.value == CodeUnreadable(reason=reason)


def test_more_than_128_random_bits_are_refused_even_under_right_check_characters() -> None:
    number = 1 << 128
    value = number << 10 | number % 1021
    text = "KSP1" + "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(28)))
    with pytest.raises(CodeUnreadable):
        digest_of(text)


@pytest.mark.parametrize(
    ("age_s", "live"),
    [
        (0, True),
        (59.9, True),
        (60, True),
        (69.999, True),
        (70, False),
        (71, False),
        (-10, True),
        (-10.1, False),
    ],
)
def test_a_code_lives_sixty_seconds_and_ten_of_grace(age_s: float, live: bool) -> None:
    assert CODE_LIFETIME_S + CODE_GRACE_S == 70
    assert consumer_code_is_live(ISSUED, ISSUED + timedelta(seconds=age_s)) is live
