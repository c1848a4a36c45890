"""The tests of a draw agree with tables that statisticians publish, and with draws that are fair or are not."""

from collections.abc import Mapping
from hashlib import sha256
from random import Random
from typing import Any

import pytest

from issuance.ceremony.model import CategoryCounts
from issuance.ceremony.rules.statistics import chi_square_p, draw_statistics, kolmogorov_p

TICKETS = [sha256(b"%d" % number).digest() for number in range(2_000)]


def luck(places: Mapping[int, str], winners: int) -> list[CategoryCounts]:
    """One unit each for the smallest tickets, counted by place."""
    by_ticket = sorted(range(len(TICKETS)), key=TICKETS.__getitem__)
    lucky = {places[number]: 0 for number in places}
    for number in by_ticket[:winners]:
        lucky[places[number]] += 1
    sizes = {place: list(places.values()).count(place) for place in lucky}
    return [
        CategoryCounts("district", place, size, size, lucky[place], size, lucky[place]) for place, size in sizes.items()
    ]


@pytest.mark.parametrize(
    ("statistic", "degrees", "p"),
    [
        *((3.841, 1, 0.05), (5.991, 2, 0.05), (18.307, 10, 0.05), (124.342, 100, 0.05)),
        *((10.828, 1, 0.001), (29.588, 10, 0.001)),
    ],
)
def test_chi_square_agrees_with_its_table(statistic: float, degrees: int, p: float) -> None:
    assert chi_square_p(statistic, degrees) == pytest.approx(p, rel=2e-3)


@pytest.mark.parametrize(("distance", "count", "p"), [(0.1340, 100, 0.05), (0.1608, 100, 0.01), (0.0428, 1000, 0.05)])
def test_kolmogorov_agrees_with_its_table(distance: float, count: int, p: float) -> None:
    assert kolmogorov_p(distance, count) == pytest.approx(p, rel=0.05)


def test_nothing_at_all_is_not_suspicious() -> None:
    assert chi_square_p(0, 3) == 1
    assert kolmogorov_p(0.0, 50) == 1
    nothing = {"tickets": {"p_millionths": None, "is_suspicious": False}}
    assert draw_statistics("c", [], [])["tests"] == nothing


def test_a_fair_draw_is_not_suspicious_and_a_bent_one_is() -> None:
    places = {number: Random(number).choice(["north", "south"]) for number in range(len(TICKETS))}
    told: Any = draw_statistics("c", TICKETS, luck(places, 500))
    assert {name: test["is_suspicious"] for name, test in told["tests"].items()} == {
        "tickets": False,
        "district": False,
    }
    friends = sorted(range(len(TICKETS)), key=TICKETS.__getitem__)[:500]
    told = draw_statistics("c", TICKETS, luck({**places, **dict.fromkeys(friends, "friends")}, 500))
    assert told["tests"]["district"] == {"p_millionths": 0, "is_suspicious": True}


def test_tickets_that_are_not_uniform_are_suspicious() -> None:
    told = draw_statistics("c", [b"\0" + ticket[1:] for ticket in TICKETS[:50]], [])
    assert told["tests"] == {"tickets": {"p_millionths": 0, "is_suspicious": True}}


def test_small_categories_become_one_that_is_never_small() -> None:
    sizes = {"a": 40, "b": 9, "c": 3, "d": 1}
    counts = [CategoryCounts("district", place, size, size, 0, 0, 0) for place, size in sizes.items()]
    told: Any = draw_statistics("c", TICKETS, counts)
    assert [(item["category"], item["applicants"]) for item in told["categories"]["district"]] == [
        ("a", 40),
        ("other", 13),
    ]
    told = draw_statistics("c", TICKETS, counts[2:])
    assert told["categories"]["district"] == []
