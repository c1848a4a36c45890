"""Every expected no of the bank files: texts, fields, whole files to write, and files to read.

`item_number` counts the transfers of a file from 1; it is None for the header or for a text outside a file.
`record_number` counts all records of a file from 1, the header being the first.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class KanaForbidden(Refusal):
    """A character has no place in this kind of field; position counts from 1 in the text as it was given."""

    kind: ClassVar[Kind] = Kind.INVALID
    field: str
    text: str
    position: int
    character: str
    item_number: int | None = None


@dataclass(eq=False)
class KanaTooLong(Refusal):
    """The text has more half-width bytes than its field; ﾞ and ﾟ count one each."""

    kind: ClassVar[Kind] = Kind.INVALID
    field: str
    text: str
    length_bytes: int
    max_bytes: int
    item_number: int | None = None


@dataclass(eq=False)
class KanaMissing(Refusal):
    """A mandatory text is empty."""

    kind: ClassVar[Kind] = Kind.INVALID
    field: str
    item_number: int | None = None


@dataclass(eq=False)
class FieldNotDigits(Refusal):
    """The field is not exactly this many digits 0–9."""

    kind: ClassVar[Kind] = Kind.INVALID
    field: str
    text: str
    digits: int
    item_number: int | None = None


@dataclass(eq=False)
class AccountKindNotAllowed(Refusal):
    """The record cannot carry this kind of account."""

    kind: ClassVar[Kind] = Kind.INVALID
    account_kind: str
    item_number: int | None = None


@dataclass(eq=False)
class NewCodeUnknown(Refusal):
    """The new-payee code is none of 0, 1 and 2."""

    kind: ClassVar[Kind] = Kind.INVALID
    new_code: str
    item_number: int


@dataclass(eq=False)
class CustomerCodeOutOfRange(Refusal):
    """The customer code is not a whole number of at most ten digits."""

    kind: ClassVar[Kind] = Kind.INVALID
    field: str
    given: str
    item_number: int


@dataclass(eq=False)
class CustomerCodesBesideEdi(Refusal):
    """The transfer has both customer codes and EDI information, which stand in the same columns."""

    kind: ClassVar[Kind] = Kind.INVALID
    item_number: int


@dataclass(eq=False)
class TransferAmountOutOfRange(Refusal):
    """The amount of one transfer is not a whole number of yen that its ten digits can carry."""

    kind: ClassVar[Kind] = Kind.INVALID
    given: str
    min_yen: int
    max_yen: int
    item_number: int


@dataclass(eq=False)
class TransferTotalTooLarge(Refusal):
    """The sum of all transfers has more than the twelve digits of the trailer."""

    kind: ClassVar[Kind] = Kind.TOO_LARGE
    total_yen: int
    max_yen: int


@dataclass(eq=False)
class TransferFileEmpty(Refusal):
    """The file has nothing to pay."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class TransferFileTooLong(Refusal):
    """The file has more transfers than the bank takes at once; it must be split."""

    kind: ClassVar[Kind] = Kind.TOO_LARGE
    items: int
    max_items: int


@dataclass(eq=False)
class PayDateNotBusinessDay(Refusal):
    """Banks are closed on the day of payment."""

    kind: ClassVar[Kind] = Kind.INVALID
    pay_date: date


@dataclass(eq=False)
class PayDateOutsideBankWindow(Refusal):
    """The day of payment is past, or further ahead than the bank accepts; the file itself carries no year."""

    kind: ClassVar[Kind] = Kind.INVALID
    pay_date: date
    first_date: date
    last_date: date


@dataclass(eq=False)
class LineEndWrong(Refusal):
    """Records end neither all in CR+LF nor all in nothing."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    record_number: int


@dataclass(eq=False)
class RecordLengthWrong(Refusal):
    """A record is longer or shorter than the format says."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    record_number: int
    length_bytes: int
    expected_bytes: int


@dataclass(eq=False)
class RecordByteForbidden(Refusal):
    """A byte is no printable JIS X 0201 character; position is the column, from 1."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    record_number: int
    position: int
    byte: int


@dataclass(eq=False)
class RecordOutOfOrder(Refusal):
    """The records are not header, transfers, trailer, end; found is empty when the file stops early."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    record_number: int
    expected: str
    found: str


@dataclass(eq=False)
class RecordConstantWrong(Refusal):
    """A field that always holds the same characters holds others."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    record_number: int
    field: str
    expected: str
    found: str


@dataclass(eq=False)
class PayDateNotADay(Refusal):
    """The four digits of the pay date are no day of the year that follows the writing of the file."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    month_day: str


@dataclass(eq=False)
class TransferCountWrong(Refusal):
    """The trailer states another number of transfers than the file holds."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    stated: int
    counted: int


@dataclass(eq=False)
class TransferSumWrong(Refusal):
    """The trailer states another sum than the transfers add up to."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    stated_yen: int
    counted_yen: int
