"""Tables as files that a spreadsheet opens: right characters, right lines, and nothing that it would execute."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Row = Sequence[str | int]


def csv_bytes(titles: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write a table as CSV (RFC 4180) in UTF-8 with a byte order mark, so that Excel reads Japanese; lines end CR+LF.

    A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers, negative ones too, stay.
    """
    return b"".join(csv_parts(titles, [rows]))


def csv_parts(titles: Sequence[str], batches: Iterable[Iterable[Row]]) -> Iterator[bytes]:
    """The same table part by part, the titles first: a long one never stands in memory whole."""
    yield (BYTE_ORDER_MARK + _lines([titles])).encode()
    for rows in batches:
        yield _lines(rows).encode()


def _lines(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: str | int) -> str | int:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
