"""How pages write days and instants: 2026年11月20日(金) 14:05, in the city's time."""

from datetime import date, datetime, timedelta

from kernel.clock import CITY_ZONE, city_date

_WEEKDAYS = "月火水木金土日"


def day_text(value: date | datetime | str) -> str:
    """Write a day; an instant is the city's day on which it falls, a text is read as ISO 8601."""
    day = _read(value)
    if isinstance(day, datetime):
        day = city_date(day)
    return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


def moment_text(value: datetime | str) -> str:
    """Write an aware instant as the city's day and time."""
    local = _local(value)
    return f"{day_text(local)} {local:%H:%M}"


def deadline_text(value: datetime | str) -> str:
    """Write the first instant that is too late as people say it: midnight is 24:00 of the day before."""
    local = _local(value)
    is_midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return f"{day_text(local - timedelta(days=1))} 24:00" if is_midnight else moment_text(local)


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
