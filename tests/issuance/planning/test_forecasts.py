"""What a campaign would do at any demand is known before it opens, and is the same answer each time."""

from dataclasses import replace

import pytest

from issuance.model import RoundRule
from issuance.planning.model import Forecast
from issuance.planning.rules.forecasts import DEMANDS_PERCENT, forecast
from tests.issuance.planning.proposals import TERMS


def answers(units_offered: int = 30_000, max_units: int = 5) -> dict[tuple[int, RoundRule], Forecast]:
    found = forecast(TERMS, units_offered=units_offered, max_units=max_units)
    return {(item.demand_percent, item.rule): item for item in found}


def test_three_demands_are_drawn_under_both_rules_with_the_same_answer_each_time() -> None:
    found = answers()
    assert set(found) == {
        (percent, rule) for percent in DEMANDS_PERCENT for rule in (RoundRule.EQUAL_FIRST, RoundRule.ALL_OR_NOTHING)
    }
    assert answers() == found


@pytest.mark.parametrize("percent", [66, 100])
def test_up_to_full_demand_everybody_gets_everything(percent: int) -> None:
    for rule in (RoundRule.EQUAL_FIRST, RoundRule.ALL_OR_NOTHING):
        item = answers()[percent, rule]
        assert (item.units_asked, item.people_with_nothing) == (300 * percent, 0)
        assert all((each.chance, each.expected_units) == (1.0, each.asked_units) for each in item.by_units)
        assert item.granted_units == item.units_asked
        assert (item.premium_yen, item.paid_yen) == (item.granted_units * 1_000, item.granted_units * 4_000)


def test_at_twice_the_demand_equal_first_leaves_nobody_without_and_all_or_nothing_half() -> None:
    equal, whole = answers()[200, RoundRule.EQUAL_FIRST], answers()[200, RoundRule.ALL_OR_NOTHING]
    assert (equal.people_with_nothing, equal.granted_units) == (0, 30_000)
    assert {each.chance for each in equal.by_units} == {1.0}
    assert equal.by_units[0].expected_units == 1.0
    assert abs(whole.people_with_nothing - whole.applicants / 2) < whole.applicants * 0.02
    assert all(abs(each.expected_units - each.asked_units / 2) < 0.15 for each in whole.by_units)


def test_units_of_the_average_add_up_to_what_is_granted() -> None:
    for item in answers().values():
        handed_out = sum(each.applicants * each.expected_units for each in item.by_units)
        assert abs(handed_out - item.granted_units) < item.applicants * 0.001


def test_fewer_applicants_than_units_over_one_each_is_a_lottery_of_single_units() -> None:
    item = answers(units_offered=100, max_units=1)[200, RoundRule.EQUAL_FIRST]
    assert (item.applicants, item.people_with_nothing) == (200, 100)
    assert [(each.asked_units, each.chance) for each in item.by_units] == [(1, 0.5)]


def test_a_campaign_of_millions_of_units_is_drawn_on_a_smaller_scale() -> None:
    large, small = answers(units_offered=10_000_000), answers(units_offered=30_000)
    for key, item in large.items():
        assert item.granted_units == min(10_000_000, 100_000 * key[0])
        by_units = [(each.asked_units, round(each.chance, 1)) for each in item.by_units]
        assert by_units == [(each.asked_units, round(each.chance, 1)) for each in small[key].by_units]


@pytest.mark.parametrize(("units_offered", "max_units"), [(0, 5), (10, 0)])
def test_a_round_that_offers_nothing_has_no_forecast(units_offered: int, max_units: int) -> None:
    assert forecast(replace(TERMS), units_offered=units_offered, max_units=max_units) == []
