"""Write a 総合振込 file (全銀協規定フォーマット, 種別コード 21), byte for byte."""

from collections.abc import Sequence
from datetime import date

from settlement.calendar import NO_OVERRIDES, BankDayOverrides, business_days_after, is_bank_business_day
from settlement.zengin import layout
from settlement.zengin.layout import pack_record
from settlement.zengin.model import (
    ITEMS_MAX,
    TOTAL_YEN_MAX,
    USUAL_PROFILE,
    BankProfile,
    LineEnds,
    TransferHeader,
    TransferItem,
)
from settlement.zengin.refusals import (
    PayDateNotBusinessDay,
    PayDateOutsideBankWindow,
    TransferFileEmpty,
    TransferFileTooLong,
    TransferTotalTooLarge,
)
from settlement.zengin.rules import check_header, check_item


def write_transfer_file(
    header: TransferHeader,
    items: Sequence[TransferItem],
    *,
    written_on: date,
    profile: BankProfile = USUAL_PROFILE,
    line_ends: LineEnds | None = None,
    overrides: BankDayOverrides = NO_OVERRIDES,
) -> bytes:
    """Write one block of header, transfers, trailer and end: 120 bytes of JIS X 0201 a record.

    Records end as the bank's profile says, unless line_ends says otherwise: all in CR+LF or all in nothing.
    No end-of-file mark. Everything is checked before the first byte. Refuses, in this order:
    TransferFileEmpty; TransferFileTooLong; what check_header refuses; PayDateNotBusinessDay;
    PayDateOutsideBankWindow; what check_item refuses, transfer by transfer; TransferTotalTooLarge.
    """
    _check_length(items, profile)
    check_header(header, allow_wo_in_names=profile.allow_wo_in_names)
    _check_pay_date(header.pay_date, written_on, profile, overrides)
    for item_number, item in enumerate(items, start=1):
        check_item(item, item_number, allow_wo_in_names=profile.allow_wo_in_names)
    total_yen = _checked_total_yen(items)
    records = [_header_record(header), *map(_data_record, items), _trailer_record(len(items), total_yen)]
    records.append(pack_record(layout.END, {"record_type": layout.END_TYPE}))
    record_end = b"\r\n" if (line_ends or profile.line_ends) == "crlf" else b""
    return b"".join(record + record_end for record in records)


def _check_length(items: Sequence[TransferItem], profile: BankProfile) -> None:
    max_items = min(profile.max_records_per_file, ITEMS_MAX)
    if not items:
        raise TransferFileEmpty
    if len(items) > max_items:
        raise TransferFileTooLong(len(items), max_items)


def _check_pay_date(pay_date: date, written_on: date, profile: BankProfile, overrides: BankDayOverrides) -> None:
    if not is_bank_business_day(pay_date, overrides):
        raise PayDateNotBusinessDay(pay_date)
    last_date = business_days_after(written_on, profile.latest_days_ahead, overrides)
    if not written_on <= pay_date <= last_date:
        raise PayDateOutsideBankWindow(pay_date, written_on, last_date)


def _checked_total_yen(items: Sequence[TransferItem]) -> int:
    total_yen = sum(item.amount_yen for item in items)
    if total_yen > TOTAL_YEN_MAX:
        raise TransferTotalTooLarge(total_yen, TOTAL_YEN_MAX)
    return total_yen


def _header_record(header: TransferHeader) -> bytes:
    values = {
        **vars(header),
        "record_type": layout.HEADER_TYPE,
        "transfer_kind": layout.GENERAL_TRANSFER,
        "code_division": layout.CODES_ARE_JIS,
        "pay_date": f"{header.pay_date:%m%d}",
    }
    return pack_record(layout.HEADER, values)


def _data_record(item: TransferItem) -> bytes:
    customer_codes = f"{item.customer_code_1:010d}{item.customer_code_2:010d}"
    values = {
        **vars(item),
        "record_type": layout.DATA_TYPE,
        "clearing_house": layout.CLEARING_HOUSE_UNUSED,
        "reference": item.edi_information or customer_codes,
        "sent_by": layout.SENT_BY_WIRE,
        "edi_mark": layout.HOLDS_EDI if item.edi_information else "",
    }
    return pack_record(layout.DATA, values)


def _trailer_record(item_count: int, total_yen: int) -> bytes:
    values = {"record_type": layout.TRAILER_TYPE, "item_count": item_count, "total_yen": total_yen}
    return pack_record(layout.TRAILER, values)
