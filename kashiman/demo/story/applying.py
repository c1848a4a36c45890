"""Chapter two, continued: residents apply, in their wallets and at the desk of city hall."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from issuance.model import ApplicationRequest, Channel, ReceiptSigner
from issuance.operations.submit_applications import submit_applications
from kashiman.demo.calendar import FIRST_ROUND, REMAINDER_ROUND, WITHOUT_SMARTPHONE_ROUND, RoundDays
from kashiman.demo.story.campaign import UNITS_MAX
from kashiman.demo.story.drawing import publish_day
from kashiman.demo.story.paper_desk import PaperDesk
from kashiman.demo.story.wishes import Wish, wishes_for
from kashiman.demo.story.world import Person, World
from kashiman.keys import KEY_ID
from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.refusals import Refusal

TAPPED_TWICE_SHARE, CHANGED_SHARE, ON_PAPER_TOO_SHARE, WON_BEFORE_SHARE = 0.02, 0.03, 0.01, 0.01
WITHOUT_SMARTPHONE_SHARE = 0.3
Holders = dict[str, Person]
"""Who holds which receipt."""


def apply(world: World, units_wanted: Mapping[RoundDays, int]) -> Holders:
    """Let residents apply in rounds of the same days until so many units are asked for; answer who holds which receipt.

    Some ask twice, which gives the same receipt, some change their mind before closing, and some try what is not
    theirs to have: more than a cap leaves, the same on paper once more, or a round for those who won nothing.
    """
    first, *_ = units_wanted
    numbers = "・".join(str(days.number) for days in units_wanted)
    chance = world.chance(f"apply/{numbers}")
    intake = _Intake(world, numbers)
    wishes = [wish for days, units in units_wanted.items() for wish in _wishes(world, chance, days, units)]
    desk, late_forms = PaperDesk(world, chance, first.opens), list[Wish]()
    with world.bar(f"第{numbers}回 申込", len(wishes)) as bar:
        for offset, wished in enumerate(_by_day(chance, wishes, (first.closes - first.opens).days)):
            day = first.opens + timedelta(days=offset)
            typed = desk.entries([*late_forms, *(wish for wish in wished if wish.at_the_desk)], day)
            intake.take(world.databases.staff, typed, world.at(city_time(day, 17)))
            in_wallets = [wish for wish in wished if not wish.at_the_desk]
            tapped = [request for wish in in_wallets for request in _in_wallet(world, chance, wish)]
            intake.take(world.databases.apply, tapped, world.at(city_time(day, 20)))
            late_forms = [wish for wish in in_wallets if chance.random() < ON_PAPER_TOO_SHARE]
            for days in units_wanted:
                publish_day(world, days, world.at(city_time(day + timedelta(days=1))))
            bar.step(len(wished))
    return intake.holders


def apply_at_once(world: World, days: RoundDays, units_wanted: int, now: datetime) -> tuple[Holders, dict[str, int]]:
    """Let residents apply where units are granted at once; answer who holds which receipt, and what each got."""
    chance = world.chance(f"apply/{days.number}")
    intake = _Intake(world, str(days.number))
    wishes = list(wishes_for(world, chance, days, units_wanted, who=partial(_has_smartphone, world)))
    requests = [request for wish in wishes for request in wish.requests(world, Channel.WEB)]
    intake.take(world.databases.apply, requests, world.at(now))
    return intake.holders, intake.units


class _Intake:
    """Applications as they are taken."""

    def __init__(self, world: World, numbers: str) -> None:
        chance = world.chance(f"receipts/{numbers}")
        self.holders: Holders = {}
        self.units: dict[str, int] = {}
        self._signer = ReceiptSigner(world.keys.receipt_key, KEY_ID, lambda: _receipt_number(chance))
        self._people = {person.person_id: person for person in world.people}
        self._counts = world.counts

    def take(self, database: Database, requests: Sequence[ApplicationRequest], now: datetime) -> None:
        """Take what was asked at a moment, and remember who holds which receipt."""
        submit = partial(submit_applications, asked=requests, signer=self._signer, clock=SetClock(now))
        for request, answer in zip(requests, database.run(submit) if requests else (), strict=True):
            if isinstance(answer, Refusal):
                self._counts[f"refused:{answer.code}"] += 1
                continue
            receipt = answer.receipt
            if receipt.receipt not in self.holders:
                self._counts[f"applied:{request.channel}"] += 1
            self.holders[receipt.receipt] = self._people[request.person_id]
            self.units[receipt.receipt] = receipt.units


def _wishes(world: World, chance: Random, days: RoundDays, units_wanted: int) -> list[Wish]:
    """Who applies in a round: people without a smartphone where units are kept for them, and few of them elsewhere.

    In a round for those who won nothing yet some of the others try.
    """

    def is_first_timer(person: Person) -> bool:
        comes = _has_smartphone(world, person) or chance.random() < WITHOUT_SMARTPHONE_SHARE
        return comes and not world.units_granted[person.person_id]

    meant: dict[RoundDays, Callable[[Person], bool]] = {
        FIRST_ROUND: partial(_has_smartphone, world),
        WITHOUT_SMARTPHONE_ROUND: lambda person: not _has_smartphone(world, person),
        REMAINDER_ROUND: is_first_timer,
    }
    wishes = list(wishes_for(world, chance, days, units_wanted, who=meant[days]))
    if days == REMAINDER_ROUND:
        won = [person for person in world.people if world.units_granted[person.person_id]]
        chance.shuffle(won)
        tries = max(1, int(len(wishes) * WON_BEFORE_SHARE))
        wishes += [Wish(person, days, 1, 0, at_the_desk=False) for person in won[:tries]]
    return wishes


def _has_smartphone(world: World, person: Person) -> bool:
    return world.resident(person).has_smartphone


def _by_day(chance: Random, wishes: Sequence[Wish], window: int) -> list[list[Wish]]:
    """More people apply on the first and above all on the last day."""
    by_day: list[list[Wish]] = [[] for _ in range(window + 1)]
    for wish in wishes:
        roll = chance.random()
        day = window if roll > 0.65 else int(chance.random() * (window + 1))
        by_day[0 if roll < 0.15 else day].append(wish)
    return by_day


def _in_wallet(world: World, chance: Random, wish: Wish) -> list[ApplicationRequest]:
    requests = wish.requests(world, Channel.WEB)
    roll = chance.random()
    if roll < TAPPED_TWICE_SHARE:
        return [*requests, requests[-1]]
    if roll < TAPPED_TWICE_SHARE + CHANGED_SHARE:
        return [replace(requests[-1], units=wish.units % UNITS_MAX + 1), requests[-1]]
    return requests


def _receipt_number(chance: Random) -> str:
    """A receipt number of the story: like a real one, but the same again for the same seed."""
    letters = "ABCDEFGHJKMNPQRSTVWXYZ"
    alphabet = "0123456789" + letters
    first = letters[int(chance.random() * len(letters))]
    return first + "".join(alphabet[int(chance.random() * 32)] for _ in range(15))
