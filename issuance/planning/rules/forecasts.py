"""What a campaign would do at any demand: chances, people with nothing and yen, by the allocation of the draw."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from issuance.lottery.allocation import AllocationRule, allocate
from issuance.model import CampaignTerms, RoundRule
from issuance.planning.model import Forecast, UnitsForecast

DEMANDS_PERCENT = (66, 100, 200)
"""The city's own first year, a round that is just sold out, and one that twice as much is asked of."""
USUAL_SHAPE: Mapping[int, int] = {1: 2, 2: 3, 3: 2, 4: 1, 5: 4}
"""Of twelve applicants so many ask for 1, 2, 3, 4 and 5 units; whoever may ask for fewer asks for the most."""
DRAWS = 4
SEED = 20_260_401
UNITS_DRAWN_MAX = 60_000
"""A larger campaign is drawn on a smaller scale; its chances are the same."""


def forecast(
    terms: CampaignTerms,
    *,
    units_offered: int,
    max_units: int,
    demands_percent: Sequence[int] = DEMANDS_PERCENT,
    shape: Mapping[int, int] = USUAL_SHAPE,
) -> list[Forecast]:
    """Draw a synthetic demand of so many per cent of the units, under both rules of the draw side by side.

    `shape` says how many applicants ask for how many units, in proportion. The same question has the same answer, and
    a round that offers nothing has none.
    """
    answers: list[Forecast] = []
    if units_offered < 1 or max_units < 1:
        return answers
    for percent in demands_percent:
        units_asked = units_offered * percent // 100
        scale = max(1, -(-max(units_asked, units_offered) // UNITS_DRAWN_MAX))
        wishes = _wishes(units_asked // scale, max_units, shape)
        for rule in (RoundRule.EQUAL_FIRST, RoundRule.ALL_OR_NOTHING):
            drawn = _draw(rule, wishes, units_offered // scale)
            granted_units = min(units_asked, units_offered)
            answers.append(
                Forecast(
                    demand_percent=percent,
                    rule=rule,
                    units_offered=units_offered,
                    units_asked=units_asked,
                    applicants=len(wishes) * scale,
                    granted_units=granted_units,
                    premium_yen=granted_units * terms.premium_yen,
                    paid_yen=granted_units * terms.price_yen,
                    people_with_nothing=round(scale * sum(item.applicants * (1 - item.chance) for item in drawn)),
                    by_units=tuple(_shown(item, scale) for item in drawn),
                )
            )
    return answers


def _wishes(units: int, max_units: int, shape: Mapping[int, int]) -> list[int]:
    """Applicants in the proportions of the shape until the units are asked for; the last asks for what is missing."""
    turn = [min(asked, max_units) for asked, people in sorted(shape.items()) for _ in range(people)]
    whole_turns, missing = divmod(units, sum(turn))
    wishes = turn * whole_turns
    for wish in turn:
        if missing <= 0:
            break
        wishes.append(min(wish, missing))
        missing -= wish
    return wishes


def _draw(rule: RoundRule, wishes: Sequence[int], units_offered: int) -> list[UnitsForecast]:
    """What comes of it for those who ask for as much as each other, on average over some draws."""
    people, served, units = Counter(wishes), Counter[int](), Counter[int]()
    chance = Random(SEED)
    draws = DRAWS if sum(wishes) > units_offered else 1
    for _ in range(draws):
        ranked = sorted(wishes, key=lambda _wish: chance.random())
        for wish, granted in zip(ranked, allocate(AllocationRule(rule), ranked, units_offered), strict=True):
            units[wish] += granted
            served[wish] += granted > 0
    return [
        UnitsForecast(wish, count, units[wish] / count / draws, served[wish] / count / draws)
        for wish, count in sorted(people.items())
    ]


def _shown(item: UnitsForecast, scale: int) -> UnitsForecast:
    return UnitsForecast(
        item.asked_units, item.applicants * scale, round(item.expected_units, 3), round(item.chance, 3)
    )
