"""On which day somebody is reminded."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from kernel.clock import city_date

PAY_REMINDER_DAYS = (3, 1)
"""So many days before the last day on which a grant can be paid for."""

INSTANT = timedelta(microseconds=1)


def due_reminder_day(last_day: date, days_before: Iterable[int], today: date) -> date | None:
    """The day of the reminder that is due: of those whose day has come, the latest; none after the last day.

    So a worker that slept through a day sends what it missed last, once and late, and never two on one day.
    """
    if today > last_day:
        return None
    days = (last_day - timedelta(days=number) for number in days_before)
    return max((day for day in days if day <= today), default=None)


def last_day_to_pay(pay_until: datetime) -> date:
    """The last city day that is not wholly behind a deadline, which is itself the first instant that is too late."""
    return city_date(pay_until - INSTANT)
