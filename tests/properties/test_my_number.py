"""What holds for every My Number, seen also through a check digit written apart."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from identity.rules.my_number import (
    MyNumberGiven,
    check_digit,
    find_my_number,
    has_right_check_digit,
    refuse_my_number_in_upload,
)

ELEVEN = st.text("0123456789", min_size=11, max_size=11)
GAPS = st.sampled_from(["", " ", "-", "　", "－", " - "])
AROUND = st.text(st.sampled_from("鹿島ABx、。\n,:/"), max_size=20)
MANY = settings(deadline=None, max_examples=200)


def remainder(eleven: str) -> int:
    """The sum of the formula, with the weights from left to right."""
    return (
        sum(int(digit) * weight for digit, weight in zip(eleven, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    )


@MANY
@given(ELEVEN)
def test_the_check_digit_is_that_of_a_second_formula(eleven: str) -> None:
    assert check_digit(eleven) == {0: 0, 1: 0}.get(remainder(eleven), 11 - remainder(eleven))


@MANY
@given(ELEVEN)
def test_one_of_ten_last_digits_is_right(eleven: str) -> None:
    assert [has_right_check_digit(f"{eleven}{last}") for last in range(10)].count(True) == 1


@MANY
@given(ELEVEN, st.integers(0, 11), st.integers(1, 9))
def test_every_wrong_digit_is_noticed_but_between_the_remainders_that_share_a_zero(
    eleven: str, place: int, step: int
) -> None:
    number = f"{eleven}{check_digit(eleven)}"
    wrong = f"{number[:place]}{(int(number[place]) + step) % 10}{number[place + 1 :]}"
    share_zero = place < 11 and {remainder(number[:11]), remainder(wrong[:11])} == {0, 1}
    assert has_right_check_digit(wrong) == share_zero
    assert bool(find_my_number(wrong)) == share_zero


@MANY
@given(ELEVEN, st.sampled_from([2, 3, 4, 6, 12]), GAPS, AROUND, AROUND, st.booleans())
def test_a_my_number_is_found_in_any_text_and_any_usual_writing(
    eleven: str, size: int, gap: str, before: str, after: str, wide: bool
) -> None:
    number = f"{eleven}{check_digit(eleven)}"
    digits = number.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else number
    written = gap.join(digits[at : at + size] for at in range(0, 12, size))
    assert find_my_number(before + written + after) == [(len(before), len(before) + len(written))]


@MANY
@given(st.text("0123456789", min_size=13, max_size=40), AROUND, AROUND)
def test_a_longer_run_of_digits_is_never_a_my_number(digits: str, before: str, after: str) -> None:
    assert find_my_number(before + digits + after) == []


@MANY
@given(st.text(st.sampled_from("鹿島0123456789- 　０１２３４５６７８９"), max_size=600), st.integers(1, 300))
def test_an_upload_in_pieces_is_judged_like_the_whole_text(text: str, size: int) -> None:
    content = text.encode()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assume(find_my_number(content.decode("cp932", "replace")) == [])
    if find_my_number(text):
        with pytest.raises(MyNumberGiven):
            refuse_my_number_in_upload(pieces)
    else:
        refuse_my_number_in_upload(pieces)
