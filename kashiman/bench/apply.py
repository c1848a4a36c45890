"""`kashiman bench apply`: durable applications over HTTP, beside an address of the same server that does nothing."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kashiman.bench.applicants import Applicants, build_applicants
from kashiman.bench.load import LoadResult, MakeRequest, run_load
from kashiman.bench.server import served
from kashiman.bench.world import fresh_database
from kashiman.keys import load_keys

CONNECTIONS = 64
RESIDENTS = 60_000


@dataclass(frozen=True)
class ApplyFigures:
    """What `kashiman bench apply` reports. Latencies are of the applications."""

    applications_per_s: float
    empty_per_s: float
    ratio: float
    p50_ms: float
    p99_ms: float
    errors: int

    def as_dict(self) -> dict[str, float | int]:
        """The figures by name."""
        return asdict(self)


def bench_apply(data_dir: Path, *, seconds: float = 12.0, rounds: int = 3) -> ApplyFigures:
    """Measure applications, each of another resident, and the empty address, in turns of the same run.

    `seconds` is how long each of the two is loaded in all, split over `rounds` turns so that what disturbs the machine
    disturbs both alike. Once everybody has applied, people change the units they asked for.
    """
    now = datetime.now(UTC)
    with fresh_database(data_dir) as url, TemporaryDirectory(prefix="kashiman-bench-") as home:
        keys = load_keys(Path(home) / "keys")
        applicants = build_applicants(url, keys, residents=RESIDENTS, now=now)
        with served(url, Path(home)) as port:
            return _figures(asyncio.run(_measure(port, applicants, seconds / rounds, rounds)))


async def _measure(port: int, applicants: Applicants, seconds: float, rounds: int) -> dict[str, LoadResult]:
    kinds: dict[str, MakeRequest] = {"empty": applicants.empty, "apply": applicants.apply}
    results = {name: LoadResult() for name in kinds}
    first = dict.fromkeys(kinds, 0)
    for turn in range(rounds + 1):
        for name, make in kinds.items():
            lasts_s = seconds if turn else 1.0  # One short turn of each to warm up, not counted.
            load = await run_load("127.0.0.1", port, make, first=first[name], seconds=lasts_s, connections=CONNECTIONS)
            first[name] += load.statuses.total() + CONNECTIONS
            if turn:
                results[name].add(load)
    return results


def _figures(results: dict[str, LoadResult]) -> ApplyFigures:
    applied, empty = results["apply"], results["empty"]
    applications_per_s, empty_per_s = applied.per_second(201), empty.per_second(201)
    return ApplyFigures(
        applications_per_s=round(applications_per_s, 1),
        empty_per_s=round(empty_per_s, 1),
        ratio=round(applications_per_s / empty_per_s, 3),
        p50_ms=round(applied.percentile_ms(0.50), 2),
        p99_ms=round(applied.percentile_ms(0.99), 2),
        errors=sum(count for status, count in applied.statuses.items() if status != 201),
    )
