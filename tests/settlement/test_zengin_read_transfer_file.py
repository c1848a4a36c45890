"""The reader takes what the writer writes, and names what is wrong with anything else."""

from datetime import date
from pathlib import Path

import pytest

from kernel.refusals import Refusal
from settlement.zengin.read_transfer_file import read_transfer_file
from settlement.zengin.refusals import (
    AccountKindNotAllowed,
    FieldNotDigits,
    KanaForbidden,
    KanaMissing,
    LineEndWrong,
    NewCodeUnknown,
    PayDateNotADay,
    RecordByteForbidden,
    RecordConstantWrong,
    RecordLengthWrong,
    RecordOutOfOrder,
    TransferAmountOutOfRange,
    TransferCountWrong,
    TransferFileEmpty,
    TransferSumWrong,
)

DATA_FILES = Path(__file__).parents[1] / "data"
CRLF = (DATA_FILES / "zengin-sougou-crlf.txt").read_bytes()
FLAT = (DATA_FILES / "zengin-sougou-flat.txt").read_bytes()
WRITTEN_ON = date(2026, 11, 20)
RECORDS = [FLAT[at : at + 120] for at in range(0, 720, 120)]


@pytest.mark.parametrize("content", [CRLF, FLAT])
def test_one_end_of_file_mark_is_accepted(content: bytes) -> None:
    unmarked = read_transfer_file(content, written_on=WRITTEN_ON)
    assert read_transfer_file(content + b"\x1a", written_on=WRITTEN_ON) == unmarked
    assert isinstance(refusal_of(content + b"\x1a\x1a"), LineEndWrong | RecordLengthWrong)


@pytest.mark.parametrize(
    ("written_on", "pay_date"),
    [
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2027, 11, 30)),
        (date(2025, 12, 28), date(2026, 11, 30)),
    ],
)
def test_the_pay_date_is_the_first_such_day_from_the_writing_on(written_on: date, pay_date: date) -> None:
    assert read_transfer_file(FLAT, written_on=written_on).header.pay_date == pay_date


@pytest.mark.parametrize("month_day", ["1131", "0000", "1301", "0229"])
def test_a_pay_date_that_is_no_day_is_refused(month_day: str) -> None:
    assert refusal_of(changed(1, 55, month_day)) == PayDateNotADay(month_day)


def test_a_leap_day_is_read_where_there_is_one() -> None:
    leap = changed(1, 55, "0229")
    assert read_transfer_file(leap, written_on=date(2027, 12, 1)).header.pay_date == date(2028, 2, 29)


def test_an_empty_file_is_refused() -> None:
    assert refusal_of(b"") == TransferFileEmpty()
    assert refusal_of(b"\x1a") == TransferFileEmpty()


@pytest.mark.parametrize(
    ("content", "record_number"),
    [
        (CRLF.replace(b"\r\n", b"\n"), 1),
        (CRLF.replace(b"\r\n", b"\r"), 1),
        (CRLF[:-2], 6),
        (CRLF[:-1], 6),
        (CRLF.replace(b"\r\n", b"", 1) + b"\n", 6),
        (CRLF[:122] + CRLF[122:].replace(b"\r\n", b"\n", 1), 2),
    ],
)
def test_line_ends_are_all_crlf_or_none(content: bytes, record_number: int) -> None:
    assert refusal_of(content) == LineEndWrong(record_number)


def test_a_record_of_another_length_is_refused() -> None:
    assert refusal_of(CRLF.replace(b"\r\n", b"", 1)) == RecordLengthWrong(1, 240, 120)
    assert refusal_of(CRLF + b"\r\n") == RecordLengthWrong(7, 0, 120)
    assert refusal_of(FLAT[:-1]) == RecordLengthWrong(6, 119, 120)
    assert refusal_of(FLAT + b" ") == RecordLengthWrong(7, 1, 120)
    assert refusal_of(b"\xef\xbb\xbf" + CRLF) == RecordLengthWrong(1, 123, 120)


@pytest.mark.parametrize("byte", [0x00, 0x09, 0x1F, 0x7F, 0x80, 0x9F, 0xA0, 0xE0, 0xFF])
def test_a_byte_outside_jis_x_0201_is_refused(byte: int) -> None:
    content = FLAT[:174] + bytes([byte]) + FLAT[175:]
    assert refusal_of(content) == RecordByteForbidden(2, 55, byte)


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        ((1, 2, 3, 4, 5), RecordOutOfOrder(1, "1", "2")),
        ((0, 4, 5), RecordOutOfOrder(2, "2", "8")),
        ((0, 1, 2, 3, 5), RecordOutOfOrder(5, "28", "9")),
        ((0, 1, 2, 3, 4), RecordOutOfOrder(6, "9", "")),
        ((0, 1, 2, 3), RecordOutOfOrder(5, "28", "")),
        ((0, 1, 2, 3, 4, 0, 1, 4, 5), RecordOutOfOrder(6, "9", "1")),
        ((0, 1, 2, 3, 4, 5, 5), RecordOutOfOrder(7, "", "9")),
    ],
)
def test_records_out_of_order_are_refused(order: tuple[int, ...], refusal: Refusal) -> None:
    assert refusal_of(b"".join(RECORDS[number] for number in order)) == refusal


@pytest.mark.parametrize(
    ("record_number", "column", "text", "refusal"),
    [
        (1, 2, "11", RecordConstantWrong(1, "transfer_kind", "21", "11")),
        (1, 4, "1", RecordConstantWrong(1, "code_division", "0", "1")),
        (1, 104, "X", RecordConstantWrong(1, "filler", "", "X")),
        (2, 39, "0001", RecordConstantWrong(2, "clearing_house", "0000", "0001")),
        (2, 112, "8", RecordConstantWrong(2, "sent_by", "7", "8")),
        (2, 113, "N", RecordConstantWrong(2, "edi_mark", "Y", "N")),
        (3, 120, "0", RecordConstantWrong(3, "filler", "", " " * 6 + "0")),
        (5, 20, "0", RecordConstantWrong(5, "filler", "", "0")),
        (6, 2, "9", RecordConstantWrong(6, "filler", "", "9")),
    ],
)
def test_a_field_that_is_always_the_same_may_not_differ(
    record_number: int, column: int, text: str, refusal: Refusal
) -> None:
    assert refusal_of(changed(record_number, column, text)) == refusal


@pytest.mark.parametrize(
    ("record_number", "column", "text", "refusal"),
    [
        (1, 5, " ", FieldNotDigits("payer_code", " 234567890", 10)),
        (1, 15, " " * 40, KanaMissing("payer_name")),
        (1, 96, "4", AccountKindNotAllowed("4")),
        (1, 96, "0", AccountKindNotAllowed("0")),
        (2, 2, "X", FieldNotDigits("bank_code", "X999", 4, 1)),
        (2, 43, "3", AccountKindNotAllowed("3", 1)),
        (2, 51, " ", KanaForbidden("payee_name", " )ｻｸﾗﾉｼﾖｳﾃﾝ", 1, " ", 1)),
        (2, 52, ",", KanaForbidden("payee_name", "ｶ,ｻｸﾗﾉｼﾖｳﾃﾝ", 2, ",", 1)),
        (3, 51, " " * 30, KanaMissing("payee_name", 2)),
        (2, 81, " " * 4, FieldNotDigits("amount_yen", "    123450", 10, 1)),
        (2, 81, "0" * 10, TransferAmountOutOfRange("0", 1, 9_999_999_999, 1)),
        (2, 91, "3", NewCodeUnknown("3", 1)),
        (2, 92, "A", FieldNotDigits("reference", "A0000010010000202611", 20, 1)),
        (4, 92, " " * 20, KanaMissing("edi_information", 3)),
        (5, 2, " ", FieldNotDigits("item_count", " 00003", 6)),
        (5, 8, "-", FieldNotDigits("total_yen", "-00000272215", 12)),
    ],
)
def test_a_field_with_wrong_characters_is_refused(record_number: int, column: int, text: str, refusal: Refusal) -> None:
    assert refusal_of(changed(record_number, column, text)) == refusal


def test_what_other_programs_write_differently_is_accepted() -> None:
    worked = read_transfer_file(FLAT, written_on=WRITTEN_ON)
    assert read_transfer_file(changed(2, 39, "    "), written_on=WRITTEN_ON) == worked
    assert read_transfer_file(changed(2, 53, "ｦ"), written_on=WRITTEN_ON).items[0].payee_name == "ｶ)ｦｸﾗﾉｼﾖｳﾃﾝ"


def test_the_trailer_must_state_the_count_and_the_sum() -> None:
    assert refusal_of(changed(5, 2, "000004")) == TransferCountWrong(4, 3)
    assert refusal_of(changed(5, 8, "000000272216")) == TransferSumWrong(272_216, 272_215)
    assert refusal_of(changed(2, 90, "1")) == TransferSumWrong(272_215, 272_216)
    without_the_last = b"".join([*RECORDS[:3], *RECORDS[4:]])
    assert refusal_of(without_the_last) == TransferCountWrong(3, 2)


def changed(record_number: int, column: int, text: str) -> bytes:
    """The worked file with other characters from this column on, counted from 1."""
    at = (record_number - 1) * 120 + column - 1
    new = text.encode("cp932")
    return FLAT[:at] + new + FLAT[at + len(new) :]


def refusal_of(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read_transfer_file(content, written_on=WRITTEN_ON)
    return refused.value
