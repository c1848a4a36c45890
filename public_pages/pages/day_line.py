"""The line of how many applications stood at the end of each day, as points of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from public_pages.proceedings_schemas import DayAnswer

WIDTH, HEIGHT = 360, 180
LEFT, RIGHT, TOP, BOTTOM = 12, 348, 28, 150
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A picture's points in its own units; `points` are of a polyline, `end` is its last point.

    `top_count` is what the upper line stands for. The words beside the picture say the same.
    """

    points: str
    end: tuple[float, float]
    top_count: int
    first_day: date
    last_day: date
    last_count: int


def day_line(days: Sequence[DayAnswer]) -> DayLine | None:
    """Draw the days from left to right, and counts from zero upwards; None for no days."""
    if not days:
        return None
    top_count = _round_number_from(max(day.count for day in days))
    width = (RIGHT - LEFT) / max(1, len(days) - 1)
    placed = [
        (round(LEFT + number * width, 1), round(BOTTOM - (BOTTOM - TOP) * day.count / top_count, 1))
        for number, day in enumerate(days)
    ]
    points = " ".join(f"{x:g},{y:g}" for x, y in placed)
    return DayLine(points, placed[-1], top_count, days[0].day, days[-1].day, days[-1].count)


def _round_number_from(count: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50, … that is not less."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= count:
                return step * power
        power *= 10
