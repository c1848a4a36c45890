"""Who wants how much in a round, and by which way they ask."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from issuance.model import ApplicationRequest, Channel, ClerkEntry, Eligibility
from kashiman.demo.calendar import CITY_FOUNDED_ON, RoundDays
from kashiman.demo.population import Resident
from kashiman.demo.story.campaign import UNITS_MAX_PER_HOUSEHOLD, UNITS_MAX_PER_PERSON
from kashiman.demo.story.world import Person, World

UNITS_ASKED = (1, 1, 2, 2, 2, 3, 3, 4, 5, 5, 5, 5)
ADULT_AGE_YEARS, OLD_AGE_YEARS = 18, 70
OLD_PEOPLE_AT_THE_DESK_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants units of a round; `asked_first` is what they ask for before they hear of a cap, 0 for nothing.

    `at_the_desk` tells that a clerk enters it.
    """

    person: Person
    days: RoundDays
    units: int
    asked_first: int
    at_the_desk: bool

    def requests(self, world: World, channel: Channel, entry: ClerkEntry | None = None) -> list[ApplicationRequest]:
        """What is asked until it is taken, the application for these units at last."""
        request = ApplicationRequest(
            round_id=world.rounds[self.days],
            person_id=self.person.person_id,
            wallet_id=self.person.wallet_id,
            household_id=self.person.household_id,
            units=self.units,
            channel=channel,
            eligibility=Eligibility(has_smartphone=world.resident(self.person).has_smartphone),
            entry=entry,
        )
        return [replace(request, units=self.asked_first), request] if self.asked_first else [request]


def wishes_for(
    world: World, chance: Random, days: RoundDays, units_wanted: int, *, who: Callable[[Person], bool]
) -> Iterator[Wish]:
    """Adults of those who are meant, in any order, until the units are asked for; the last asks for what is missing.

    Nobody wants more than the caps leave of what they, and their household, have or asked for.
    """
    everybody = [person for person in world.people if _born_by(world.resident(person), ADULT_AGE_YEARS) and who(person)]
    chance.shuffle(everybody)
    missing = units_wanted
    for person in everybody:
        wanted = min(missing, UNITS_ASKED[int(chance.random() * len(UNITS_ASKED))])
        units = min(wanted, _units_allowed(world, person))
        at_the_desk = _goes_to_the_desk(world.resident(person), chance)
        if missing > 0 and units > 0:
            missing -= units
            world.units_asked[person.household_id] += units
            yield Wish(person, days, units, wanted if units < wanted else 0, at_the_desk)


def _units_allowed(world: World, person: Person) -> int:
    of_household = UNITS_MAX_PER_HOUSEHOLD - world.units_asked[person.household_id]
    return min(of_household, UNITS_MAX_PER_PERSON - world.units_granted[person.person_id])


def _goes_to_the_desk(resident: Resident, chance: Random) -> bool:
    rather = chance.random() < OLD_PEOPLE_AT_THE_DESK_SHARE and _born_by(resident, OLD_AGE_YEARS)
    return rather or not resident.has_smartphone


def _born_by(resident: Resident, age_years: int) -> bool:
    """Whether somebody was this old when the story began."""
    return resident.birth_date <= CITY_FOUNDED_ON.replace(year=CITY_FOUNDED_ON.year - age_years)
