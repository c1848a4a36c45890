"""The published tables of a draw: applications.csv, results.csv, waitlist.csv and the daily.csv of running
roots.

UTF-8 without byte order mark (in fact ASCII), a header line, line feeds only, the last line ends with one, no
quoting, no personal data. What is written here is read back by the same rules, to the letter.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from issuance.lottery.allocation import Row, WaitingEntry
from issuance.lottery.refusals import (
    DrawFileNotWellFormed,
    DrawRowNotWellFormed,
    GroupListedTwice,
    ReceiptListedTwice,
    RowExceedsMaxUnits,
)

APPLICATIONS_FILE = "applications.csv"
RESULTS_FILE = "results.csv"
WAITLIST_FILE = "waitlist.csv"
DAILY_FILE = "daily.csv"
UNITS_MAX = 999_999_999

_IDENTIFIER = r"[0-9A-Za-z_-]{1,64}"
_UNITS = r"[1-9][0-9]{0,8}"
_APPLICATION = re.compile(rf"^({_IDENTIFIER}),({_UNITS}),({_IDENTIFIER})\n", re.MULTILINE)
_RESULT = re.compile(rf"^({_IDENTIFIER}),(0|{_UNITS})\n", re.MULTILINE)
_WAITING = re.compile(rf"^([1-9][0-9]*),({_IDENTIFIER}),({_UNITS})\n", re.MULTILINE)
_DAY = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2}),(0|[1-9][0-9]*),([0-9a-f]{64})\n", re.MULTILINE)
"""Whole lines, so that a text has as many matches as lines when every line is right."""
_WHOLE_IDENTIFIER = re.compile(_IDENTIFIER)


@dataclass(frozen=True, slots=True)
class RunningRoot:
    """What the list of applications came to at the end of a day: how many, and the root over their running
    leaves (hex).
    """

    day: date
    count: int
    root: str


def check_rows(rows: Iterable[Row], *, max_units: int | None = None) -> None:
    """Hold rows against the rules of the application list, each row in turn.

    Refuses, in this order: DrawRowNotWellFormed, RowExceedsMaxUnits, ReceiptListedTwice, GroupListedTwice.
    """
    receipts: set[str] = set()
    groups: set[str] = set()
    for row in rows:
        _check_row(row, max_units)
        if row.receipt in receipts:
            raise ReceiptListedTwice(receipt=row.receipt)
        if row.group in groups:
            raise GroupListedTwice(group=row.group)
        receipts.add(row.receipt)
        groups.add(row.group)


def write_applications(rows: Iterable[Row]) -> bytes:
    """Write the application list, sorted by receipt; for rows that `check_rows` accepts."""
    by_receipt = sorted(rows, key=lambda row: row.receipt)
    return _table("receipt,units,group", (f"{row.receipt},{row.units},{row.group}" for row in by_receipt))


def parse_applications(data: bytes) -> list[Row]:
    """Read the application list; refuses DrawFileNotWellFormed, then what `check_rows` refuses."""
    lines = _lines(APPLICATIONS_FILE, "receipt,units,group", _APPLICATION, data)
    rows = [Row(receipt, int(units), group) for receipt, units, group in lines]
    _check_order(APPLICATIONS_FILE, [row.receipt for row in rows])
    if not len({row.receipt for row in rows}) == len({row.group for row in rows}) == len(rows):
        check_rows(rows)
    return rows


def write_results(granted: Mapping[str, int]) -> bytes:
    """Write the granted units of every receipt, zeros included, sorted by receipt."""
    return _table("receipt,granted", (f"{receipt},{granted[receipt]}" for receipt in sorted(granted)))


def parse_results(data: bytes) -> dict[str, int]:
    """Read the granted units by receipt; refuses DrawFileNotWellFormed, then ReceiptListedTwice."""
    lines = _lines(RESULTS_FILE, "receipt,granted", _RESULT, data)
    _check_order(RESULTS_FILE, [receipt for receipt, _ in lines])
    granted: dict[str, int] = {}
    for receipt, units in lines:
        if receipt in granted:
            raise ReceiptListedTwice(receipt=receipt)
        granted[receipt] = int(units)
    return granted


def write_waitlist(waiting: Iterable[WaitingEntry]) -> bytes:
    """Write the waiting list in its order, positions from 1."""
    numbered = enumerate(waiting, start=1)
    return _table("position,receipt,units", (f"{n},{receipt},{units}" for n, (receipt, units) in numbered))


def parse_waitlist(data: bytes) -> list[WaitingEntry]:
    """Read the waiting list; refuses DrawFileNotWellFormed, also for positions that are not 1, 2, 3 and so
    on.
    """
    waiting = []
    lines = _lines(WAITLIST_FILE, "position,receipt,units", _WAITING, data)
    for position, (written, receipt, units) in enumerate(lines, start=1):
        if written != str(position):
            raise DrawFileNotWellFormed(file=WAITLIST_FILE, line=position + 1, reason="positions are not 1, 2, 3, …")
        waiting.append(WaitingEntry(receipt, int(units)))
    return waiting


def write_daily(days: Iterable[RunningRoot]) -> bytes:
    """Write the published count and running root of each day, in the order given."""
    return _table("date,count,root", (f"{line.day.isoformat()},{line.count},{line.root}" for line in days))


def parse_daily(data: bytes) -> list[RunningRoot]:
    """Read the running roots; refuses DrawFileNotWellFormed, also for days that do not exist or ascend."""
    days: list[RunningRoot] = []
    lines = _lines(DAILY_FILE, "date,count,root", _DAY, data)
    for line, (written, count, root) in enumerate(lines, start=2):
        try:
            day = date.fromisoformat(written)
        except ValueError as failure:
            raise DrawFileNotWellFormed(file=DAILY_FILE, line=line, reason="no such day") from failure
        if days and day <= days[-1].day:
            raise DrawFileNotWellFormed(file=DAILY_FILE, line=line, reason="days do not ascend")
        days.append(RunningRoot(day, int(count), root))
    return days


def _check_row(row: Row, max_units: int | None) -> None:
    if not _WHOLE_IDENTIFIER.fullmatch(row.receipt):
        raise DrawRowNotWellFormed(receipt=row.receipt, member="receipt")
    if not _WHOLE_IDENTIFIER.fullmatch(row.group):
        raise DrawRowNotWellFormed(receipt=row.receipt, member="group")
    if not 1 <= row.units <= UNITS_MAX:
        raise DrawRowNotWellFormed(receipt=row.receipt, member="units")
    if max_units is not None and row.units > max_units:
        raise RowExceedsMaxUnits(receipt=row.receipt, units=row.units, max_units=max_units)


def _table(header: str, lines: Iterable[str]) -> bytes:
    return "\n".join([header, *lines, ""]).encode("ascii")


def _lines(file: str, header: str, pattern: re.Pattern[str], data: bytes) -> list[tuple[str, ...]]:
    """Read the fields of every line after the header; refuses DrawFileNotWellFormed with the first wrong line."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as failure:
        line = data.count(b"\n", 0, failure.start) + 1
        raise DrawFileNotWellFormed(file=file, line=line, reason="not an ASCII character") from failure
    if not text.endswith("\n"):
        raise DrawFileNotWellFormed(file=file, line=text.count("\n") + 1, reason="no line feed at the end")
    first, _, others = text.partition("\n")
    if first != header:
        raise DrawFileNotWellFormed(file=file, line=1, reason=f"the header is not {header}")
    found = pattern.findall(others)
    if len(found) != others.count("\n"):
        wrong = next(number for number, line in enumerate(others.splitlines(True)) if not pattern.fullmatch(line))
        raise DrawFileNotWellFormed(file=file, line=wrong + 2, reason=f"not of the form {header}")
    return found


def _check_order(file: str, receipts: Sequence[str]) -> None:
    for index in range(1, len(receipts)):
        if receipts[index] < receipts[index - 1]:
            raise DrawFileNotWellFormed(file=file, line=index + 2, reason="receipts do not ascend")
