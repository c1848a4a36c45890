"""Who lives together: the shapes of households in a shrinking rural city, as sexes and ages.

The shares of the shapes are set so that a city of Kashima's size has about 2.7 people in a household and
about a third of its people aged 65 or older.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from kashiman.demo.population.draw import Weighted, happens, whole


class Member(NamedTuple):
    """One person of a household: sex and age in whole years."""

    woman: bool
    age: int


class _Ages(NamedTuple):
    low: int
    high: int


_WORKING_ALONE = Weighted([(_Ages(18, 29), 28), (_Ages(30, 44), 24), (_Ages(45, 64), 48)])
_ELDERS = Weighted([(_Ages(65, 74), 50), (_Ages(75, 84), 34), (_Ages(85, 94), 15), (_Ages(95, 103), 1)])
_ELDERS_ALONE = Weighted([(_Ages(65, 74), 38), (_Ages(75, 84), 36), (_Ages(85, 94), 24), (_Ages(95, 104), 2)])
_CHILDREN = Weighted([(1, 30), (2, 45), (3, 21), (4, 4)])
_YOUNGEST_PARENT = 19
_OLDEST_CHILD_AT_HOME = 29


def draw_family(rng: Random) -> tuple[Member, ...]:
    """Draw one household, the person who stands for it first."""
    return tuple(_SHAPES.draw(rng)(rng))


def _age(rng: Random, bands: Weighted[_Ages]) -> int:
    return whole(rng, *bands.draw(rng))


def _working_alone(rng: Random) -> list[Member]:
    return [Member(happens(rng, 42), _age(rng, _WORKING_ALONE))]


def _elder_alone(rng: Random) -> list[Member]:
    return [Member(happens(rng, 72), _age(rng, _ELDERS_ALONE))]


def _elder_couple(rng: Random) -> list[Member]:
    husband = _age(rng, _ELDERS)
    return [Member(False, husband), Member(True, max(60, husband - whole(rng, -2, 6)))]


def _working_couple(rng: Random) -> list[Member]:
    husband = whole(rng, 26, 64) if happens(rng, 35) else whole(rng, 50, 64)
    return [Member(False, husband), Member(True, max(22, husband - whole(rng, -3, 6)))]


def _parents_and_children(rng: Random) -> list[Member]:
    mother = whole(rng, 25, 56)
    return [Member(False, mother + whole(rng, -2, 6)), Member(True, mother), *_children_of(rng, mother)]


def _one_parent_and_children(rng: Random) -> list[Member]:
    parent = whole(rng, 27, 55)
    return [Member(happens(rng, 86), parent), *_children_of(rng, parent)[:2]]


def _elders_and_grown_child(rng: Random) -> list[Member]:
    mother = _age(rng, _ELDERS)
    child = Member(happens(rng, 34), max(30, mother - whole(rng, 24, 34)))
    father = [Member(False, mother + whole(rng, 0, 5))] if happens(rng, 45) else []
    return [*father, Member(True, mother), child]


def _three_generations(rng: Random) -> list[Member]:
    mother = whole(rng, 34, 56)
    husband = mother + whole(rng, -2, 5)
    grandmother = Member(True, husband + whole(rng, 22, 31))
    grandfather = [Member(False, grandmother.age + whole(rng, 0, 5))] if happens(rng, 58) else []
    parents = [Member(False, husband), Member(True, mother)]
    return [*parents, *_children_of(rng, mother), *grandfather, grandmother]


def _children_of(rng: Random, mother_age: int) -> list[Member]:
    eldest = min(mother_age - whole(rng, _YOUNGEST_PARENT + 1, 33), whole(rng, 17, _OLDEST_CHILD_AT_HOME))
    ages = [max(0, eldest)]
    for _ in range(_CHILDREN.draw(rng) - 1):
        ages.append(ages[-1] - whole(rng, 1, 4))
    return [Member(happens(rng, 49), age) for age in ages if age >= 0]


_SHAPES: Weighted[Callable[[Random], list[Member]]] = Weighted(
    [
        (_working_alone, 100),
        (_elder_alone, 130),
        (_elder_couple, 205),
        (_working_couple, 65),
        (_parents_and_children, 180),
        (_one_parent_and_children, 50),
        (_elders_and_grown_child, 150),
        (_three_generations, 145),
    ]
)
