"""What holds for every 総合振込 file and every name, seen also through a second decoder written apart."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernel.refusals import Refusal
from settlement.calendar import is_bank_business_day
from settlement.zengin.kana import KanaClass, check_kana, fit, kana_bytes, normalise_kana
from settlement.zengin.model import AccountKind, LineEnds, NewCode, TransferHeader, TransferItem
from settlement.zengin.read_transfer_file import read_transfer_file
from settlement.zengin.refusals import KanaForbidden, TransferAmountOutOfRange, TransferSumWrong
from settlement.zengin.transfer_file import write_transfer_file

WRITTEN_ON = date(2026, 12, 22)
OPEN_DAYS = [day for day in (WRITTEN_ON + timedelta(days=number) for number in range(20)) if is_bank_business_day(day)]
LARGE_KANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
BRANCH = LARGE_KANA + "ﾞﾟ-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PARTY = BRANCH + "(). "
EDI = BRANCH + "ｦ\\｢｣()/. "
AMOUNTS_YEN = st.integers(1, 9_999_999_999) | st.integers(1, 100_000)


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def names(alphabet: str, max_bytes: int, min_bytes: int = 0) -> st.SearchStrategy[str]:
    texts = st.text(alphabet, min_size=min_bytes, max_size=max_bytes)
    return texts.map(lambda text: text.strip(" ")).filter(lambda text: len(text) >= min_bytes)


HEADERS = st.builds(
    TransferHeader,
    payer_code=digits(10),
    payer_name=names(PARTY, 40, 1),
    pay_date=st.sampled_from(OPEN_DAYS),
    bank_code=digits(4),
    bank_name=names(BRANCH, 15),
    branch_code=digits(3),
    branch_name=names(BRANCH, 15),
    account_kind=st.sampled_from([AccountKind.ORDINARY, AccountKind.CURRENT, AccountKind.OTHER]),
    account_number=digits(7),
)


@st.composite
def transfer_items(draw: st.DrawFn) -> TransferItem:
    edi_information = draw(names(EDI, 20))
    code = st.just(0) if edi_information else st.integers(0, 9_999_999_999)
    return TransferItem(
        bank_code=draw(digits(4)),
        bank_name=draw(names(BRANCH, 15)),
        branch_code=draw(digits(3)),
        branch_name=draw(names(BRANCH, 15)),
        account_kind=draw(st.sampled_from(AccountKind)),
        account_number=draw(digits(7)),
        payee_name=draw(names(PARTY, 30, 1)),
        amount_yen=draw(AMOUNTS_YEN),
        new_code=draw(st.sampled_from(NewCode)),
        customer_code_1=draw(code),
        customer_code_2=draw(code),
        edi_information=edi_information,
    )


ITEMS = st.lists(transfer_items(), min_size=1, max_size=4)
LINE_ENDS: st.SearchStrategy[LineEnds] = st.sampled_from(["crlf", "none"])


@settings(deadline=None, max_examples=100)
@given(HEADERS, ITEMS, LINE_ENDS)
def test_what_is_written_is_read_back_equal(
    header: TransferHeader, items: list[TransferItem], line_ends: LineEnds
) -> None:
    written = write_transfer_file(header, items, written_on=WRITTEN_ON, line_ends=line_ends)
    read = read_transfer_file(written, written_on=WRITTEN_ON)
    assert (read.header, list(read.items), read.line_ends) == (header, items, line_ends)
    assert read.total_yen == sum(item.amount_yen for item in items)


@settings(deadline=None, max_examples=100)
@given(HEADERS, ITEMS, LINE_ENDS)
def test_a_decoder_that_only_cuts_by_position_sees_the_same(
    header: TransferHeader, items: list[TransferItem], line_ends: LineEnds
) -> None:
    written = write_transfer_file(header, items, written_on=WRITTEN_ON, line_ends=line_ends)
    step = 122 if line_ends == "crlf" else 120
    assert len(written) == step * (len(items) + 3)
    records = [written[at : at + 120] for at in range(0, len(written), step)]
    ends = {written[at + 120 : at + step] for at in range(0, len(written), step)}
    assert ends == ({b"\r\n"} if line_ends == "crlf" else {b""})
    assert all(len(record.decode("cp932")) == 120 for record in records)
    assert header_by_position(records[0]) == expected_header(header)
    assert [item_by_position(record) for record in records[1:-2]] == [expected_item(item) for item in items]
    total_yen = sum(item.amount_yen for item in items)
    assert records[-2] == b"8%06d%012d" % (len(items), total_yen) + b" " * 101
    assert records[-1] == b"9" + b" " * 119


@settings(deadline=None, max_examples=150)
@given(HEADERS, ITEMS, st.data())
def test_a_single_altered_digit_of_an_amount_is_refused(
    header: TransferHeader, items: list[TransferItem], data: st.DataObject
) -> None:
    written = write_transfer_file(header, items, written_on=WRITTEN_ON, line_ends="none")
    number = data.draw(st.integers(1, len(items)))
    at = data.draw(st.integers(120 * number + 80, 120 * number + 89))
    altered = altered_digit(written, at, data)
    with pytest.raises((TransferSumWrong, TransferAmountOutOfRange)):
        read_transfer_file(altered, written_on=WRITTEN_ON)


@settings(deadline=None, max_examples=100)
@given(HEADERS, ITEMS, st.data())
def test_a_single_altered_digit_of_the_trailer_is_refused(
    header: TransferHeader, items: list[TransferItem], data: st.DataObject
) -> None:
    written = write_transfer_file(header, items, written_on=WRITTEN_ON, line_ends="none")
    trailer = len(written) - 240
    altered = altered_digit(written, data.draw(st.integers(trailer + 1, trailer + 18)), data)
    with pytest.raises(Refusal):
        read_transfer_file(altered, written_on=WRITTEN_ON)


@settings(deadline=None, max_examples=200)
@given(HEADERS, ITEMS, LINE_ENDS, st.data())
def test_a_single_altered_byte_is_refused_or_read_as_another_file(
    header: TransferHeader, items: list[TransferItem], line_ends: LineEnds, data: st.DataObject
) -> None:
    written = write_transfer_file(header, items, written_on=WRITTEN_ON, line_ends=line_ends)
    at = data.draw(st.integers(0, len(written) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != written[at]))
    altered = written[:at] + bytes([byte]) + written[at + 1 :]
    try:
        read = read_transfer_file(altered, written_on=WRITTEN_ON)
    except Refusal:
        return
    position = at % (122 if line_ends == "crlf" else 120)
    blanks_clearing_house = 38 <= position < 42 and byte == 0x20
    assert blanks_clearing_house or (read.header, list(read.items)) != (header, items)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=30), st.sampled_from(KanaClass), st.booleans())
def test_a_name_is_refused_at_a_character_of_its_own_or_normalises_for_good(
    text: str, kana_class: KanaClass, allow_wo_in_names: bool
) -> None:
    outcome = normalised_or_refused(text, kana_class, allow_wo_in_names)
    if isinstance(outcome, KanaForbidden):
        assert text[outcome.position - 1] == outcome.character
    else:
        assert_for_a_file(outcome, kana_class, allow_wo_in_names)


@settings(deadline=None, max_examples=200)
@given(
    st.text("アァカガハパヴヮヲンあゃがぱｱｬﾞﾟｦー－‐・（）().aZｚ９ 　゛゜", max_size=30),
    st.sampled_from(KanaClass),
)
def test_what_people_type_in_kana_normalises_for_good(text: str, kana_class: KanaClass) -> None:
    outcome = normalised_or_refused(text, kana_class, allow_wo_in_names=True)
    if isinstance(outcome, KanaForbidden):
        assert kana_class is KanaClass.BRANCH
        assert outcome.character in "ヲｦ・（）(). 　"
    else:
        assert_for_a_file(outcome, kana_class, allow_wo_in_names=True)


@settings(deadline=None, max_examples=200)
@given(names(PARTY, 40), st.integers(0, 40))
def test_a_cut_name_is_a_beginning_that_leaves_no_sound_mark_behind(name: str, max_bytes: int) -> None:
    cut = fit(name, max_bytes)
    assert name.startswith(cut)
    assert kana_bytes(cut) <= max_bytes
    assert name[len(cut) : len(cut) + 1] not in {"ﾞ", "ﾟ"} or cut == ""
    if kana_bytes(name) <= max_bytes:
        assert cut == name


def header_by_position(record: bytes) -> dict[str, Any]:
    """Columns as the printed table counts them, from 1 and inclusive."""
    text = record.decode("cp932")
    return {
        "1-1": text[0],
        "2-3": text[1:3],
        "4-4": text[3],
        "5-14": text[4:14],
        "15-54": text[14:54],
        "55-58": text[54:58],
        "59-62": text[58:62],
        "63-77": text[62:77],
        "78-80": text[77:80],
        "81-95": text[80:95],
        "96-96": text[95],
        "97-103": text[96:103],
        "104-120": text[103:120],
    }


def expected_header(header: TransferHeader) -> dict[str, Any]:
    return {
        "1-1": "1",
        "2-3": "21",
        "4-4": "0",
        "5-14": header.payer_code,
        "15-54": header.payer_name.ljust(40),
        "55-58": f"{header.pay_date.month:02d}{header.pay_date.day:02d}",
        "59-62": header.bank_code,
        "63-77": header.bank_name.ljust(15),
        "78-80": header.branch_code,
        "81-95": header.branch_name.ljust(15),
        "96-96": header.account_kind.value,
        "97-103": header.account_number,
        "104-120": " " * 17,
    }


def item_by_position(record: bytes) -> dict[str, Any]:
    text = record.decode("cp932")
    holds_edi = text[112] == "Y"
    return {
        "1-1": text[0],
        "2-5": text[1:5],
        "6-20": text[5:20],
        "21-23": text[20:23],
        "24-38": text[23:38],
        "39-42": text[38:42],
        "43-43": text[42],
        "44-50": text[43:50],
        "51-80": text[50:80],
        "81-90": int(text[80:90]),
        "91-91": text[90],
        "92-111": text[91:111] if holds_edi else (int(text[91:101]), int(text[101:111])),
        "112-112": text[111],
        "113-113": text[112],
        "114-120": text[113:120],
    }


def expected_item(item: TransferItem) -> dict[str, Any]:
    codes = (item.customer_code_1, item.customer_code_2)
    return {
        "1-1": "2",
        "2-5": item.bank_code,
        "6-20": item.bank_name.ljust(15),
        "21-23": item.branch_code,
        "24-38": item.branch_name.ljust(15),
        "39-42": "0000",
        "43-43": item.account_kind.value,
        "44-50": item.account_number,
        "51-80": item.payee_name.ljust(30),
        "81-90": item.amount_yen,
        "91-91": item.new_code.value,
        "92-111": item.edi_information.ljust(20) if item.edi_information else codes,
        "112-112": "7",
        "113-113": "Y" if item.edi_information else " ",
        "114-120": " " * 7,
    }


def altered_digit(content: bytes, at: int, data: st.DataObject) -> bytes:
    digit = data.draw(st.sampled_from(b"0123456789"))
    assume(digit != content[at])
    return content[:at] + bytes([digit]) + content[at + 1 :]


def normalised_or_refused(text: str, kana_class: KanaClass, allow_wo_in_names: bool) -> str | KanaForbidden:
    try:
        return normalise_kana(text, kana_class=kana_class, allow_wo_in_names=allow_wo_in_names)
    except KanaForbidden as refused:
        return refused


def assert_for_a_file(half_width: str, kana_class: KanaClass, allow_wo_in_names: bool) -> None:
    check_kana(
        half_width,
        kana_class=kana_class,
        field="kana",
        max_bytes=1_000,
        allow_wo_in_names=allow_wo_in_names,
    )
    again = normalise_kana(half_width, kana_class=kana_class, allow_wo_in_names=allow_wo_in_names)
    assert again == half_width
    assert len(half_width.encode("cp932")) == len(half_width)
