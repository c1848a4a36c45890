from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.clock import SetClock, ShiftedClock, SystemClock, city_date, city_time

MIDNIGHT = datetime(2026, 7, 31, 15, tzinfo=UTC)
"""Midnight of 1 August in the city."""


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (MIDNIGHT - timedelta(microseconds=1), date(2026, 7, 31)),
        (MIDNIGHT, date(2026, 8, 1)),
        (MIDNIGHT + timedelta(hours=24) - timedelta(microseconds=1), date(2026, 8, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_the_city(at: datetime, day: date) -> None:
    assert city_date(at) == day


def test_the_time_on_the_citys_clocks_is_an_instant_in_utc() -> None:
    assert city_time(date(2026, 8, 1)) == MIDNIGHT
    shown = city_time(date(2026, 8, 1), 14, 5, 9)
    assert (shown, shown.tzinfo) == (datetime(2026, 8, 1, 5, 5, 9, tzinfo=UTC), UTC)
    assert city_date(city_time(date(2028, 2, 29), 23, 59, 59)) == date(2028, 2, 29)


def test_the_systems_clock_is_aware_of_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_a_set_clock_stands_until_it_is_advanced() -> None:
    clock = SetClock(MIDNIGHT)
    assert clock.now() == clock.now() == MIDNIGHT
    clock.advance(timedelta(hours=1))
    assert clock.now() == MIDNIGHT + timedelta(hours=1)


def test_a_shifted_clock_runs_away_from_the_machines_time() -> None:
    shift = timedelta(days=-100)
    before = datetime.now(UTC)
    now = ShiftedClock(shift).now()
    assert before + shift <= now <= datetime.now(UTC) + shift
