"""The whole invented city: the same sizes, seed and base date always give exactly the same one."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from kashiman.demo.population.people import Household, Resident, make_people
from kashiman.demo.population.shops import Merchant, make_merchants
from kernel.refusals import Kind, Refusal

RESIDENTS_MAX = 1_000_000
MERCHANTS_MAX = 10_000


@dataclass(eq=False)
class CitySizeOutOfRange(Refusal):
    """A city has at least one resident and one merchant, and no more than a prefecture."""

    kind: ClassVar[Kind] = Kind.INVALID
    residents: int
    residents_max: int
    merchants: int
    merchants_max: int


@dataclass(frozen=True, slots=True)
class City:
    """Everybody and every shop, in the order of their numbers; ages are meant on `base_date`."""

    seed: int
    base_date: date
    households: tuple[Household, ...]
    residents: tuple[Resident, ...]
    merchants: tuple[Merchant, ...]


def make_city(residents: int = 27_000, merchants: int = 300, seed: int = 7, *, base_date: date) -> City:
    """Invent a city of exactly so many residents and merchants.

    Every person, address, shop and account is made up; only the towns, the banks and the branches are real.
    People and shops are drawn apart: a larger city adds residents after those of a smaller one, and the shops
    do not notice.
    Refuses CitySizeOutOfRange outside 1..1,000,000 residents or 1..10,000 merchants.
    """
    if not (1 <= residents <= RESIDENTS_MAX and 1 <= merchants <= MERCHANTS_MAX):
        raise CitySizeOutOfRange(residents, RESIDENTS_MAX, merchants, MERCHANTS_MAX)
    households, people = make_people(residents, seed, base_date)
    return City(seed, base_date, households, people, make_merchants(merchants, seed))
