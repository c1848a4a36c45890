"""Tables as files that a spreadsheet opens: right characters, right lines, and nothing that it would execute."""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(titles: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Write a table as CSV (RFC 4180) in UTF-8 with a byte order mark, so that Excel reads Japanese; lines end CR+LF.

    A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers, negative ones too, stay.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def _cell(value: str | int) -> str | int:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
