import itertools
from typing import Any

import pytest

from issuance.lottery.allocation import (
    AllocationRule,
    Row,
    TicketedRow,
    WaitingEntry,
    allocate,
    offer_unpaid_units,
    rank_order,
    waiting_list,
)

EQUAL_FIRST = AllocationRule.EQUAL_FIRST
ALL_OR_NOTHING = AllocationRule.ALL_OR_NOTHING


def test_rank_orders_are_as_published(vectors: dict[str, Any]) -> None:
    for draw in vectors["draws"]:
        rows = [Row(**row) for row in draw["applications"]]
        ranked = rank_order(bytes.fromhex(draw["seed"]), rows)
        assert [row.receipt for row in ranked] == draw["order"]
        assert {row.receipt: row.ticket.hex() for row in ranked} == draw["tickets"]


def test_allocations_and_waiting_lists_are_as_published_for_every_rule_and_budget(
    vectors: dict[str, Any],
) -> None:
    seen = 0
    for draw in vectors["draws"]:
        units = {row["receipt"]: row["units"] for row in draw["applications"]}
        requests = [units[receipt] for receipt in draw["order"]]
        for case in draw["cases"]:
            rule = AllocationRule(case["rule"])
            granted = allocate(rule, requests, case["budget"])
            assert dict(zip(draw["order"], granted, strict=True)) == case["granted"]
            ranking = [TicketedRow(b"", receipt, units[receipt]) for receipt in draw["order"]]
            waiting = waiting_list(rule, ranking, granted)
            assert [list(entry) for entry in waiting] == case["waitlist"]
            seen += 1
    assert seen == 40


@pytest.mark.parametrize(
    ("budget", "equal_first", "all_or_nothing"),
    [
        (0, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
        (3, [1, 1, 1, 0, 0], [3, 0, 0, 0, 0]),
        (7, [2, 2, 1, 1, 1], [5, 2, 0, 0, 0]),
        (11, [3, 3, 2, 2, 1], [5, 3, 2, 1, 0]),
        (15, [5, 3, 2, 4, 1], [5, 3, 2, 5, 0]),
        (20, [5, 3, 2, 5, 1], [5, 3, 2, 5, 1]),
    ],
)
def test_five_requests_share_a_budget(budget: int, equal_first: list[int], all_or_nothing: list[int]) -> None:
    requests = [5, 3, 2, 5, 1]
    assert allocate(EQUAL_FIRST, requests, budget) == equal_first
    assert allocate(ALL_OR_NOTHING, requests, budget) == all_or_nothing


def test_nobody_asking_gets_nothing() -> None:
    assert allocate(EQUAL_FIRST, [], 0) == allocate(ALL_OR_NOTHING, [], 10) == []


def test_the_waiting_list_serves_the_lowest_level_first() -> None:
    ranking = [TicketedRow(b"", receipt, units) for receipt, units in zip("ABCDE", [5, 3, 2, 5, 1], strict=True)]
    waiting = waiting_list(EQUAL_FIRST, ranking, [3, 3, 2, 2, 1])
    assert waiting == [("D", 1), ("A", 1), ("D", 1), ("A", 1), ("D", 1)]


def test_equal_tickets_are_ordered_by_receipt() -> None:
    ranked = rank_order(bytes(32), [Row("b", 1, "same"), Row("a", 1, "same"), Row("B", 1, "same")])
    assert [row.receipt for row in ranked] == ["B", "a", "b"]


def test_unpaid_units_go_down_the_list_past_those_who_did_not_pay() -> None:
    waiting = [WaitingEntry("A", 2), WaitingEntry("B", 3), WaitingEntry("C", 4), WaitingEntry("D", 1)]
    offers = offer_unpaid_units(waiting, unpaid_units=4, lost={"B"})
    assert offers.offered == [("A", 2), ("C", 2)]
    assert offers.waiting == [("C", 2), ("D", 1)]
    assert offers.left_units == 0


def test_units_that_nobody_waits_for_are_left() -> None:
    offers = offer_unpaid_units([WaitingEntry("A", 1)], unpaid_units=3, lost=set())
    assert offers == ([("A", 1)], [], 2)


def test_nothing_unpaid_offers_nothing_and_keeps_every_place() -> None:
    waiting = [WaitingEntry("A", 1), WaitingEntry("B", 2)]
    assert offer_unpaid_units(waiting, unpaid_units=0, lost=set()) == ([], waiting, 0)


SEEDS = [number.to_bytes(32, "big") for number in range(1000)]
APPLICANTS = [Row(f"A{number}", 1, f"A{number}") for number in range(10)]
WINNERS = 3


def test_every_applicant_wins_equally_often() -> None:
    wins = dict.fromkeys((row.receipt for row in APPLICANTS), 0)
    for value in SEEDS:
        for row in rank_order(value, APPLICANTS)[:WINNERS]:
            wins[row.receipt] += 1
    expected = len(SEEDS) * WINNERS / len(APPLICANTS)
    spread = sum((count - expected) ** 2 for count in wins.values()) / (expected * (1 - WINNERS / 10))
    # Chi-square for draws without replacement, 9 degrees of freedom, alpha 1e-4.
    assert 9 / 10 * spread < 33.72


def test_tickets_are_uniform() -> None:
    values = sorted(
        int.from_bytes(row.ticket[:8], "big") / 2**64 for value in SEEDS for row in rank_order(value, APPLICANTS)
    )
    count = len(values)
    distance = max(max((n + 1) / count - value, value - n / count) for n, value in enumerate(values))
    # Kolmogorov-Smirnov, alpha 1e-4.
    assert distance * count**0.5 < 2.2253


def test_wins_of_one_applicant_come_in_no_pattern() -> None:
    won = [any(row.receipt == "A0" for row in rank_order(value, APPLICANTS)[:WINNERS]) for value in SEEDS]
    wins, losses = won.count(True), won.count(False)
    runs = 1 + sum(before != after for before, after in itertools.pairwise(won))
    mean = 2 * wins * losses / len(won) + 1
    variance = (mean - 1) * (mean - 2) / (len(won) - 1)
    # Wald-Wolfowitz runs test, two-sided, alpha 1e-4.
    assert abs(runs - mean) / variance**0.5 < 3.8906
