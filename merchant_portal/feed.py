"""What arrives at the tills, as it arrives: one look at the books per process, handed on to every stream."""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from kernel.db import Database, Session
from kernel.refusals import Kind, Outage, Refusal
from payments.queries import FreshMovements, Movement, movements_since

# Asking is cheaper than being told: NOTIFY inside a payment's transaction takes a lock of the whole server at COMMIT,
# and payments of all shops would queue there. A look is one statement by an index, and only while somebody listens.
LOOK_EVERY_S = 0.3
BLIND_AFTER_S = 5.0
STREAMS_PER_SHOP_MAX = 20
WAITING_MAX = 100
_POSITION = re.compile(r"([0-9]{1,18})((?:\.[0-9a-f]{12}){0,600})")


@dataclass(eq=False)
class TooManyFeeds(Refusal):
    """The shop listens from as many screens as it may already."""

    kind: ClassVar[Kind] = Kind.TOO_MANY
    streams_max: int


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream has come: all before transaction `since`, and from there on what is in `seen`.

    Transactions do not commit in the order in which they began, so a number alone would miss one or show one twice.
    `seen` are movements by the random end of their ids, each with its transaction.
    """

    since: int
    seen: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Position | None":
        """Read what `str` wrote, as a browser sends it back in `Last-Event-ID`; None for anything else."""
        match = _POSITION.fullmatch(text)
        if match is None:
            return None
        since = int(match[1])
        return cls(since, dict.fromkeys(match[2].split(".")[1:], since))

    def __str__(self) -> str:
        return ".".join([str(self.since), *self.seen])

    def steps(self, fresh: FreshMovements) -> "list[tuple[Position, Movement]]":
        """What of a look is new here, each with the position that it leads to."""
        position, steps = self, []
        for at, movement in fresh.movements:
            if at >= self.since and _end(movement) not in self.seen:
                position = Position(self.since, {**position.seen, _end(movement): at})
                steps.append((position, movement))
        return steps

    def after(self, fresh: FreshMovements) -> "Position":
        """Where a look leads to as a whole; it also tells the transactions of what was seen before."""
        known = {**self.seen, **{_end(each): at for at, each in fresh.movements if at >= self.since}}
        return Position(self.since, known).settled(fresh.settled_before)

    def settled(self, before: int) -> "Position":
        """The same place, when everything before a transaction was seen."""
        since = max(self.since, before)
        return Position(since, {each: at for each, at in self.seen.items() if at >= since})


@dataclass(eq=False)
class Listener:
    """One stream: whose it is, which stores it hears, and what waits for it."""

    merchant_id: UUID
    store_ids: tuple[UUID, ...]
    waiting: deque[FreshMovements] = field(default_factory=deque)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    is_behind: bool = False
    settled_before: int = 0

    def hear(self, fresh: FreshMovements) -> None:
        """Take what concerns these stores; a stream that does not keep up ends, and its browser begins where it was."""
        self.settled_before = fresh.settled_before
        own = tuple(pair for pair in fresh.movements if pair[1].store_id in self.store_ids)
        if not own:
            return
        self.is_behind = self.is_behind or len(self.waiting) >= WAITING_MAX
        self.waiting.append(FreshMovements(fresh.settled_before, own))
        self.heard.set()

    def next(self) -> FreshMovements:
        """Take the oldest that waits."""
        fresh = self.waiting.popleft()
        if not self.waiting:
            self.heard.clear()
        return fresh


class TakingsFeed:
    """The streams of one process and the one look at the books that feeds them all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._listeners: list[Listener] = []
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = clock()

    @property
    def is_blind(self) -> bool:
        """Whether the last look that succeeded is too long ago to say that nothing arrived."""
        return self._clock() - self._looked_at > BLIND_AFTER_S

    @contextmanager
    def listening(self, database: Database, merchant_id: UUID, store_ids: Sequence[UUID]) -> Iterator[Listener]:
        """Hear what arrives at these stores while the block runs. Refuses TooManyFeeds."""
        if sum(each.merchant_id == merchant_id for each in self._listeners) >= STREAMS_PER_SHOP_MAX:
            raise TooManyFeeds(streams_max=STREAMS_PER_SHOP_MAX)
        listener = Listener(merchant_id, tuple(store_ids))
        self._listeners.append(listener)
        if self._looking is None:
            self._looked_at = self._clock()
            self._looking = asyncio.get_running_loop().create_task(self._look(database))
        try:
            yield listener
        finally:
            self._listeners.remove(listener)
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self, database: Database) -> None:
        since: int | None = None
        while True:
            try:
                fresh = await run_in_threadpool(look, database, since)
            except Outage:
                pass  # The streams say so themselves after BLIND_AFTER_S, and the next look begins where this one did.
            else:
                since, self._looked_at = fresh.settled_before, self._clock()
                for listener in self._listeners:
                    listener.hear(fresh)
            await asyncio.sleep(LOOK_EVERY_S)


def look(database: Database, since: int | None, store_ids: Sequence[UUID] | None = None) -> FreshMovements:
    """Look at the books once, from a transaction on."""
    with database.transaction() as session:
        return movements_since(session, since, store_ids)


def position_now(session: Session, store_ids: Sequence[UUID]) -> Position:
    """Where a stream of these stores begins that shows what arrives from now on, and nothing that is there already."""
    settled = movements_since(session, None).settled_before
    return Position(settled).after(movements_since(session, settled, store_ids))


def _end(movement: Movement) -> str:
    return movement.id.hex[-12:]
