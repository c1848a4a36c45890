"""Processes that post payments side by side, as the processes of an installation do."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from random import Random
from uuid import UUID, uuid4

from kashiman.bench.world import World
from kernel.db import Database
from ledger.model import LedgerCommand, Pay, Posted, ShopSize, command_key
from ledger.operations.post_journals import post_journals

READY_TIMEOUT_S = 120.0
_SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Load:
    """What one poster does: so many payments in batches of this size, out of its own share of the wallets."""

    world: World
    now: datetime
    batch: int
    payments: int
    poster: int
    posters: int


def post_side_by_side(loads: Sequence[Load]) -> float:
    """Let every poster prepare, start together, and answer all payments per second from the first to the last."""
    start_line = _SPAWN.Barrier(len(loads))
    with _SPAWN.Pool(len(loads), initializer=_stand_at, initargs=(start_line,)) as pool:
        times = pool.map(_post, loads, chunksize=1)
    return sum(load.payments for load in loads) / (max(end for _, end in times) - min(start for start, _ in times))


def post(database: Database, payments: Sequence[LedgerCommand], batch: int) -> None:
    """Post payments batch by batch. Raises RuntimeError when one is refused: then nothing was measured."""
    for start in range(0, len(payments), batch):
        outcomes = database.run(partial(post_journals, commands=payments[start : start + batch]))
        if not all(isinstance(outcome, Posted) for outcome in outcomes):
            raise RuntimeError("a payment of the benchmark was refused")


def make_payments(load: Load) -> list[LedgerCommand]:
    """Random payments of a poster at all shops."""
    chance = Random(load.poster)
    wallets = load.world.wallets[load.poster :: load.posters]
    return [_payment(chance, load, wallets) for _ in range(load.payments)]


def _payment(chance: Random, load: Load, wallets: Sequence[UUID]) -> Pay:
    return Pay(
        key=command_key("bench", str(uuid4())),
        event_at=load.now,
        wallet_id=wallets[int(chance.random() * len(wallets))],
        merchant_id=load.world.shops[int(chance.random() * len(load.world.shops))][0],
        shop_size=ShopSize.SMALL,
        amount_yen=1 + int(chance.random() * 3_000),
    )


_start_line: Barrier


def _stand_at(start_line: Barrier) -> None:
    global _start_line  # noqa: PLW0603 - a process of the pool is told once where to wait
    _start_line = start_line


def _post(load: Load) -> tuple[float, float]:
    """Prepare and warm up, wait for the others, then post; answers start and end on the machine's monotonic clock."""
    database = Database(load.world.url, role="kashiman_pay", pool_size=1)
    payments = make_payments(load)
    post(database, make_payments(load)[:6], 1)
    _start_line.wait(READY_TIMEOUT_S)
    started = time.monotonic()
    post(database, payments, load.batch)
    ended = time.monotonic()
    database.close()
    return started, ended
