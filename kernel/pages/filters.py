"""How pages write days and instants, in the city's time: 2026年11月20日(金) 14:05, or Fri 20 Nov 2026, 14:05."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from kernel.clock import CITY_ZONE, city_date
from kernel.pages.look import Language

_WEEKDAYS = "月火水木金土日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BEFORE_TIME = {Language.EN: ", "}


def date_filters(language: Language) -> dict[str, Callable[[Any], str]]:
    """How templates in a language write days and instants, by the name of the filter."""
    writers = {
        "day": day_text,
        "moment": moment_text,
        "deadline": deadline_text,
        "month": month_text,
        "month_day": month_day_text,
    }
    return {name: partial(write, language=language) for name, write in writers.items()} | {"clock": clock_text}


def day_text(value: date | datetime | str, language: Language = Language.JA) -> str:
    """Write a day; an instant is the city's day on which it falls, a text is read as ISO 8601."""
    day = _read(value)
    if isinstance(day, datetime):
        day = city_date(day)
    if language is Language.EN:
        return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


def month_day_text(value: date | str, language: Language = Language.JA) -> str:
    """Write a day without its year, where there is little room: 11月20日, or 20 Nov."""
    day = _read(value)
    return f"{day.day} {_MONTHS_EN[day.month - 1]}" if language is Language.EN else f"{day.month}月{day.day}日"


def month_text(value: date | str, language: Language = Language.JA) -> str:
    """Write the month of a day: 2026年11月, or Nov 2026."""
    day = _read(value)
    return f"{_MONTHS_EN[day.month - 1]} {day.year}" if language is Language.EN else f"{day.year}年{day.month}月"


def moment_text(value: datetime | str, language: Language = Language.JA) -> str:
    """Write an aware instant as the city's day and time."""
    local = _local(value)
    return f"{day_text(local, language)}{_BEFORE_TIME.get(language, ' ')}{local:%H:%M}"


def deadline_text(value: datetime | str, language: Language = Language.JA) -> str:
    """Write the first instant that is too late as people say it: midnight is 24:00 of the day before."""
    local = _local(value)
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return moment_text(local, language)
    return f"{day_text(local - timedelta(days=1), language)}{_BEFORE_TIME.get(language, ' ')}24:00"


def clock_text(value: datetime | str) -> str:
    """Write the city's time of an aware instant with seconds, as two people compare it: 14:05:09."""
    return f"{_local(value):%H:%M:%S}"


def _local(value: datetime | str) -> datetime:
    at = _read(value)
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError(f"not an instant with an offset: {value}")
    return at.astimezone(CITY_ZONE)


def _read(value: date | datetime | str) -> date | datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    return value
