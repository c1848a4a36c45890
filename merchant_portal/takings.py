"""What the viewer's stores took on one day, for the API and the pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from kernel.clock import CITY_ZONE, city_time
from kernel.db import Session
from merchants.model import StoreView
from payments.queries import Movement, store_takings

FIRST_DAY = date(2020, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""Days that may be asked for; beyond them there is nothing, and at the end of the calendar no next day either."""


class HourTaken(NamedTuple):
    """What was paid in one hour of the day, without what was given back."""

    hour: int
    taken_yen: int


@dataclass(frozen=True, slots=True)
class Takings:
    """A day's payments and what was given back on it, newest first; `store_names` knows every store in them."""

    day: date
    store_names: dict[UUID, str]
    movements: tuple[Movement, ...]

    @property
    def payment_count(self) -> int:
        return sum(each.kind == "payment" for each in self.movements)

    @property
    def taken_yen(self) -> int:
        return sum(each.amount_yen for each in self.movements if each.kind == "payment")

    @property
    def given_back_yen(self) -> int:
        return self.taken_yen - self.net_yen

    @property
    def net_yen(self) -> int:
        return sum(each.amount_yen for each in self.movements)

    @property
    def by_hour(self) -> tuple["HourTaken", ...]:
        """The payments of each hour of the city's clock, from the first to the last hour in which somebody paid."""
        payments = [each for each in self.movements if each.kind == "payment"]
        hours = [each.at.astimezone(CITY_ZONE).hour for each in payments]
        if not hours:
            return ()
        sums = Counter[int]()
        for hour, payment in zip(hours, payments, strict=True):
            sums[hour] += payment.amount_yen
        return tuple(HourTaken(hour, sums[hour]) for hour in range(min(hours), max(hours) + 1))

    @property
    def reversed_as(self) -> dict[UUID, str]:
        """How the payments were reversed of which something was given back on this day: `void` or `refund`."""
        return {each.payment_id: each.kind for each in self.movements if each.kind != "payment"}


def takings_of(session: Session, stores: Sequence[StoreView], day: date) -> Takings:
    """What these stores took and gave back on a city day between FIRST_DAY and LAST_DAY."""
    names = {store.store_id: store.display_name for store in stores}
    span = {"since": city_time(day), "before": city_time(day + timedelta(days=1))}
    return Takings(day, names, tuple(store_takings(session, list(names), **span)))
