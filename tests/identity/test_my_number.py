"""A My Number is found however it is written, and other numbers are left alone."""

from collections.abc import Iterator

import pytest

from identity.rules.my_number import (
    MyNumberGiven,
    find_my_number,
    has_right_check_digit,
    refuse_my_number,
    refuse_my_number_in_upload,
)

NUMBER = "123456789018"
"""6·1+5·2+4·3+3·4+2·5+7·6+6·7+5·8+4·9+3·0+2·1 = 212 = 19·11 + 3, and 11 - 3 = 8."""
WIDE = "１２３４５６７８９０１８"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (NUMBER, [(0, 12)]),
        (WIDE, [(0, 12)]),
        ("123456７８９０１８", [(0, 12)]),
        ("私の番号は123456789018です", [(5, 17)]),
        ("1234 5678 9018", [(0, 14)]),
        ("1234-5678-9018", [(0, 14)]),
        ("１２３４－５６７８－９０１８", [(0, 14)]),
        ("1234　5678　9018", [(0, 14)]),
        ("1234 - 5678 - 9018", [(0, 18)]),
        ("123456 789018", [(0, 13)]),
        ("123-456-789-018", [(0, 15)]),
        ("1 2 3 4 5 6 7 8 9 0 1 8", [(0, 23)]),
        ("1234\u200b56789018", [(0, 13)]),
        ("2026 1234 5678 9018 1980", [(5, 19)]),
        ("No.123456789018.", [(3, 15)]),
        ("X123456789018-1", [(1, 13)]),
        (f"{NUMBER},{NUMBER}", [(0, 12), (13, 25)]),
    ],
)
def test_a_my_number_is_found_where_it_stands(text: str, spans: list[tuple[int, int]]) -> None:
    assert find_my_number(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789017",
        "1234567890188",
        "4123456789018",
        "１1234567890１8",
        "T1234567890123",
        "4-1234-5678-9018",
        "1234-5678-9018-2345",
        "0954-63-2111",
        "090-1234-5678",
        "849-1311 0954-63-2111",
        "普通 1234567 0123456",
        "123 456 789 018 234 567",
        "1234\n5678\n9018",
        "1234,5678,9018",
        "①②③④⑤⑥⑦⑧⑨⓪①⑧",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_my_number(text) == []


@pytest.mark.parametrize("number", ["000000000000", "100000000005", "010000000006", "000000000019", "000000000418"])
def test_the_check_digit_is_eleven_minus_the_remainder(number: str) -> None:
    assert has_right_check_digit(number)


@pytest.mark.parametrize("number", ["000000000060", "000000000400", "200000000000", "000000000140"])
def test_the_check_digit_is_zero_when_the_remainder_is_one_or_none(number: str) -> None:
    assert has_right_check_digit(number)


def test_a_form_with_a_my_number_is_refused_by_the_names_of_its_fields() -> None:
    refuse_my_number(name="鹿島太郎", note="電話 0954-63-2111")
    with pytest.raises(MyNumberGiven) as refused:
        refuse_my_number(name="鹿島太郎", note=f"番号は{WIDE}", reason=NUMBER)
    assert refused.value == MyNumberGiven(("note", "reason"))
    assert NUMBER not in str(refused.value)


@pytest.mark.parametrize("size", [1, 2, 7, 128, 100_000])
@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_an_upload_with_a_my_number_is_refused_however_it_is_cut(size: int, encoding: str) -> None:
    written = WIDE if encoding != "utf-16" else NUMBER
    content = ("申請書の添付資料" * 60 + f"番号 {written} " + "以上" * 60).encode(encoding)
    with pytest.raises(MyNumberGiven) as refused:
        refuse_my_number_in_upload(pieces(content, size), field="attachment")
    assert refused.value.fields == ("attachment",)


@pytest.mark.parametrize("size", [1, 7, 128, 100_000])
def test_an_upload_is_not_refused_for_a_longer_number_however_it_is_cut(size: int) -> None:
    content = "".join(f"{filler}1234567890188{filler}4123456789018" for filler in ("あ" * 99, "-" * 300, "x" * 127))
    refuse_my_number_in_upload(pieces(content.encode(), size))
    refuse_my_number_in_upload(pieces(b"", size))


def test_a_my_number_at_the_very_end_of_an_upload_is_found() -> None:
    with pytest.raises(MyNumberGiven):
        refuse_my_number_in_upload([b"x" * 1000, NUMBER[:5].encode(), NUMBER[5:].encode()])


def test_the_widths_of_a_font_in_a_document_are_no_my_number() -> None:
    refuse_my_number_in_upload([b"/Widths [" + b"278 355 556 889 667 191 333 389 584 " * 40 + b"]"])


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))
