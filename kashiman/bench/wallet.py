"""`kashiman bench wallet`: what a resident waits for the wallet's screens, and the server for its home page."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from kashiman.bench.draw_browser import find_browser
from kashiman.bench.load import LoadResult
from kashiman.bench.paced import run_paced_load
from kashiman.bench.residents import Residents, build_residents
from kashiman.bench.server import served
from kashiman.bench.telephone import Seconds, seconds_on_a_telephone
from kashiman.bench.world import fresh_database
from kashiman.keys import load_keys

RESIDENTS, CONNECTIONS = 1_000, 32
RATE_PER_S = 100.0
WARM_UP_S = 2.0


@dataclass(frozen=True)
class WalletFigures:
    """What `kashiman bench wallet` reports: medians of the telephones, and the latencies of the home page at a pace.

    The seconds are None where there is no Chromium.
    """

    home_first_s: float | None
    home_again_s: float | None
    scan_to_paid_s: float | None
    home_per_s: float
    home_p50_ms: float
    home_p99_ms: float
    errors: int

    def as_dict(self) -> dict[str, float | int | None]:
        """The figures by name."""
        return asdict(self)


def bench_wallet(data_dir: Path, *, seconds: float = 20.0, telephones: int = 5) -> WalletFigures:
    """Open and pay on some telephones, one after the other, then ask for everybody's home page at an even pace."""
    now = datetime.now(UTC)
    with fresh_database(data_dir) as url, TemporaryDirectory(prefix="kashiman-bench-") as home:
        keys = load_keys(Path(home) / "keys")
        residents = build_residents(url, keys, residents=max(RESIDENTS, telephones), now=now)
        with served(url, Path(home)) as port:
            screens = _screens(port, residents, telephones)
            return _figures(screens, asyncio.run(_home_page(port, residents, seconds)))


def _screens(port: int, residents: Residents, telephones: int) -> list[Seconds]:
    browser = find_browser()
    if browser is None:
        return []
    origin = f"http://127.0.0.1:{port}"
    return [
        seconds_on_a_telephone(origin, signed_in.cookie, residents.shop_code, browser)
        for signed_in in residents.signed_in[:telephones]
    ]


async def _home_page(port: int, residents: Residents, seconds: float) -> LoadResult:
    requests = [
        f"GET /wallet/ HTTP/1.1\r\nHost: bench\r\nCookie: kashiman_wallet={signed_in.cookie}\r\n\r\n".encode()
        for signed_in in residents.signed_in
    ]

    async def load(lasts_s: float) -> LoadResult:
        return await run_paced_load(
            port,
            lambda number: requests[number % len(requests)],
            rate_per_s=RATE_PER_S,
            seconds=lasts_s,
            connections=CONNECTIONS,
        )

    await load(WARM_UP_S)
    return await load(seconds)


def _figures(screens: list[Seconds], home: LoadResult) -> WalletFigures:
    def middle(values: list[float]) -> float | None:
        return round(median(values), 2) if values else None

    return WalletFigures(
        home_first_s=middle([each.home_first for each in screens]),
        home_again_s=middle([each.home_again for each in screens]),
        scan_to_paid_s=middle([each.scan_to_paid for each in screens]),
        home_per_s=round(home.per_second(200), 1),
        home_p50_ms=round(home.percentile_ms(0.50), 2),
        home_p99_ms=round(home.percentile_ms(0.99), 2),
        errors=sum(count for status, count in home.statuses.items() if status != 200),
    )
