"""Reading an extract: bytes to text to rows, strictly, and nothing of it when a single row is wrong."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date

from identity.roll.model import (
    OPTIONAL_COLUMNS,
    RollDeparture,
    RollExtract,
    RollLayout,
    RollResident,
    RowFault,
    RowProblem,
)
from identity.roll.refusals import (
    RollColumnsMissing,
    RollColumnTwice,
    RollFileUndecodable,
    RollHasNoRows,
    RollHoldsMyNumber,
    RollRowsUnusable,
    RollRowUnreadable,
)
from identity.roll.rules.rows import RowReader, read_row
from identity.roll.rules.text import normal_name
from identity.rules.my_number import find_my_number

ENCODINGS = ("utf-8-sig", "cp932")
LISTED_MAX = 50
COLUMNS = tuple(field.name for field in fields(RollLayout) if field.name != "movement_words")
_LONE_BYTE = re.compile("[\x80\uf8f0-\uf8f3]")
"""What Python's CP932 makes of 0x80, 0xA0 and 0xFD to 0xFF, which Microsoft's table leaves undefined."""

Row = tuple[int, list[str]]


def read_roll(file: bytes, *, base_date: date, key: bytes, layout: RollLayout) -> RollExtract:
    """Read a CSV file (RFC 4180) with a header row, in UTF-8 with or without its mark, or in CP932.

    Columns may stand in any order; other columns are looked through for a My Number and not kept. Lines without any
    text are passed over. Refuses, in this order: RollColumnsMissing and RollColumnTwice, RollFileUndecodable,
    RollRowUnreadable, RollHoldsMyNumber, RollHasNoRows, RollRowsUnusable with every fault of every row.
    """
    encoding = _encoding_of(file, layout)
    rows = list(_rows_of(_decoded(file, encoding)))
    (_, header), *body = rows
    places = _places_of([normal_name(name) for name in header], layout)
    _demand_no_my_number(rows, header)
    if not body:
        raise RollHasNoRows
    residents, departures = _read_rows(body, header, places, base_date=base_date, key=key, layout=layout)
    kept = set(places.values())
    return RollExtract(
        file_sha256=hashlib.sha256(file).hexdigest(),
        base_date=base_date,
        residents=tuple(residents),
        departures=tuple(departures),
        columns_not_kept=tuple(normal_name(name) for place, name in enumerate(header) if place not in kept),
    )


def _encoding_of(file: bytes, layout: RollLayout) -> str:
    """The encoding in which the first line names columns that we know; the whole file must then be in it."""
    first_line = file.partition(b"\n")[0]
    known = {getattr(layout, name) for name in COLUMNS}
    for encoding in ENCODINGS:
        try:
            names = next(csv.reader([first_line.decode(encoding)]), [])
        except UnicodeDecodeError:
            continue
        if known & {normal_name(name) for name in names}:
            return encoding
    raise RollColumnsMissing(_needed_columns(layout))


def _decoded(file: bytes, encoding: str) -> str:
    try:
        text = file.decode(encoding)
    except UnicodeDecodeError as broken:
        mark_bytes = len(file) - len(broken.object)
        raise _undecodable(file, encoding, broken.start + mark_bytes) from None
    lone = _LONE_BYTE.search(text) if encoding == "cp932" else None
    if lone:
        raise _undecodable(file, encoding, len(text[: lone.start()].encode(encoding)))
    return text


def _undecodable(file: bytes, encoding: str, at: int) -> RollFileUndecodable:
    name = "CP932" if encoding == "cp932" else "UTF-8"
    return RollFileUndecodable(name, file.count(b"\n", 0, at) + 1, at + 1)


def _rows_of(text: str) -> Iterator[Row]:
    """Rows as a spreadsheet counts them, from 1, without those that are empty."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise RollRowUnreadable(number) from None
        if cells is None:
            return
        if any(cells):
            yield number, cells


def _places_of(header: Sequence[str], layout: RollLayout) -> dict[str, int]:
    """At which place each column stands that we keep."""
    missing = tuple(name for name in _needed_columns(layout) if name not in header)
    if missing:
        raise RollColumnsMissing(missing)
    places = {}
    for column in COLUMNS:
        name = getattr(layout, column)
        if header.count(name) > 1:
            raise RollColumnTwice(name)
        if name in header:
            places[column] = header.index(name)
    return places


def _needed_columns(layout: RollLayout) -> tuple[str, ...]:
    return tuple(getattr(layout, name) for name in COLUMNS if name not in OPTIONAL_COLUMNS)


def _demand_no_my_number(rows: Sequence[Row], header: Sequence[str]) -> None:
    """A cell of the header, or one beyond it, is named by its place, because its text may be the number."""
    found = [
        (number, header[place] if number > 1 and place < len(header) else f"{place + 1}列目")
        for number, cells in rows
        if find_my_number("\n".join(cells))
        for place, cell in enumerate(cells)
        if find_my_number(cell)
    ]
    if found:
        raise RollHoldsMyNumber(len(found), *found[0], tuple(found[:LISTED_MAX]))


def _read_rows(
    body: Sequence[Row],
    header: Sequence[str],
    places: Mapping[str, int],
    *,
    base_date: date,
    key: bytes,
    layout: RollLayout,
) -> tuple[list[RollResident], list[RollDeparture]]:
    residents: list[RollResident] = []
    departures: list[RollDeparture] = []
    problems: list[RowProblem] = []
    digests: set[bytes] = set()
    for number, cells in body:
        if len(cells) != len(header):
            problems.append(RowProblem(number, layout.roll_number, RowFault.CELLS_MISCOUNTED))
            continue
        reader = RowReader(number, {column: cells[place] for column, place in places.items()}, layout)
        said = read_row(reader, key=key, base_date=base_date)
        if said and said.roll_digest in digests:
            reader.wrong("roll_number", RowFault.NUMBER_TWICE)
        if isinstance(said, RollResident):
            residents.append(said)
        elif said:
            departures.append(said)
        digests.update([said.roll_digest] if said else [])
        problems += reader.problems
    _demand_no_problems(problems)
    return residents, departures


def _demand_no_problems(problems: Sequence[RowProblem]) -> None:
    if problems:
        first = problems[0]
        listed = tuple((problem.row, problem.column, problem.fault.value) for problem in problems[:LISTED_MAX])
        raise RollRowsUnusable(len(problems), first.row, first.column, listed)
