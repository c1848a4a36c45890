"""The counter of city hall: clerks type in the forms that came on paper, and apply for whoever stands before them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from issuance.model import ApplicationRequest, Channel, ClerkEntry
from kashiman.demo.story.wishes import Wish
from kashiman.demo.story.world import World

PAPER_SHARE, TYPED_TWICE_SHARE, CHANGED_SHARE = 0.65, 0.02, 0.03
DAYS_IN_THE_POST_MAX = 3
CHANGED_BECAUSE = "口数をかえたいとの申し出"


class PaperDesk:
    """The desk of one window of applications, which numbers its forms as they are printed."""

    def __init__(self, world: World, chance: Random, opens: date) -> None:
        self._world = world
        self._chance = chance
        self._opens = opens
        self._forms = 0

    def entries(self, wishes: Sequence[Wish], day: date) -> list[ApplicationRequest]:
        """What the clerks enter on a day; some forms are typed twice, and some people come back to change theirs."""
        return [request for wish in wishes for request in self._entries_of(wish, day)]

    def _entries_of(self, wish: Wish, day: date) -> list[ApplicationRequest]:
        entry = self._entry(wish, day)
        requests = wish.requests(self._world, Channel.PAPER if entry.form_number else Channel.COUNTER, entry)
        entered = requests[-1]
        roll = self._chance.random()
        if roll < TYPED_TWICE_SHARE:
            return [*requests, entered]
        if roll < TYPED_TWICE_SHARE + CHANGED_SHARE and wish.units > 1:
            changed = replace(
                entered, channel=Channel.COUNTER, replaces=1, entry=ClerkEntry(entry.clerk_id, reason=CHANGED_BECAUSE)
            )
            return [replace(entered, units=wish.units - 1), changed]
        return requests

    def _entry(self, wish: Wish, day: date) -> ClerkEntry:
        clerk_id = self._world.planner.id
        if self._chance.random() >= PAPER_SHARE:
            return ClerkEntry(clerk_id)
        self._forms += 1
        days_ago = int(self._chance.random() * (DAYS_IN_THE_POST_MAX + 1))
        came_in = max(self._opens, day - timedelta(days=days_ago))
        return ClerkEntry(clerk_id, f"{wish.days.number}-{self._forms:05d}", came_in)
