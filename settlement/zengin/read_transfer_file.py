"""Read a 総合振込 file back, strictly: what this system would not write is refused, not guessed at."""

from collections.abc import Mapping
from datetime import date

from settlement.zengin import layout
from settlement.zengin.kana import ENCODING
from settlement.zengin.layout import RECORD_BYTES, unpack_record
from settlement.zengin.model import AccountKind, LineEnds, NewCode, TransferFile, TransferHeader, TransferItem
from settlement.zengin.refusals import (
    AccountKindNotAllowed,
    KanaMissing,
    LineEndWrong,
    NewCodeUnknown,
    PayDateNotADay,
    RecordByteForbidden,
    RecordConstantWrong,
    RecordLengthWrong,
    RecordOutOfOrder,
    TransferCountWrong,
    TransferFileEmpty,
    TransferSumWrong,
)
from settlement.zengin.rules import check_digits, check_header, check_item


def read_transfer_file(content: bytes, *, written_on: date) -> TransferFile:
    """Read one block of header, transfers, trailer and end, with CR+LF after every record or after none.

    The file has no year: its pay date is the first such day on or after written_on. One 0x1A after the last
    record is accepted, so are ｦ in a name and spaces for the unused clearing house. Refuses, in this order:
    TransferFileEmpty; LineEndWrong; RecordLengthWrong and RecordByteForbidden; RecordOutOfOrder; then record
    by record RecordConstantWrong, PayDateNotADay and what check_header and check_item refuse;
    TransferCountWrong; TransferSumWrong.
    """
    line_ends, lines = _split_records(content.removesuffix(b"\x1a"))
    records = [_text_of_record(line, number) for number, line in enumerate(lines, start=1)]
    _check_order(records)
    header = _read_header(records[0], written_on)
    items = tuple(_read_item(record, number) for number, record in enumerate(records[1:-2], start=1))
    _check_trailer(records[-2], len(records) - 1, items)
    _check_filler(unpack_record(layout.END, records[-1]), len(records))
    return TransferFile(
        header=header,
        items=items,
        total_yen=sum(item.amount_yen for item in items),
        line_ends=line_ends,
    )


def _split_records(content: bytes) -> tuple[LineEnds, list[bytes]]:
    if not content:
        raise TransferFileEmpty
    if b"\r" not in content and b"\n" not in content:
        return "none", [content[at : at + RECORD_BYTES] for at in range(0, len(content), RECORD_BYTES)]
    *lines, rest = content.split(b"\r\n")
    for number, line in enumerate([*lines, rest], start=1):
        if b"\r" in line or b"\n" in line:
            raise LineEndWrong(number)
    if rest:
        raise LineEndWrong(len(lines) + 1)
    return "crlf", lines


def _text_of_record(line: bytes, record_number: int) -> str:
    if len(line) != RECORD_BYTES:
        raise RecordLengthWrong(record_number, len(line), RECORD_BYTES)
    for position, byte in enumerate(line, start=1):
        if not (0x20 <= byte <= 0x7E or 0xA1 <= byte <= 0xDF):
            raise RecordByteForbidden(record_number, position, byte)
    return line.decode(ENCODING)


_NEXT_TYPES = {
    "": layout.HEADER_TYPE,
    layout.HEADER_TYPE: layout.DATA_TYPE,
    layout.DATA_TYPE: layout.DATA_TYPE + layout.TRAILER_TYPE,
    layout.TRAILER_TYPE: layout.END_TYPE,
    layout.END_TYPE: "",
}


def _check_order(records: list[str]) -> None:
    before = ""
    for record_number, record in enumerate(records, start=1):
        if record[0] not in _NEXT_TYPES[before]:
            raise RecordOutOfOrder(record_number, _NEXT_TYPES[before], record[0])
        before = record[0]
    if before != layout.END_TYPE:
        raise RecordOutOfOrder(len(records) + 1, _NEXT_TYPES[before], "")


def _read_header(record: str, written_on: date) -> TransferHeader:
    fields = unpack_record(layout.HEADER, record)
    _check_constant(fields, 1, "transfer_kind", layout.GENERAL_TRANSFER)
    _check_constant(fields, 1, "code_division", layout.CODES_ARE_JIS)
    _check_filler(fields, 1)
    header = TransferHeader(
        payer_code=fields["payer_code"],
        payer_name=fields["payer_name"],
        pay_date=_pay_date(fields["pay_date"], written_on),
        bank_code=fields["bank_code"],
        bank_name=fields["bank_name"],
        branch_code=fields["branch_code"],
        branch_name=fields["branch_name"],
        account_kind=_account_kind(fields["account_kind"], None),
        account_number=fields["account_number"],
    )
    check_header(header, allow_wo_in_names=True)
    return header


def _read_item(record: str, item_number: int) -> TransferItem:
    fields = unpack_record(layout.DATA, record)
    _check_item_constants(fields, item_number + 1)
    check_digits(fields["amount_yen"], "amount_yen", 10, item_number)
    customer_code_1, customer_code_2, edi_information = _reference(fields, item_number)
    item = TransferItem(
        bank_code=fields["bank_code"],
        bank_name=fields["bank_name"],
        branch_code=fields["branch_code"],
        branch_name=fields["branch_name"],
        account_kind=_account_kind(fields["account_kind"], item_number),
        account_number=fields["account_number"],
        payee_name=fields["payee_name"],
        amount_yen=int(fields["amount_yen"]),
        new_code=_new_code(fields["new_code"], item_number),
        customer_code_1=customer_code_1,
        customer_code_2=customer_code_2,
        edi_information=edi_information,
    )
    check_item(item, item_number, allow_wo_in_names=True)
    return item


def _check_item_constants(fields: Mapping[str, str], record_number: int) -> None:
    if fields["clearing_house"].strip(" "):
        _check_constant(fields, record_number, "clearing_house", layout.CLEARING_HOUSE_UNUSED)
    _check_constant(fields, record_number, "sent_by", layout.SENT_BY_WIRE)
    if fields["edi_mark"]:
        _check_constant(fields, record_number, "edi_mark", layout.HOLDS_EDI)
    _check_filler(fields, record_number)


def _reference(fields: Mapping[str, str], item_number: int) -> tuple[int, int, str]:
    """The two customer codes and the EDI information, which share columns 92 to 111."""
    if not fields["edi_mark"]:
        check_digits(fields["reference"], "reference", 20, item_number)
        return int(fields["reference"][:10]), int(fields["reference"][10:]), ""
    if not fields["reference"]:
        raise KanaMissing("edi_information", item_number)
    return 0, 0, fields["reference"]


def _check_trailer(record: str, record_number: int, items: tuple[TransferItem, ...]) -> None:
    fields = unpack_record(layout.TRAILER, record)
    check_digits(fields["item_count"], "item_count", 6)
    check_digits(fields["total_yen"], "total_yen", 12)
    _check_filler(fields, record_number)
    if int(fields["item_count"]) != len(items):
        raise TransferCountWrong(int(fields["item_count"]), len(items))
    counted_yen = sum(item.amount_yen for item in items)
    if int(fields["total_yen"]) != counted_yen:
        raise TransferSumWrong(int(fields["total_yen"]), counted_yen)


def _check_filler(fields: Mapping[str, str], record_number: int) -> None:
    _check_constant(fields, record_number, "filler", "")


def _check_constant(fields: Mapping[str, str], record_number: int, field: str, expected: str) -> None:
    if fields[field] != expected:
        raise RecordConstantWrong(record_number, field, expected, fields[field])


def _pay_date(month_day: str, written_on: date) -> date:
    check_digits(month_day, "pay_date", 4)
    for year in (written_on.year, written_on.year + 1):
        try:
            pay_date = date(year, int(month_day[:2]), int(month_day[2:]))
        except ValueError:
            continue
        if pay_date >= written_on:
            return pay_date
    raise PayDateNotADay(month_day)


def _account_kind(digit: str, item_number: int | None) -> AccountKind:
    if digit not in set(AccountKind):
        raise AccountKindNotAllowed(digit, item_number)
    return AccountKind(digit)


def _new_code(digit: str, item_number: int) -> NewCode:
    if digit not in set(NewCode):
        raise NewCodeUnknown(digit, item_number)
    return NewCode(digit)
