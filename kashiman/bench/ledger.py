"""`kashiman bench ledger`: payments through the posting operation, in batches, on empty and on grown books."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from kashiman.bench.growth import grow_books
from kashiman.bench.posters import Load, post_side_by_side
from kashiman.bench.world import build_world, fresh_database

PAYMENTS_BY_BATCH = {1: 3_000, 10: 16_000, 100: 40_000, 1_000: 60_000}
BATCHES = tuple(PAYMENTS_BY_BATCH)
POSTERS = 2
WALLETS, LOTS_PER_WALLET, SHOPS = 3_000, 3, 500
UNITS_PER_LOT = 2_000
TURNS = 3

Say = Callable[[str], None]


@dataclass(frozen=True)
class LedgerFigures:
    """What `kashiman bench ledger` reports, payments per second by batch size; grown_* only when books were grown."""

    payments_per_s_by_batch: dict[str, float]
    grown_payments_per_s_by_batch: dict[str, float]
    grown_ratio: float | None

    def as_dict(self) -> dict[str, object]:
        """The figures by name."""
        return asdict(self)


def bench_ledger(
    data_dir: Path, *, grown_transfers: int = 0, payments_max: int = 60_000, say: Say | None = None
) -> LedgerFigures:
    """Post payments with two posters at a time, as two processes of an installation would.

    With `grown_transfers` so many transfers are put into the books of a second database first, and both databases are
    measured in turns of the same run; `grown_ratio` compares them at the largest batch.
    """
    tell = say or (lambda _line: None)
    with fresh_database(data_dir) as url:
        tell("財布と店舗を用意しています")
        fresh = _Bench(url, payments_max)
        if not grown_transfers:
            return LedgerFigures(fresh.measure(tell), {}, None)
        with fresh_database(data_dir) as grown_url:
            grown = _Bench(grown_url, payments_max)
            tell(f"帳簿に {grown_transfers:,} 件の振替を入れています")
            grow_books(grown_url, grown.world, grown_transfers, tell)
            return _compare(fresh, grown, tell)


def _compare(fresh: "_Bench", grown: "_Bench", tell: Say) -> LedgerFigures:
    fresh_rates, grown_rates = fresh.measure(tell), grown.measure(tell)
    largest = str(BATCHES[-1])
    turns = [(fresh.rate(BATCHES[-1]), grown.rate(BATCHES[-1])) for _ in range(TURNS)]
    fresh_rates[largest] = round(max(rate for rate, _ in turns), 1)
    grown_rates[largest] = round(max(rate for _, rate in turns), 1)
    return LedgerFigures(fresh_rates, grown_rates, round(grown_rates[largest] / fresh_rates[largest], 3))


class _Bench:
    """One database with wallets full of value, and posters that pay out of them."""

    def __init__(self, url: str, payments_max: int) -> None:
        self._now = datetime.now(UTC)
        self._payments_max = payments_max
        self.world = build_world(
            url,
            wallets=WALLETS,
            lots_per_wallet=LOTS_PER_WALLET,
            shops=SHOPS,
            now=self._now,
            units_per_lot=UNITS_PER_LOT,
        )

    def measure(self, tell: Say) -> dict[str, float]:
        """Payments per second by batch size: the best of a few turns, since other work only ever slows one down."""
        rates = {}
        for batch in BATCHES:
            rates[str(batch)] = round(max(self.rate(batch) for _ in range(TURNS)), 1)
            tell(f"バッチ {batch:>5,}: {rates[str(batch)]:>9,.0f} 支払/秒")
        return rates

    def rate(self, batch: int) -> float:
        """Payments per second in batches of this size, by all posters together."""
        wanted = min(self._payments_max, PAYMENTS_BY_BATCH[batch]) // POSTERS
        count = max(batch, wanted // batch * batch)
        loads = [Load(self.world, self._now, batch, count, poster, POSTERS) for poster in range(POSTERS)]
        return post_side_by_side(loads)
