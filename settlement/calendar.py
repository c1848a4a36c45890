"""When banks are open, when shops' takings are closed, when they are paid, and when the bank wants the file.

Banks close on Saturdays, Sundays, the holidays of 祝日法 and 12/31–1/3 (銀行法15条1項, 施行令5条1項).
"""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import ClassVar, Literal

import holidays

from kernel.clock import city_time
from kernel.refusals import Kind, Refusal

BankDayOverrides = Mapping[date, bool]
"""Days that a special law moved: True, banks are open; False, they are closed."""

NO_OVERRIDES: BankDayOverrides = MappingProxyType({})

DayOfMonth = int | Literal["end"]
"""A day from 1 to 28, which every month has, or "end", the last calendar day of the month."""


class Shift(StrEnum):
    """Which business day stands in for a day when banks are closed.

    MODIFIED is the next one unless it falls into the next month, and then the previous one.
    """

    PREVIOUS = "previous"
    NEXT = "next"
    MODIFIED = "modified"


@dataclass(eq=False)
class BankHolidaysUnknown(Refusal):
    """Nobody knows the holidays of this year yet, or any more."""

    kind: ClassVar[Kind] = Kind.INVALID
    year: int


@dataclass(eq=False)
class DayNotInEveryMonth(Refusal):
    """A rule names a day that some months do not have; "end" names the last one."""

    kind: ClassVar[Kind] = Kind.INVALID
    day: str


@dataclass(eq=False)
class ClosingDaysMissing(Refusal):
    """A closing rule names no day at all."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class BusinessDaysNegative(Refusal):
    """A number of business days is below what the rule can mean."""

    kind: ClassVar[Kind] = Kind.INVALID
    given: int
    min_days: int


@dataclass(eq=False)
class PayDateNotAfterClosing(Refusal):
    """The rule would pay on the closing day or before it."""

    kind: ClassVar[Kind] = Kind.INVALID
    closing_day: date
    pay_date: date


@dataclass(frozen=True)
class ClosingRule:
    """The days of a month on which takings are closed, such as (15, "end"); closing days are never shifted.

    Refuses ClosingDaysMissing and DayNotInEveryMonth.
    """

    days: tuple[DayOfMonth, ...]

    def __post_init__(self) -> None:
        if not self.days:
            raise ClosingDaysMissing
        for day in self.days:
            _check_day_of_month(day)


@dataclass(frozen=True)
class PayBusinessDaysAfter:
    """Pay this many bank business days after closing, at least one; refuses BusinessDaysNegative."""

    business_days: int

    def __post_init__(self) -> None:
        _check_business_days(self.business_days, min_days=1)


@dataclass(frozen=True)
class PayOnDayOfMonth:
    """Pay on one day of the month that comes months_later after the closing day's, shifted to a business day.

    Refuses DayNotInEveryMonth.
    """

    day: DayOfMonth
    months_later: int = 1
    shift: Shift = Shift.PREVIOUS

    def __post_init__(self) -> None:
        _check_day_of_month(self.day)


PayRule = PayBusinessDaysAfter | PayOnDayOfMonth


@dataclass(frozen=True)
class LeadTime:
    """How long before the pay date the bank wants the file: business days, and the city's time on that day.

    Refuses BusinessDaysNegative.
    """

    business_days: int = 1
    hour: int = 12
    minute: int = 0

    def __post_init__(self) -> None:
        _check_business_days(self.business_days, min_days=0)


def is_bank_business_day(day: date, overrides: BankDayOverrides = NO_OVERRIDES) -> bool:
    """Say whether banks are open; refuses BankHolidaysUnknown outside the years whose holidays are known."""
    if day in overrides:
        return overrides[day]
    return day.weekday() < calendar.SATURDAY and day not in _bank_holidays(day.year)


def shift(day: date, rule: Shift, overrides: BankDayOverrides = NO_OVERRIDES) -> date:
    """Move a day on which banks are closed to the business day that stands in for it; an open day stays."""
    previous_day = _first_open_day(day, -1, overrides)
    next_day = _first_open_day(day, 1, overrides)
    if rule is Shift.MODIFIED:
        return next_day if (next_day.year, next_day.month) == (day.year, day.month) else previous_day
    return previous_day if rule is Shift.PREVIOUS else next_day


def business_days_after(day: date, business_days: int, overrides: BankDayOverrides = NO_OVERRIDES) -> date:
    """The n-th bank business day after a day; the day itself does not count, and n = 0 gives it back."""
    return _step(day, business_days, 1, overrides)


def business_days_before(day: date, business_days: int, overrides: BankDayOverrides = NO_OVERRIDES) -> date:
    """The n-th bank business day before a day; the day itself does not count, and n = 0 gives it back."""
    return _step(day, business_days, -1, overrides)


def closing_days_between(first: date, last: date, rule: ClosingRule) -> list[date]:
    """All closing days from first to last, both included, in order; none if last is before first."""
    days = {_day_in_month(year, month, day) for year, month in _months(first, last) for day in rule.days}
    return sorted(day for day in days if first <= day <= last)


def pay_date(closing_day: date, rule: PayRule, overrides: BankDayOverrides = NO_OVERRIDES) -> date:
    """The bank business day on which what was closed is paid; refuses PayDateNotAfterClosing."""
    if isinstance(rule, PayBusinessDaysAfter):
        return business_days_after(closing_day, rule.business_days, overrides)
    months = closing_day.year * 12 + closing_day.month - 1 + rule.months_later
    day = shift(_day_in_month(months // 12, months % 12 + 1, rule.day), rule.shift, overrides)
    if day <= closing_day:
        raise PayDateNotAfterClosing(closing_day, day)
    return day


def file_deadline(pay_day: date, lead_time: LeadTime, overrides: BankDayOverrides = NO_OVERRIDES) -> datetime:
    """The instant, in UTC, until which the bank takes the file that pays on this day."""
    last_day = business_days_before(pay_day, lead_time.business_days, overrides)
    return city_time(last_day, lead_time.hour, lead_time.minute)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    """The holidays of one year, asked of the library once; every known year has at least New Year's Day."""
    days = frozenset(holidays.country_holidays("JP", categories=("public", "bank"), years=year))
    if not days:
        raise BankHolidaysUnknown(year)
    return days


def _first_open_day(day: date, step_days: int, overrides: BankDayOverrides) -> date:
    while not is_bank_business_day(day, overrides):
        day += timedelta(days=step_days)
    return day


def _step(day: date, business_days: int, step_days: int, overrides: BankDayOverrides) -> date:
    _check_business_days(business_days, min_days=0)
    for _ in range(business_days):
        day = _first_open_day(day + timedelta(days=step_days), step_days, overrides)
    return day


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for months in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield months // 12, months % 12 + 1


def _day_in_month(year: int, month: int, day: DayOfMonth) -> date:
    return date(year, month, calendar.monthrange(year, month)[1] if day == "end" else day)


def _check_day_of_month(day: DayOfMonth) -> None:
    if day != "end" and not (type(day) is int and 1 <= day <= 28):
        raise DayNotInEveryMonth(str(day))


def _check_business_days(business_days: int, *, min_days: int) -> None:
    if business_days < min_days:
        raise BusinessDaysNegative(business_days, min_days)


USUAL_CLOSING_RULE = ClosingRule((15, "end"))
USUAL_PAY_RULE: PayRule = PayBusinessDaysAfter(10)
"""What the city uses unless it says otherwise: the same for the desk that closes and for the shops that wait."""
