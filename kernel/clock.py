"""What time it is, read once at the edge and passed down as a fact."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Tokyo")


class Clock(Protocol):
    """Anything that knows the time: `now()` is an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands where it was set, for tests and for a simulated city."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@dataclass(frozen=True)
class ShiftedClock:
    """A clock that runs at the usual speed but `shift` away from the machine's time."""

    shift: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


def city_date(at: datetime) -> date:
    """The calendar day in the city on which an instant falls."""
    return at.astimezone(CITY_ZONE).date()


def city_time(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """The instant at which the city's clocks show this day and time, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CITY_ZONE).astimezone(UTC)
