"""The file that pays the shops is written byte for byte, or not at all."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest

from kernel.refusals import Refusal
from settlement.zengin.layout import DATA, END, HEADER, TRAILER, Layout
from settlement.zengin.model import (
    AccountKind,
    BankProfile,
    LineEnds,
    NewCode,
    TransferFile,
    TransferHeader,
    TransferItem,
)
from settlement.zengin.read_transfer_file import read_transfer_file
from settlement.zengin.refusals import (
    AccountKindNotAllowed,
    CustomerCodeOutOfRange,
    CustomerCodesBesideEdi,
    FieldNotDigits,
    KanaForbidden,
    KanaMissing,
    KanaTooLong,
    NewCodeUnknown,
    PayDateNotBusinessDay,
    PayDateOutsideBankWindow,
    TransferAmountOutOfRange,
    TransferFileEmpty,
    TransferFileTooLong,
    TransferTotalTooLarge,
)
from settlement.zengin.transfer_file import write_transfer_file

DATA_FILES = Path(__file__).parents[1] / "data"
WRITTEN_ON = date(2026, 11, 20)
HEADER_OF_CITY = TransferHeader(
    payer_code="1234567890",
    payer_name="ｻｸﾗﾉｼ ｶｲｹｲｶﾝﾘｼﾔ",
    pay_date=date(2026, 11, 30),
    bank_code="9999",
    bank_name="ﾃｽﾄｷﾞﾝｺｳ",
    branch_code="999",
    branch_name="ﾎﾝﾃﾝ",
    account_kind=AccountKind.ORDINARY,
    account_number="7654321",
)
SHOP = TransferItem(
    bank_code="9999",
    bank_name="ﾃｽﾄｷﾞﾝｺｳ",
    branch_code="001",
    branch_name="ﾎﾝﾃﾝ",
    account_kind=AccountKind.ORDINARY,
    account_number="1234567",
    payee_name="ｶ)ｻｸﾗﾉｼﾖｳﾃﾝ",
    amount_yen=123_450,
    customer_code_1=1001,
    customer_code_2=202611,
)
BAKERY = TransferItem(
    bank_code="9998",
    bank_name="ｻﾝﾌﾟﾙｷﾞﾝｺｳ",
    branch_code="012",
    branch_name="ｴｷﾏｴ",
    account_kind=AccountKind.CURRENT,
    account_number="0076543",
    payee_name="ﾔﾏﾀﾞﾍﾞ-ｶﾘ-(ﾕ",
    amount_yen=98_765,
    new_code=NewCode.FIRST,
    customer_code_1=1002,
    customer_code_2=202611,
)
PERSON = TransferItem(
    bank_code="9999",
    bank_name="ﾃｽﾄｷﾞﾝｺｳ",
    branch_code="001",
    branch_name="ﾎﾝﾃﾝ",
    account_kind=AccountKind.ORDINARY,
    account_number="0000123",
    payee_name="ﾔﾏﾀﾞ ｼﾖｳｿﾞｳ",
    amount_yen=50_000,
    edi_information="STL202611-0001003",
)
THREE_ITEMS = (SHOP, BAKERY, PERSON)
SHA256_BY_LINE_ENDS = {
    "crlf": "d5ab23f24a2745ecedd492256dac175d34a885d5760e2315d552cab24fff8a6b",
    "none": "d1ad43b58177aa8d95331eef47a06bf2167d6324c3526e5d32b37f74c742eba6",
}
WORKED_FILES: list[tuple[LineEnds, str]] = [
    ("crlf", "zengin-sougou-crlf.txt"),
    ("none", "zengin-sougou-flat.txt"),
]


@pytest.mark.parametrize(("line_ends", "name"), WORKED_FILES)
def test_the_worked_file_is_written_byte_for_byte(line_ends: LineEnds, name: str) -> None:
    written = write_transfer_file(HEADER_OF_CITY, THREE_ITEMS, written_on=WRITTEN_ON, line_ends=line_ends)
    assert written == (DATA_FILES / name).read_bytes()
    assert sha256(written).hexdigest() == SHA256_BY_LINE_ENDS[line_ends]


@pytest.mark.parametrize(("line_ends", "name"), WORKED_FILES)
def test_the_worked_file_is_read_as_what_it_says(line_ends: LineEnds, name: str) -> None:
    read = read_transfer_file((DATA_FILES / name).read_bytes(), written_on=WRITTEN_ON)
    assert read == TransferFile(header=HEADER_OF_CITY, items=THREE_ITEMS, total_yen=272_215, line_ends=line_ends)


def test_the_banks_profile_says_how_records_end() -> None:
    flat = write_transfer_file(
        HEADER_OF_CITY, THREE_ITEMS, written_on=WRITTEN_ON, profile=BankProfile(line_ends="none")
    )
    assert (len(flat), b"\r" in flat) == (720, False)
    crlf = write_transfer_file(HEADER_OF_CITY, THREE_ITEMS, written_on=WRITTEN_ON)
    assert (len(crlf), crlf.count(b"\r\n"), crlf[-2:]) == (732, 6, b"\r\n")


@pytest.mark.parametrize("layout", [HEADER, DATA, TRAILER, END])
def test_every_record_has_120_bytes(layout: Layout) -> None:
    assert sum(field.length for field in layout) == 120


def test_a_file_with_nothing_to_pay_is_refused() -> None:
    assert refusal_of(()) == TransferFileEmpty()


def test_a_file_with_more_transfers_than_the_bank_takes_is_refused() -> None:
    profile = BankProfile(max_records_per_file=2)
    assert len(write_transfer_file(HEADER_OF_CITY, [SHOP, SHOP], written_on=WRITTEN_ON, profile=profile)) == 610
    assert refusal_of(THREE_ITEMS, profile=profile) == TransferFileTooLong(3, 2)
    assert refusal_of([SHOP] * 5_000) == TransferFileTooLong(5_000, 4_999)
    endless = BankProfile(max_records_per_file=10_000_000)
    assert refusal_of([SHOP] * 1_000_000, profile=endless) == TransferFileTooLong(1_000_000, 999_999)


@pytest.mark.parametrize("amount_yen", [0, -1, 10_000_000_000])
def test_an_amount_that_ten_digits_cannot_carry_is_refused(amount_yen: int) -> None:
    expected = TransferAmountOutOfRange(str(amount_yen), 1, 9_999_999_999, 2)
    assert refusal_of([SHOP, replace(SHOP, amount_yen=amount_yen)]) == expected


def test_an_amount_that_is_not_whole_yen_is_refused() -> None:
    half_yen = replace(SHOP, amount_yen=cast(int, 100.5))
    assert refusal_of([half_yen]) == TransferAmountOutOfRange("100.5", 1, 9_999_999_999, 1)
    truth = replace(SHOP, amount_yen=True)
    assert refusal_of([truth]) == TransferAmountOutOfRange("True", 1, 9_999_999_999, 1)


def test_a_total_of_more_than_twelve_digits_is_refused() -> None:
    largest = [replace(SHOP, amount_yen=9_999_999_999)] * 100 + [replace(SHOP, amount_yen=99)]
    written = write_transfer_file(HEADER_OF_CITY, largest, written_on=WRITTEN_ON, line_ends="none")
    assert written[-240:-220] == b"8000101999999999999 "
    assert refusal_of([*largest, replace(SHOP, amount_yen=1)]) == TransferTotalTooLarge(
        1_000_000_000_000, 999_999_999_999
    )
    just_enough = [*largest, replace(SHOP, amount_yen=100)]
    assert refusal_of(just_enough) == TransferTotalTooLarge(1_000_000_000_099, 999_999_999_999)


@pytest.mark.parametrize(
    ("field", "text", "digits"),
    [
        ("bank_code", "999", 4),
        ("bank_code", "99999", 4),
        ("branch_code", "1", 3),
        ("branch_code", "00A", 3),
        ("account_number", "123456", 7),
        ("account_number", "１２３４５６７", 7),
        ("account_number", "12-4567", 7),
    ],
)
def test_a_code_with_the_wrong_digits_is_refused(field: str, text: str, digits: int) -> None:
    wrong: dict[str, Any] = {field: text}
    assert refusal_of([SHOP, replace(SHOP, **wrong)]) == FieldNotDigits(field, text, digits, 2)
    assert refusal_of([SHOP], header=replace(HEADER_OF_CITY, **wrong)) == FieldNotDigits(field, text, digits)


def test_a_payer_code_with_the_wrong_digits_is_refused() -> None:
    short = replace(HEADER_OF_CITY, payer_code="123456789")
    assert refusal_of([SHOP], header=short) == FieldNotDigits("payer_code", "123456789", 10)


def test_a_pay_date_on_which_banks_are_closed_is_refused() -> None:
    for closed in (date(2026, 11, 23), date(2026, 11, 28), date(2026, 12, 31)):
        header = replace(HEADER_OF_CITY, pay_date=closed)
        assert refusal_of([SHOP], header=header) == PayDateNotBusinessDay(closed)
    moved = {date(2026, 11, 30): False}
    assert refusal_of([SHOP], overrides=moved) == PayDateNotBusinessDay(date(2026, 11, 30))


def test_a_pay_date_past_or_too_far_ahead_is_refused() -> None:
    last_date = date(2026, 12, 14)
    at_the_end = replace(HEADER_OF_CITY, pay_date=last_date)
    assert write_transfer_file(at_the_end, [SHOP], written_on=WRITTEN_ON)[54:58] == b"1214"
    for outside in (date(2026, 11, 19), date(2026, 12, 15), date(2027, 11, 30)):
        header = replace(HEADER_OF_CITY, pay_date=outside)
        assert refusal_of([SHOP], header=header) == PayDateOutsideBankWindow(outside, WRITTEN_ON, last_date)


def test_a_payee_name_outside_its_characters_is_refused() -> None:
    assert refusal_of([SHOP, replace(SHOP, payee_name="ｶﾌｪ")]) == KanaForbidden("payee_name", "ｶﾌｪ", 3, "ｪ", 2)
    assert refusal_of([replace(SHOP, payee_name="ｶｦﾙ")]) == KanaForbidden("payee_name", "ｶｦﾙ", 2, "ｦ", 1)
    assert refusal_of([replace(SHOP, payee_name="")]) == KanaMissing("payee_name", 1)
    assert refusal_of([replace(SHOP, payee_name="ｱ" * 31)]) == KanaTooLong("payee_name", "ｱ" * 31, 31, 30, 1)


def test_a_bank_may_allow_wo_in_names() -> None:
    written = write_transfer_file(
        HEADER_OF_CITY,
        [replace(SHOP, payee_name="ｶｦﾙ")],
        written_on=WRITTEN_ON,
        profile=BankProfile(allow_wo_in_names=True, line_ends="none"),
    )
    assert written[170:200] == b"\xb6\xa6\xd9" + b" " * 27


def test_names_in_the_header_are_held_to_their_fields() -> None:
    nameless = replace(HEADER_OF_CITY, payer_name="")
    assert refusal_of([SHOP], header=nameless) == KanaMissing("payer_name")
    long_name = replace(HEADER_OF_CITY, payer_name="ｱ" * 41)
    assert refusal_of([SHOP], header=long_name) == KanaTooLong("payer_name", "ｱ" * 41, 41, 40)
    stopped = replace(HEADER_OF_CITY, bank_name="ｱ.ｲ")
    assert refusal_of([SHOP], header=stopped) == KanaForbidden("bank_name", "ｱ.ｲ", 2, ".")
    long_branch = replace(HEADER_OF_CITY, branch_name="ｱ" * 16)
    assert refusal_of([SHOP], header=long_branch) == KanaTooLong("branch_name", "ｱ" * 16, 16, 15)


def test_only_payees_may_have_a_savings_account() -> None:
    saver = replace(SHOP, account_kind=AccountKind.SAVINGS)
    written = write_transfer_file(HEADER_OF_CITY, [saver], written_on=WRITTEN_ON, line_ends="none")
    assert written[162:163] == b"4"
    saving_city = replace(HEADER_OF_CITY, account_kind=AccountKind.SAVINGS)
    assert refusal_of([SHOP], header=saving_city) == AccountKindNotAllowed("4")
    fixed_term = replace(SHOP, account_kind=cast(AccountKind, "6"))
    assert refusal_of([fixed_term]) == AccountKindNotAllowed("6", 1)


def test_references_are_customer_codes_or_edi_information() -> None:
    both = replace(PERSON, customer_code_2=1)
    assert refusal_of([both]) == CustomerCodesBesideEdi(1)
    eleven_digits = replace(SHOP, customer_code_1=10_000_000_000)
    assert refusal_of([eleven_digits]) == CustomerCodeOutOfRange("customer_code_1", "10000000000", 1)
    long_edi = replace(PERSON, edi_information="1" * 21)
    assert refusal_of([long_edi]) == KanaTooLong("edi_information", "1" * 21, 21, 20, 1)
    comma = replace(PERSON, edi_information="1,2")
    assert refusal_of([comma]) == KanaForbidden("edi_information", "1,2", 2, ",", 1)


def test_an_unknown_new_code_is_refused() -> None:
    assert refusal_of([replace(SHOP, new_code=cast(NewCode, "3"))]) == NewCodeUnknown("3", 1)


def test_the_first_thing_wrong_in_the_order_of_the_file_is_named() -> None:
    header = replace(HEADER_OF_CITY, payer_code="1", pay_date=date(2026, 11, 28))
    item = replace(SHOP, payee_name="", amount_yen=0)
    assert refusal_of([item], header=header) == FieldNotDigits("payer_code", "1", 10)
    assert refusal_of([item], header=replace(header, payer_code="0000000001")) == PayDateNotBusinessDay(
        date(2026, 11, 28)
    )
    assert refusal_of([item]) == KanaMissing("payee_name", 1)


def refusal_of(
    items: Any,
    header: TransferHeader = HEADER_OF_CITY,
    profile: BankProfile | None = None,
    overrides: dict[date, bool] | None = None,
) -> Refusal:
    with pytest.raises(Refusal) as refused:
        write_transfer_file(
            header,
            items,
            written_on=WRITTEN_ON,
            profile=profile or BankProfile(),
            overrides=overrides or {},
        )
    return refused.value
