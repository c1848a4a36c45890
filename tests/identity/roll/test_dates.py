"""Days are read in both calendars, and an impossible day is none."""

from datetime import date

import pytest

from identity.roll.rules.dates import read_date


@pytest.mark.parametrize(
    "text",
    [
        "1965-01-02",
        "1965/1/2",
        "1965.01.02",
        "19650102",
        "1965年1月2日",
        "１９６５年１月２日",
        "S40.1.2",
        "s40-01-02",
        "Ｓ４０．１．２",
        "昭40.1.2",
        "昭和40年1月2日",
        "昭和４０年０１月０２日",
        "昭和 40年 1月 2日",
        "㍼40年1月2日",
    ],
)
def test_one_day_is_read_in_every_usual_writing(text: str) -> None:
    assert read_date(text) == date(1965, 1, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明治45年7月29日", date(1912, 7, 29)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("T15.12.24", date(1926, 12, 24)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("H1.1.8", date(1989, 1, 8)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R8.9.1", date(2026, 9, 1)),
        ("平成12年2月29日", date(2000, 2, 29)),
    ],
)
def test_an_era_is_read_to_its_first_and_last_day(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "不明",
        "昭和64年1月8日",
        "平成元年1月7日",
        "平成31年5月1日",
        "令和1年4月30日",
        "昭和0年1月1日",
        "昭和20年0月0日",
        "2026-02-29",
        "2026-13-01",
        "1900-02-29",
        "40.1.2",
        "元.1.2",
        "2026-W01-1",
        "20261",
        "2026.9/1",
        "X40.1.2",
        "S1965.1.2",
        "2026-09-01 00:00",
        "46266",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_date(text) is None
