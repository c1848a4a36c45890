"""`kashiman bench pay`: durable payments over HTTP, beside an address of the same server that does nothing."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kashiman.bench.load import LoadResult, MakeRequest, run_load
from kashiman.bench.pay_requests import PayRequests
from kashiman.bench.server import served
from kashiman.bench.world import build_world, fresh_database
from kashiman.keys import load_keys

CONNECTIONS = 64
WALLETS, LOTS_PER_WALLET, SHOPS = 3_000, 3, 500


@dataclass(frozen=True)
class PayFigures:
    """What `kashiman bench pay` reports. Latencies are of the spread payments."""

    payments_per_s: float
    empty_per_s: float
    ratio: float
    hot_payments_per_s: float
    hot_ratio: float
    p50_ms: float
    p99_ms: float
    declined: int
    errors: int

    def as_dict(self) -> dict[str, float | int]:
        """The figures by name."""
        return asdict(self)


def bench_pay(data_dir: Path, *, seconds: float = 15.0, rounds: int = 3) -> PayFigures:
    """Measure payments to many shops, payments to one shop, and the empty address, in turns of the same run.

    `seconds` is how long each of the three is loaded in all, split over `rounds` turns so that what disturbs the
    machine disturbs all of them alike.
    """
    now = datetime.now(UTC)
    with fresh_database(data_dir) as url, TemporaryDirectory(prefix="kashiman-bench-") as home:
        keys = load_keys(Path(home) / "keys")
        world = build_world(url, wallets=WALLETS, lots_per_wallet=LOTS_PER_WALLET, shops=SHOPS, now=now)
        requests = PayRequests(world, keys, now)
        with served(url, Path(home)) as port:
            return _figures(asyncio.run(_measure(port, requests, seconds / rounds, rounds)))


async def _measure(port: int, requests: PayRequests, seconds: float, rounds: int) -> dict[str, LoadResult]:
    kinds: dict[str, MakeRequest] = {"empty": requests.empty, "spread": requests.spread, "hot": requests.hot}
    results = {name: LoadResult() for name in kinds}
    for make in kinds.values():  # One short turn of each to warm up, not counted.
        await run_load("127.0.0.1", port, make, first=0, seconds=1.0, connections=CONNECTIONS)
    for turn in range(1, rounds + 1):
        for name, make in kinds.items():
            first = turn * 10_000_000
            load = run_load("127.0.0.1", port, make, first=first, seconds=seconds, connections=CONNECTIONS)
            results[name].add(await load)
    return results


def _figures(results: dict[str, LoadResult]) -> PayFigures:
    spread, hot, empty = results["spread"], results["hot"], results["empty"]
    payments_per_s, hot_per_s, empty_per_s = (result.per_second(201) for result in (spread, hot, empty))
    answers = spread.statuses + hot.statuses
    return PayFigures(
        payments_per_s=round(payments_per_s, 1),
        empty_per_s=round(empty_per_s, 1),
        ratio=round(payments_per_s / empty_per_s, 3),
        hot_payments_per_s=round(hot_per_s, 1),
        hot_ratio=round(hot_per_s / payments_per_s, 3),
        p50_ms=round(spread.percentile_ms(0.50), 2),
        p99_ms=round(spread.percentile_ms(0.99), 2),
        declined=answers[409],
        errors=sum(count for status, count in answers.items() if status not in (201, 409)),
    )
