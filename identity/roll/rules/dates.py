"""Days as registers write them, in the Gregorian calendar or in Japanese eras."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple


class Era(NamedTuple):
    """A Japanese era: its names, its first day, and the first day of the next."""

    kanji: str
    letter: str
    first_day: date
    next_first_day: date


ERAS = (
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 8)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 5, 1)),
    Era("令和", "R", date(2019, 5, 1), date.max),
)
"""元号法 (昭和54年法律第43号) and the orders that proclaimed each era."""


def read_date(text: str) -> date | None:
    """Read a day such as 1965-01-02, 19650102, 1965年1月2日, S40.1.2, 昭和40年1月2日 or 令和元年5月1日.

    Either width and spaces are fine. None when there is no such day, or when it lies outside the era it is given in.
    """
    if _ISO.fullmatch(text):
        return _day(int(text[:4]), int(text[5:7]), int(text[8:]))
    plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(_POINTS)
    match = _WRITTEN.fullmatch(plain) or _EIGHT_DIGITS.fullmatch(plain)
    if match is None:
        return None
    month, day = int(match["month"]), int(match["day"])
    year = 1 if match["year"] == "元" else int(match["year"])
    era = _BY_NAME.get((match["era"] or "").upper())
    if era is None:
        return _day(year, month, day) if len(match["year"]) == 4 else None
    found = _day(era.first_day.year + year - 1, month, day) if year else None
    return found if found and era.first_day <= found < era.next_first_day else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_BY_NAME = {name: era for era in ERAS for name in (era.kanji, era.kanji[0], era.letter)}
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EIGHT_DIGITS = re.compile("(?P<era>)(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_WRITTEN = re.compile(
    f"(?P<era>{'|'.join(sorted(_BY_NAME, key=len, reverse=True))})?(?P<year>元|[0-9]{{1,4}})"
    r"(?P<between>[./-])(?P<month>[0-9]{1,2})(?P=between)(?P<day>[0-9]{1,2})",
    re.IGNORECASE,
)
_POINTS = str.maketrans("年月", "..", "日")
