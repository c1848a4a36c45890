"""The days on which the story happens: a fixed half year, so that the same seed always tells the same story."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kernel.clock import city_time

CITY_FOUNDED_ON = date(2026, 4, 1)
STORY_ENDS_AT = city_time(date(2026, 11, 20), 10)


@dataclass(frozen=True)
class RoundDays:
    """One round by its number: applications, draw, the window to pay, and the days of use."""

    number: int
    opens: date
    closes: date
    drawn: date
    pays_from: date
    pays_until: date
    first_day: date
    last_day: date

    @property
    def opens_at(self) -> datetime:
        return city_time(self.opens, 9)

    @property
    def closes_at(self) -> datetime:
        """The first instant that is too late."""
        return city_time(self.closes + timedelta(days=1))

    @property
    def drawn_at(self) -> datetime:
        return city_time(self.drawn, 14)

    @property
    def pay_from_at(self) -> datetime:
        return city_time(self.pays_from, 9)

    @property
    def pay_until_at(self) -> datetime:
        """The first instant that is too late."""
        return city_time(self.pays_until + timedelta(days=1))


FIRST_ROUND = RoundDays(
    number=1,
    opens=date(2026, 5, 11),
    closes=date(2026, 5, 31),
    drawn=date(2026, 6, 5),
    pays_from=date(2026, 6, 8),
    pays_until=date(2026, 6, 21),
    first_day=date(2026, 6, 8),
    last_day=date(2026, 10, 31),
)
WITHOUT_SMARTPHONE_ROUND = replace(FIRST_ROUND, number=2)
"""What is kept for people without a smartphone, on the same days."""
REMAINDER_ROUND = RoundDays(
    number=3,
    opens=date(2026, 7, 1),
    closes=date(2026, 7, 12),
    drawn=date(2026, 7, 17),
    pays_from=date(2026, 7, 18),
    pays_until=date(2026, 7, 31),
    first_day=date(2026, 7, 18),
    last_day=date(2026, 12, 31),
)
"""For those who won nothing in the rounds before."""
YEAR_END_ROUND = RoundDays(
    number=4,
    opens=date(2026, 11, 16),
    closes=date(2026, 12, 10),
    drawn=date(2026, 11, 16),
    pays_from=date(2026, 11, 16),
    pays_until=date(2026, 12, 20),
    first_day=date(2026, 11, 16),
    last_day=date(2027, 4, 30),
)
"""First come, first served: open when the story ends, so that a visitor can apply and buy."""
WITHOUT_SMARTPHONE_OFFERED_ON = FIRST_ROUND.pays_until + timedelta(days=1)
WAITING_LIST_OFFERED_ON = date(2026, 8, 1)
OFFER_DAYS = 7


def closing_days() -> list[date]:
    """The cut-off days of the story's settlements: the 15th and the last day of each month."""
    days = []
    for month in range(6, 12):
        days += [date(2026, month, 15), date(2026, month + 1, 1) - timedelta(days=1)]
    return [day for day in days if city_time(day + timedelta(days=1)) < STORY_ENDS_AT]


def days_of_use() -> list[date]:
    """Every day on which people pay, from the first sale to the day before the story ends."""
    first, last = FIRST_ROUND.first_day, STORY_ENDS_AT.date() - timedelta(days=1)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
