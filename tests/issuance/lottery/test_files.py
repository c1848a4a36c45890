from datetime import date
from typing import Any

import pytest

from issuance.lottery.allocation import Row, WaitingEntry
from issuance.lottery.files import (
    RunningRoot,
    check_rows,
    parse_applications,
    parse_daily,
    parse_results,
    parse_waitlist,
    write_applications,
    write_daily,
    write_results,
    write_waitlist,
)
from issuance.lottery.manifest import parse_manifest
from issuance.lottery.refusals import (
    DrawFileNotWellFormed,
    DrawRowNotWellFormed,
    GroupListedTwice,
    ManifestMemberInvalid,
    ManifestNotCanonical,
    ReceiptListedTwice,
    RowExceedsMaxUnits,
)

ROW = Row("A-1", 3, "A-1")


def test_the_published_tables_are_read_and_written_back(file_texts: dict[str, bytes]) -> None:
    rows = parse_applications(file_texts["applications.csv"])
    assert rows[1] == Row("3MZ9F0C4J7RD6GEA", 3, "d47f920759d2941919c86a4ea699768587d318af56ab19c9425390930f4f54b4")
    assert write_applications(reversed(rows)) == file_texts["applications.csv"]
    granted = parse_results(file_texts["results.csv"])
    assert list(granted.values()) == [2, 3, 1, 3, 2]
    assert write_results(dict(reversed(granted.items()))) == file_texts["results.csv"]
    waiting = parse_waitlist(file_texts["waitlist.csv"])
    assert waiting[0] == WaitingEntry("01HK3Q8W2ZB7N5TX", 1)
    assert write_waitlist(waiting) == file_texts["waitlist.csv"]


def test_empty_tables_are_their_header_line() -> None:
    assert write_applications([]) == b"receipt,units,group\n"
    assert write_results({}) == b"receipt,granted\n"
    assert write_waitlist([]) == b"position,receipt,units\n"
    assert write_daily([]) == b"date,count,root\n"
    assert parse_applications(b"receipt,units,group\n") == []
    assert parse_results(b"receipt,granted\n") == {}
    assert parse_waitlist(b"position,receipt,units\n") == []
    assert parse_daily(b"date,count,root\n") == []


def test_every_malformed_file_of_the_vectors_is_refused(vectors: dict[str, Any]) -> None:
    readers = {
        "manifest.json": parse_manifest,
        "applications.csv": parse_applications,
        "results.csv": parse_results,
    }
    malformed = [case for case in vectors["files"][0]["tampered"] if case["reason"] == "V1"]
    assert len(malformed) == 11
    for case in malformed:
        ((name, text),) = case["replace"].items()
        with pytest.raises((DrawFileNotWellFormed, ManifestNotCanonical, ManifestMemberInvalid)):
            readers[name](text.encode("utf-8"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("receipt,units,group", 1),
        ("units,receipt,group\n", 1),
        ("receipt,units,group\nA,1,A", 2),
        ("receipt,units,group\n\nA,1,A\n", 2),
        ("receipt,units,group\nA,0,A\n", 2),
        ("receipt,units,group\nA,1000000000,A\n", 2),
        ("receipt,units,group\nA,+1,A\n", 2),
        ("receipt,units,group\nA, 1,A\n", 2),
        ("receipt,units,group\n,1,A\n", 2),
        ("receipt,units,group\nA,1,A,\n", 2),
        ("receipt,units,group\nA,1,A\r\n", 2),
        ('receipt,units,group\n"A",1,A\n', 2),
        ("receipt,units,group\nA,1,A\nB,1,\x0b\n", 3),
        ("receipt,units,group\nA,1,A\nB,１,B\n", 3),
        ("receipt,units,group\nb,1,b\na,1,a\n", 3),
        ("receipt,units,group\na,1,a\nB,1,B\n", 3),
        (f"receipt,units,group\n{'A' * 65},1,A\n", 2),
    ],
)
def test_a_line_that_is_not_to_the_letter_is_named(text: str, line: int) -> None:
    with pytest.raises(DrawFileNotWellFormed) as refused:
        parse_applications(text.encode("utf-8"))
    assert (refused.value.file, refused.value.line) == ("applications.csv", line)


def test_duplicates_are_refused_by_name() -> None:
    with pytest.raises(ReceiptListedTwice) as receipt:
        parse_applications(b"receipt,units,group\nA,1,A\nA,1,B\n")
    assert receipt.value.receipt == "A"
    with pytest.raises(GroupListedTwice) as group:
        parse_applications(b"receipt,units,group\nA,1,G\nB,1,G\n")
    assert group.value.group == "G"
    with pytest.raises(ReceiptListedTwice):
        parse_results(b"receipt,granted\nA,1\nA,1\n")


@pytest.mark.parametrize(
    ("row", "member"),
    [
        (Row("", 1, "A"), "receipt"),
        (Row("A\n", 1, "A"), "receipt"),
        (Row("Ａ", 1, "A"), "receipt"),
        (Row("A", 1, "G,1"), "group"),
        (Row("A", 0, "A"), "units"),
        (Row("A", 1_000_000_000, "A"), "units"),
    ],
)
def test_a_row_that_could_not_be_written_is_refused(row: Row, member: str) -> None:
    with pytest.raises(DrawRowNotWellFormed) as refused:
        check_rows([row])
    assert refused.value.member == member


def test_the_maximum_itself_is_allowed_and_one_more_is_not() -> None:
    check_rows([ROW], max_units=3)
    with pytest.raises(RowExceedsMaxUnits) as refused:
        check_rows([ROW], max_units=2)
    assert refused.value.facts == {"receipt": "A-1", "units": 3, "max_units": 2}


@pytest.mark.parametrize("text", ["2,A,1\n", "1,A,1\n3,B,1\n", "01,A,1\n", "1,A,0\n"])
def test_waiting_positions_count_from_one(text: str) -> None:
    with pytest.raises(DrawFileNotWellFormed) as refused:
        parse_waitlist(b"position,receipt,units\n" + text.encode())
    assert refused.value.file == "waitlist.csv"


def test_results_may_be_zero_but_not_padded() -> None:
    assert parse_results(b"receipt,granted\nA,0\n") == {"A": 0}
    with pytest.raises(DrawFileNotWellFormed):
        parse_results(b"receipt,granted\nA,00\n")
    with pytest.raises(DrawFileNotWellFormed):
        parse_results(b"receipt,granted\nB,0\nA,0\n")


def test_running_roots_are_published_one_line_a_day() -> None:
    days = [RunningRoot(date(2026, 1, 20), 0, "01" * 32), RunningRoot(date(2026, 1, 21), 12, "ab" * 32)]
    data = write_daily(days)
    assert data.decode() == f"date,count,root\n2026-01-20,0,{'01' * 32}\n2026-01-21,12,{'ab' * 32}\n"
    assert parse_daily(data) == days


@pytest.mark.parametrize(
    "lines", [["2026-02-30,1"], ["2026-01-21,1", "2026-01-21,1"], ["2026-01-21,01"], ["20260121,1"]]
)
def test_days_must_exist_and_ascend(lines: list[str]) -> None:
    text = "date,count,root\n" + "".join(f"{line},{'ab' * 32}\n" for line in lines)
    with pytest.raises(DrawFileNotWellFormed) as refused:
        parse_daily(text.encode())
    assert refused.value.line == len(lines) + 1
