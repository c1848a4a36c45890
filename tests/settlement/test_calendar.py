"""Bank business days, closing days, pay days and deadlines."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import jpholiday
import pytest

from kernel.refusals import Refusal
from settlement.calendar import (
    BankHolidaysUnknown,
    BusinessDaysNegative,
    ClosingDaysMissing,
    ClosingRule,
    DayNotInEveryMonth,
    LeadTime,
    PayBusinessDaysAfter,
    PayDateNotAfterClosing,
    PayOnDayOfMonth,
    Shift,
    business_days_after,
    business_days_before,
    closing_days_between,
    file_deadline,
    is_bank_business_day,
    pay_date,
    shift,
)


def test_banks_are_closed_on_exactly_these_weekdays_to_the_end_of_2027() -> None:
    closed = [
        day.isoformat()
        for day in days_between(date(2026, 11, 1), date(2027, 12, 31))
        if day.weekday() < 5 and not is_bank_business_day(day)
    ]
    assert closed == [
        "2026-11-03",
        "2026-11-23",
        "2026-12-31",
        "2027-01-01",
        "2027-01-11",
        "2027-02-11",
        "2027-02-23",
        "2027-03-22",
        "2027-04-29",
        "2027-05-03",
        "2027-05-04",
        "2027-05-05",
        "2027-07-19",
        "2027-08-11",
        "2027-09-20",
        "2027-09-23",
        "2027-10-11",
        "2027-11-03",
        "2027-11-23",
        "2027-12-31",
    ]


@pytest.mark.parametrize("day", [date(2026, 5, 6), date(2026, 9, 22), date(2026, 1, 2), date(2026, 11, 21)])
def test_banks_are_closed_on_substitute_and_between_holidays_new_year_and_weekends(day: date) -> None:
    assert not is_bank_business_day(day)


def test_an_independent_calendar_knows_the_same_holidays_from_2024_to_2031() -> None:
    differing = [
        day
        for day in days_between(date(2024, 1, 1), date(2031, 12, 31))
        if is_bank_business_day(day) == expected_closed(day)
    ]
    assert differing == []


def test_an_override_closes_or_opens_a_day() -> None:
    moved = {date(2026, 11, 24): False, date(2026, 11, 23): True}
    assert not is_bank_business_day(date(2026, 11, 24), moved)
    assert is_bank_business_day(date(2026, 11, 23), moved)
    assert is_bank_business_day(date(2026, 11, 24))
    assert shift(date(2026, 11, 24), Shift.NEXT, moved) == date(2026, 11, 25)
    assert business_days_after(date(2026, 11, 20), 2, moved) == date(2026, 11, 25)
    assert pay_date(date(2026, 10, 31), PayOnDayOfMonth(24), moved) == date(2026, 11, 23)


def test_a_year_whose_holidays_nobody_knows_is_refused() -> None:
    assert is_bank_business_day(date(2099, 6, 1))
    with pytest.raises(BankHolidaysUnknown) as refused:
        is_bank_business_day(date(2100, 6, 1))
    assert refused.value == BankHolidaysUnknown(2100)


@pytest.mark.parametrize(
    ("nominal", "preceding", "following", "modified"),
    [
        ("2026-12-31", "2026-12-30", "2027-01-04", "2026-12-30"),
        ("2027-01-02", "2026-12-30", "2027-01-04", "2027-01-04"),
        ("2026-05-05", "2026-05-01", "2026-05-07", "2026-05-07"),
        ("2027-02-28", "2027-02-26", "2027-03-01", "2027-02-26"),
        ("2027-01-31", "2027-01-29", "2027-02-01", "2027-01-29"),
        ("2026-11-30", "2026-11-30", "2026-11-30", "2026-11-30"),
    ],
)
def test_a_closed_day_is_shifted_by_the_rule(nominal: str, preceding: str, following: str, modified: str) -> None:
    day = date.fromisoformat(nominal)
    assert shift(day, Shift.PREVIOUS) == date.fromisoformat(preceding)
    assert shift(day, Shift.NEXT) == date.fromisoformat(following)
    assert shift(day, Shift.MODIFIED) == date.fromisoformat(modified)


def test_business_days_are_counted_without_the_day_itself() -> None:
    assert business_days_after(date(2026, 12, 29), 2) == date(2027, 1, 4)
    assert business_days_before(date(2027, 1, 4), 2) == date(2026, 12, 29)
    assert business_days_after(date(2026, 11, 22), 0) == date(2026, 11, 22)
    with pytest.raises(BusinessDaysNegative) as refused:
        business_days_after(date(2026, 11, 22), -1)
    assert refused.value == BusinessDaysNegative(-1, 0)


def test_takings_close_on_the_15th_and_at_the_end_of_the_month_whatever_the_weekday() -> None:
    closing_days = closing_days_between(date(2026, 11, 15), date(2027, 2, 28), ClosingRule((15, "end")))
    assert [day.isoformat() for day in closing_days] == [
        "2026-11-15",
        "2026-11-30",
        "2026-12-15",
        "2026-12-31",
        "2027-01-15",
        "2027-01-31",
        "2027-02-15",
        "2027-02-28",
    ]


def test_closing_days_are_sought_from_first_to_last_with_both() -> None:
    rule = ClosingRule((25, 5, 15))
    assert closing_days_between(date(2026, 11, 6), date(2026, 11, 24), rule) == [date(2026, 11, 15)]
    assert closing_days_between(date(2026, 11, 5), date(2026, 11, 25), rule) == [
        date(2026, 11, 5),
        date(2026, 11, 15),
        date(2026, 11, 25),
    ]
    assert closing_days_between(date(2026, 11, 25), date(2026, 11, 5), rule) == []
    end = ClosingRule(("end",))
    assert closing_days_between(date(2028, 2, 1), date(2028, 2, 29), end) == [date(2028, 2, 29)]


def test_a_day_that_two_closing_rules_name_closes_once() -> None:
    rule = ClosingRule((28, "end"))
    assert closing_days_between(date(2027, 2, 1), date(2027, 2, 28), rule) == [date(2027, 2, 28)]


@pytest.mark.parametrize("day", [0, 29, 31, -1])
def test_a_day_that_some_months_lack_is_refused(day: int) -> None:
    with pytest.raises(DayNotInEveryMonth) as refused:
        ClosingRule((15, day))
    assert refused.value == DayNotInEveryMonth(str(day))
    with pytest.raises(DayNotInEveryMonth):
        PayOnDayOfMonth(day)


def test_a_rule_without_a_closing_day_is_refused() -> None:
    with pytest.raises(ClosingDaysMissing):
        ClosingRule(())


@pytest.mark.parametrize(
    ("closing_day", "rule", "expected"),
    [
        (date(2026, 11, 15), PayBusinessDaysAfter(5), date(2026, 11, 20)),
        (date(2026, 11, 20), PayBusinessDaysAfter(1), date(2026, 11, 24)),
        (date(2026, 12, 31), PayBusinessDaysAfter(3), date(2027, 1, 6)),
        (date(2026, 11, 15), PayOnDayOfMonth("end", months_later=0), date(2026, 11, 30)),
        (date(2026, 11, 30), PayOnDayOfMonth(15), date(2026, 12, 15)),
        (date(2026, 12, 31), PayOnDayOfMonth("end"), date(2027, 1, 29)),
        (date(2026, 12, 31), PayOnDayOfMonth("end", shift=Shift.NEXT), date(2027, 2, 1)),
        (date(2026, 12, 31), PayOnDayOfMonth("end", shift=Shift.MODIFIED), date(2027, 1, 29)),
        (date(2026, 11, 30), PayOnDayOfMonth(10, months_later=2), date(2027, 1, 8)),
        (date(2026, 11, 30), PayOnDayOfMonth("end", months_later=3), date(2027, 2, 26)),
    ],
)
def test_shops_are_paid_on_the_day_the_rule_says(
    closing_day: date, rule: PayBusinessDaysAfter | PayOnDayOfMonth, expected: date
) -> None:
    assert pay_date(closing_day, rule) == expected


def test_a_pay_date_on_or_before_the_closing_day_is_refused() -> None:
    closing_day = date(2026, 11, 30)
    with pytest.raises(Refusal) as refused:
        pay_date(closing_day, PayOnDayOfMonth("end", months_later=0))
    assert refused.value == PayDateNotAfterClosing(closing_day, closing_day)
    with pytest.raises(Refusal) as refused:
        pay_date(closing_day, PayOnDayOfMonth(10, months_later=0))
    assert refused.value == PayDateNotAfterClosing(closing_day, date(2026, 11, 10))


def test_paying_less_than_one_business_day_after_closing_is_refused() -> None:
    with pytest.raises(BusinessDaysNegative) as refused:
        PayBusinessDaysAfter(0)
    assert refused.value == BusinessDaysNegative(0, 1)


def test_the_file_is_due_at_noon_of_the_business_day_before() -> None:
    assert file_deadline(date(2026, 11, 24), LeadTime()) == datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    two_days = LeadTime(business_days=2, hour=15, minute=30)
    assert file_deadline(date(2027, 1, 5), two_days) == datetime(2026, 12, 30, 6, 30, tzinfo=UTC)
    with pytest.raises(BusinessDaysNegative):
        LeadTime(business_days=-1)


def days_between(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def expected_closed(day: date) -> bool:
    over_new_year = (day.month, day.day) in {(12, 31), (1, 1), (1, 2), (1, 3)}
    return day.weekday() >= 5 or over_new_year or bool(jpholiday.is_holiday(day))
