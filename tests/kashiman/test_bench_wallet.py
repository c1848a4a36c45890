"""The benchmark of the wallet's screens, made tiny: what it reports, not how fast anything is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kashiman.bench import wallet
from kernel.embedded_postgres import erase
from tests.browser.chromium import find_chromium

SCREENS = ("home_first_s", "home_again_s", "scan_to_paid_s")


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A directory for the benchmark's own database server."""
    yield tmp_path / "postgres"
    erase(tmp_path / "postgres")


@pytest.mark.parametrize("has_browser", [True, False])
def test_bench_wallet_reports_screens_and_the_home_page_at_a_pace(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, has_browser: bool
) -> None:
    monkeypatch.setattr(wallet, "RESIDENTS", 10)
    monkeypatch.setattr(wallet, "RATE_PER_S", 20.0)
    monkeypatch.setattr(wallet, "WARM_UP_S", 0.5)
    monkeypatch.setattr(wallet, "find_browser", lambda: find_chromium() if has_browser else None)
    figures = wallet.bench_wallet(data_dir, seconds=1.0, telephones=1)
    reported = figures.as_dict()
    assert list(reported) == [*SCREENS, "home_per_s", "home_p50_ms", "home_p99_ms", "errors"]
    assert [reported[name] is not None for name in SCREENS] == [has_browser] * 3
    assert 0 < figures.home_p50_ms <= figures.home_p99_ms
    assert figures.errors == 0
