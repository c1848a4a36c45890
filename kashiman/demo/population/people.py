"""The invented households and residents of the city: nobody here exists."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kashiman.demo.population.draw import happens, stream, whole
from kashiman.demo.population.families import Member, draw_family
from kashiman.demo.population.given_names import draw_given_name
from kashiman.demo.population.names import FAMILY_NAMES, Name
from kashiman.demo.population.places import TOWNS_OF_HOMES, draw_address

_SMARTPHONE_PERCENT_BELOW_AGE = ((6, 0), (13, 22), (18, 93), (60, 98), (70, 91), (80, 68), (200, 32))
_LINE_PERCENT_BELOW_AGE = ((13, 0), (18, 38), (30, 60), (60, 68), (70, 60), (80, 46), (200, 30))


@dataclass(frozen=True, slots=True)
class Household:
    """People who live together: number from 1, district, full address, postal code `849-13xx`."""

    household_id: int
    district: str
    address: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Resident:
    """One invented person: number from 1, names with readings in full-width katakana.

    `uses_line` means a friend of the city's LINE account, who always has a smartphone.
    """

    resident_number: int
    household_id: int
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    birth_date: date
    district: str
    has_smartphone: bool
    uses_line: bool


def make_people(count: int, seed: int, base_date: date) -> tuple[tuple[Household, ...], tuple[Resident, ...]]:
    """Make households until exactly `count` people live in them; the last one may lose members to fit.

    Ages are counted on `base_date` and nobody is born after it.
    """
    rng = stream(seed, "people")
    households: list[Household] = []
    residents: list[Resident] = []
    while len(residents) < count:
        household = _draw_household(rng, len(households) + 1)
        households.append(household)
        residents.extend(_draw_residents(rng, household, draw_family(rng), len(residents) + 1, base_date))
    return tuple(households), tuple(residents[:count])


def _draw_household(rng: Random, household_id: int) -> Household:
    town = TOWNS_OF_HOMES.draw(rng)
    return Household(household_id, town.district, draw_address(rng, town), town.postal_code)


def _draw_residents(
    rng: Random, household: Household, family: tuple[Member, ...], first_number: int, base_date: date
) -> list[Resident]:
    family_name = FAMILY_NAMES.draw(rng)
    births = [_draw_birth_date(rng, member.age, base_date) for member in family]
    given_names = _draw_given_names(rng, family, births)
    residents = []
    for place, member in enumerate(family):
        has_smartphone = happens(rng, _percent_at(_SMARTPHONE_PERCENT_BELOW_AGE, member.age))
        follows_city = happens(rng, _percent_at(_LINE_PERCENT_BELOW_AGE, member.age))
        residents.append(
            Resident(
                resident_number=first_number + place,
                household_id=household.household_id,
                family_name=family_name.text,
                given_name=given_names[place].text,
                family_kana=family_name.kana,
                given_kana=given_names[place].kana,
                birth_date=births[place],
                district=household.district,
                has_smartphone=has_smartphone,
                uses_line=has_smartphone and follows_city,
            )
        )
    return residents


def _draw_birth_date(rng: Random, age: int, base_date: date) -> date:
    """Draw a birthday within the year in which somebody is `age`: four years are 1,461 days."""
    return base_date - timedelta(days=(age * 1461 + 3) // 4 + whole(rng, 0, 364))


def _draw_given_names(rng: Random, family: tuple[Member, ...], births: list[date]) -> list[Name]:
    """Draw names that sound different from each other, as a family would choose them."""
    names: list[Name] = []
    for member, birth in zip(family, births, strict=True):
        name = draw_given_name(rng, woman=member.woman, birth_year=birth.year)
        while any(name.kana == taken.kana for taken in names):
            name = draw_given_name(rng, woman=member.woman, birth_year=birth.year)
        names.append(name)
    return names


def _percent_at(percent_below_age: tuple[tuple[int, int], ...], age: int) -> int:
    return next(percent for below_age, percent in percent_below_age if age < below_age)
