"""Drawing from a seeded generator so that every machine and every Python draws the same.

Only `Random.random()` is used: it is the one method whose sequence the standard library promises to keep.
Weights are whole numbers, so no platform's floating-point library can move a boundary.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def stream(seed: int, purpose: str) -> Random:
    """Make the generator of one purpose; purposes never disturb each other."""
    return Random(f"kashiman/{seed}/{purpose}")


def whole(rng: Random, low: int, high: int) -> int:
    """Draw a whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def happens(rng: Random, percent: int) -> bool:
    """Draw whether something happens that happens `percent` times in a hundred."""
    return whole(rng, 1, 100) <= percent


def pick(rng: Random, items: Sequence[Item]) -> Item:
    """Draw one item, all alike."""
    return items[whole(rng, 0, len(items) - 1)]


def shuffled(rng: Random, items: Sequence[Item]) -> list[Item]:
    """Give the items in a drawn order (Fisher and Yates, from the end)."""
    order = list(items)
    for last in range(len(order) - 1, 0, -1):
        other = whole(rng, 0, last)
        order[last], order[other] = order[other], order[last]
    return order


class Weighted(Generic[Item]):
    """Items with whole-number weights, to draw from or to share out."""

    __slots__ = ("_bounds", "items")

    def __init__(self, weighted: Sequence[tuple[Item, int]]) -> None:
        self.items = tuple(item for item, _ in weighted)
        self._bounds = tuple(accumulate(weight for _, weight in weighted))

    def draw(self, rng: Random) -> Item:
        """Draw one item by weight."""
        return self._at(whole(rng, 0, self._bounds[-1] - 1))

    def shares(self, count: int) -> list[Item]:
        """Give `count` items in proportion to the weights, in the order of the items, none by chance."""
        total = self._bounds[-1]
        return [self._at((2 * place + 1) * total // (2 * count)) for place in range(count)]

    def _at(self, position: int) -> Item:
        return self.items[bisect_right(self._bounds, position)]
