"""The four records of a 総合振込 file as lists of fields, and how a record is packed and taken apart.

Source: 全銀協規定フォーマット, 総合振込 (種別コード 21), 120 bytes a record, JIS X 0201.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.refusals import BooksBroken
from settlement.zengin.kana import ENCODING

RECORD_BYTES = 120
HEADER_TYPE, DATA_TYPE, TRAILER_TYPE, END_TYPE = "1", "2", "8", "9"
GENERAL_TRANSFER = "21"
CODES_ARE_JIS = "0"
SENT_BY_WIRE = "7"
HOLDS_EDI = "Y"
CLEARING_HOUSE_UNUSED = "0000"


@dataclass(frozen=True)
class Field:
    """One field: digits fields are filled with zeros on the left, texts with spaces on the right."""

    name: str
    length: int
    digits: bool = False


Layout = tuple[Field, ...]


def _digits(name: str, length: int) -> Field:
    return Field(name, length, digits=True)


HEADER: Layout = (
    _digits("record_type", 1),
    _digits("transfer_kind", 2),
    _digits("code_division", 1),
    _digits("payer_code", 10),
    Field("payer_name", 40),
    _digits("pay_date", 4),
    _digits("bank_code", 4),
    Field("bank_name", 15),
    _digits("branch_code", 3),
    Field("branch_name", 15),
    _digits("account_kind", 1),
    _digits("account_number", 7),
    Field("filler", 17),
)
DATA: Layout = (
    _digits("record_type", 1),
    _digits("bank_code", 4),
    Field("bank_name", 15),
    _digits("branch_code", 3),
    Field("branch_name", 15),
    _digits("clearing_house", 4),
    _digits("account_kind", 1),
    _digits("account_number", 7),
    Field("payee_name", 30),
    _digits("amount_yen", 10),
    _digits("new_code", 1),
    Field("reference", 20),
    _digits("sent_by", 1),
    Field("edi_mark", 1),
    Field("filler", 7),
)
TRAILER: Layout = (
    _digits("record_type", 1),
    _digits("item_count", 6),
    _digits("total_yen", 12),
    Field("filler", 101),
)
END: Layout = (_digits("record_type", 1), Field("filler", 119))


def pack_record(layout: Layout, values: Mapping[str, object]) -> bytes:
    """Put values into a record of 120 bytes; a value left out is all zeros or all spaces.

    The values must have been checked: one that does not fit its field is a bug, BooksBroken.
    """
    return b"".join(_pack_field(field, str(values.get(field.name, ""))) for field in layout)


def unpack_record(layout: Layout, record: str) -> dict[str, str]:
    """Take a record of 120 characters apart; digits come as they stand, texts without their padding."""
    values, start = {}, 0
    for field in layout:
        text = record[start : start + field.length]
        values[field.name] = text if field.digits else text.rstrip(" ")
        start += field.length
    return values


def _pack_field(field: Field, text: str) -> bytes:
    padded = text.rjust(field.length, "0") if field.digits else text.ljust(field.length, " ")
    packed = padded.encode(ENCODING)
    if len(packed) != field.length:
        raise BooksBroken(f"{field.name} takes {field.length} bytes, not {len(packed)}")
    return packed
