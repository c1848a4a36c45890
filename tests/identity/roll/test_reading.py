"""An extract is read strictly: what is wrong is named by row and column, and never repeated."""

from dataclasses import replace
from datetime import date

import pytest

from identity.roll.model import DEFAULT_LAYOUT, FAULT_WORDS, Movement, RollExtract, RollLayout, RowFault
from identity.roll.refusals import (
    RollColumnsMissing,
    RollColumnTwice,
    RollFileUndecodable,
    RollHasNoRows,
    RollHoldsMyNumber,
    RollRowsUnusable,
    RollRowUnreadable,
)
from identity.roll.rules.reading import read_roll
from kernel.refusals import Refusal
from tests.identity.roll.extracts import BASE_DATE, HANAKO, JIRO, KEY, TARO, died, moved_out, written

GOLDEN_TEXT = (
    "住民番号,世帯番号,氏,名,氏カナ,名カナ,生年月日,住所,方書,行政区,郵便番号,異動区分,異動日,住民となった年月日\r\n"
    "0000012345,777,髙﨑,太郎,ﾀｶｻｷ,ﾀﾛｳ,S40.1.2,鹿島市大字納富分２６４３番地１,,鹿島,8491311,住民,,H7.4.1\r\n"
)
GOLDEN_CP932 = bytes.fromhex(
    "8f5a96af94d48d862c90a291d194d48d862c8e812c96bc2c8e81834a83692c96bc834a83692c90b6944e8c8e93fa2c8f5a8f8a2c95fb8f91"
    "2c8d7390ad8be62c975895d694d48d862c88d993ae8be695aa2c88d993ae93fa2c8f5a96af82c682c882c182bd944e8c8e93fa0d0a303030"
    "303031323334352c3737372cfbfcfab12c91be98592cc0b6bbb72cc0dbb32c5334302e312e322c8ead93878e7391e58e9a945b957895aa82"
    "5182558253825294d4926e82502c2c8ead93872c383439313331312c8f5a96af2c2c48372e342e310d0a"
)
NEC, IBM = b"\xee\xe0\xed\x95", b"\xfb\xfc\xfa\xb1"
"""髙﨑 stands twice in CP932, once among the characters of each maker."""


def read(file: bytes, layout: RollLayout = DEFAULT_LAYOUT) -> RollExtract:
    return read_roll(file, base_date=BASE_DATE, key=KEY, layout=layout)


def test_the_same_text_in_cp932_and_in_utf_8_is_the_same_extract() -> None:
    ours = read(GOLDEN_CP932)
    (resident,) = ours.residents
    assert resident.facts[1:] == (
        *("髙﨑", "太郎", "タカサキ", "タロウ"),
        *(date(1965, 1, 2), "鹿島", "鹿島市大字納富分２６４３番地１", "849-1311"),
    )
    assert resident.resident_since == date(1995, 4, 1)
    for file in (GOLDEN_TEXT.encode("utf-8"), GOLDEN_TEXT.encode("utf-8-sig"), GOLDEN_CP932.replace(NEC, IBM)):
        theirs = read(file)
        assert theirs == ours._replace(file_sha256=theirs.file_sha256)


def test_digests_depend_on_the_key_and_not_on_the_writing() -> None:
    (ours,) = read(written(TARO)).residents
    (same,) = read(written(TARO | {"住民番号": "12345", "氏カナ": "たかさき", "住所": "鹿島市納富分2643-1"})).residents
    (other,) = read_roll(written(TARO), base_date=BASE_DATE, key=b"another key", layout=DEFAULT_LAYOUT).residents
    digests = [(one.roll_digest, one.name_birth_digest, one.address_digest) for one in (ours, same, other)]
    assert digests[0] == digests[1]
    assert not set(digests[0]) & set(digests[2])
    assert len(set(digests[0])) == 3


def test_columns_and_words_of_another_system_are_a_matter_of_layout() -> None:
    layout = replace(
        DEFAULT_LAYOUT,
        roll_number="宛名番号",
        movement="区分",
        movement_words={"1": Movement.RESIDENT, "9": Movement.DIED},
    )
    renamed = {"住民番号": "宛名番号", "異動区分": "区分"}
    rows = [
        {renamed.get(name, name): value for name, value in row.items()}
        for row in (TARO | {"異動区分": "1"}, died(JIRO, "2026-08-01") | {"異動区分": "9"})
    ]
    extract = read(written(*rows, columns=[renamed.get(name, name) for name in TARO]), layout)
    assert (len(extract.residents), len(extract.departures)) == (1, 1)


def test_of_somebody_who_left_only_the_number_and_the_day_must_be_there() -> None:
    bare = dict.fromkeys(TARO, "") | {"住民番号": "12345", "異動区分": "転出", "異動日": "2026-08-01"}
    (departure,) = read(written(bare)).departures
    (resident,) = read(written(TARO)).residents
    assert (departure.roll_digest, departure.left_on) == (resident.roll_digest, date(2026, 8, 1))


def test_lines_without_any_text_are_passed_over_but_counted() -> None:
    file = written(TARO) + b"\r\n" + b"," * 12 + b"\r\n" + written(JIRO | {"名": ""}).partition(b"\n")[2]
    with pytest.raises(RollRowsUnusable) as refused:
        read(file)
    assert refused.value.row == 5


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (b"", RollColumnsMissing(tuple(name for name in TARO if name != "方書"))),
        (b"PK\x03\x04\x14\x00\xff\xfe", RollColumnsMissing(tuple(name for name in TARO if name != "方書"))),
        (written(TARO, encoding="utf-16"), RollColumnsMissing(tuple(name for name in TARO if name != "方書"))),
        (written(TARO).partition(b"\n")[2], RollColumnsMissing(tuple(name for name in TARO if name != "方書"))),
        (
            written(TARO, columns=[name for name in TARO if name not in {"氏", "住所"}]),
            RollColumnsMissing(("氏", "住所")),
        ),
        (written(TARO, columns=[*TARO, "氏"]), RollColumnTwice("氏")),
        (written(), RollHasNoRows()),
        (written(TARO, JIRO) + b'"open', RollRowUnreadable(4)),
        (written(TARO) + b'a"b"c,"d"e\r\n', RollRowUnreadable(3)),
    ],
)
def test_a_file_that_is_no_extract_is_refused(file: bytes, refusal: Refusal) -> None:
    with pytest.raises(type(refusal)) as refused:
        read(file)
    assert refused.value == refusal


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp932", "CP932")])
@pytest.mark.parametrize("byte", [b"\xff", b"\x80", b"\xa0"])
def test_a_byte_of_another_encoding_is_named_by_its_row_and_place(encoding: str, name: str, byte: bytes) -> None:
    file = written(TARO, HANAKO, encoding=encoding)
    hanako = "花子".encode(encoding.removesuffix("-sig"))
    with pytest.raises(RollFileUndecodable) as refused:
        read(file.replace(hanako, byte + hanako))
    assert refused.value == RollFileUndecodable(name, 3, file.index(hanako) + 1)


def test_text_of_one_encoding_under_a_header_of_another_is_refused() -> None:
    mixed = written(encoding="utf-8") + written(TARO, encoding="cp932").partition(b"\n")[2]
    with pytest.raises(RollFileUndecodable) as refused:
        read(mixed)
    assert (refused.value.encoding, refused.value.row) == ("UTF-8", 2)


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("住民番号", "", RowFault.EMPTY),
        ("住民番号", "12-34", RowFault.NUMBER_UNREADABLE),
        ("世帯番号", "世帯1", RowFault.NUMBER_UNREADABLE),
        ("氏", "　", RowFault.EMPTY),
        ("名", "太\x00郎", RowFault.CHARACTER_UNUSABLE),
        ("名", "太\n郎", RowFault.CHARACTER_UNUSABLE),
        ("名", "太\ufffd", RowFault.CHARACTER_UNUSABLE),
        ("名", "太" * 201, RowFault.TOO_LONG),
        ("氏カナ", "高崎", RowFault.KANA_UNREADABLE),
        ("名カナ", "", RowFault.EMPTY),
        ("生年月日", "昭和65年1月1日", RowFault.DATE_UNREADABLE),
        ("生年月日", "", RowFault.EMPTY),
        ("生年月日", "2026-09-02", RowFault.DATE_AFTER_BASE_DATE),
        ("生年月日", "1869-12-31", RowFault.DATE_TOO_EARLY),
        ("住所", "", RowFault.EMPTY),
        ("方書", "\x7f", RowFault.CHARACTER_UNUSABLE),
        ("行政区", "", RowFault.EMPTY),
        ("郵便番号", "849-131", RowFault.POSTAL_CODE_UNREADABLE),
        ("異動区分", "転居", RowFault.MOVEMENT_UNKNOWN),
        ("異動区分", "", RowFault.EMPTY),
    ],
)
def test_a_fault_is_named_by_row_and_column_without_the_cell(column: str, cell: str, fault: RowFault) -> None:
    with pytest.raises(RollRowsUnusable) as refused:
        read(written(JIRO, TARO | {column: cell}))
    assert refused.value == RollRowsUnusable(1, 3, column, ((3, column, fault.value),))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (moved_out(TARO, ""), RowFault.EMPTY),
        (died(TARO, "不明"), RowFault.DATE_UNREADABLE),
        (moved_out(TARO, "2026-09-02"), RowFault.DATE_AFTER_BASE_DATE),
    ],
)
def test_whoever_left_did_so_on_a_day_up_to_the_base_date(row: dict[str, str], fault: RowFault) -> None:
    with pytest.raises(RollRowsUnusable) as refused:
        read(written(row))
    assert refused.value.problems == ((2, "異動日", fault.value),)


def test_somebody_stands_in_an_extract_once() -> None:
    with pytest.raises(RollRowsUnusable) as refused:
        read(written(TARO, JIRO, moved_out(TARO | {"住民番号": "12345"}, "2026-08-01")))
    assert refused.value.problems == ((4, "住民番号", "number_twice"),)


def test_a_row_with_another_number_of_cells_is_a_fault() -> None:
    with pytest.raises(RollRowsUnusable) as refused:
        read(written(TARO) + "1,2,鹿島\r\n".encode())
    assert refused.value.problems == ((3, "住民番号", "cells_miscounted"),)


def test_all_faults_are_counted_and_the_first_fifty_are_named() -> None:
    bad = [TARO | {"住民番号": str(number), "氏": "", "郵便番号": "x"} for number in range(40)]
    with pytest.raises(RollRowsUnusable) as refused:
        read(written(*bad))
    assert refused.value.problem_count == 80
    assert len(refused.value.problems) == 50
    assert refused.value.problems[:2] == ((2, "氏", "empty"), (2, "郵便番号", "postal_code_unreadable"))


def test_every_fault_has_words_for_the_clerk() -> None:
    assert FAULT_WORDS.keys() == set(RowFault)


def test_a_my_number_is_refused_in_any_column_even_one_that_is_not_kept_and_is_not_repeated() -> None:
    rows = [TARO | {"備考": "１２３４ ５６７８ ９０１８"}, JIRO | {"住民番号": "123456789018"}]
    with pytest.raises(RollHoldsMyNumber) as refused:
        read(written(*rows, columns=[*TARO, "備考"], encoding="cp932"))
    assert refused.value == RollHoldsMyNumber(2, 2, "備考", ((2, "備考"), (3, "住民番号")))
    assert "9018" not in str(refused.value)


def test_a_my_number_in_the_header_or_beyond_it_is_named_by_its_place() -> None:
    with pytest.raises(RollHoldsMyNumber) as refused:
        read(written(TARO, columns=[*TARO, "123456789018"]))
    assert refused.value.cells == ((1, "14列目"),)
    with pytest.raises(RollHoldsMyNumber) as refused:
        read(written(TARO).replace(b"\r\n", b",123456789018\r\n").replace(b",123456789018", b"", 1))
    assert refused.value.cells == ((2, "14列目"),)
