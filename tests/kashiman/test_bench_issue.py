"""The benchmark of issuing, made tiny: what it reports, not how fast anything is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kashiman.bench.issue import bench_issue
from kernel.embedded_postgres import erase


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A directory for the benchmark's own database server."""
    yield tmp_path / "postgres"
    erase(tmp_path / "postgres")


def test_bench_issue_reports_units_purchases_lots_and_how_long_it_took(data_dir: Path) -> None:
    told: list[str] = []
    figures = bench_issue(data_dir, units=17, say=told.append).as_dict()
    assert list(figures) == ["units", "purchases", "lots", "issue_s", "units_per_s"]
    assert (figures["units"], figures["purchases"], figures["lots"]) == (17, 7, 7)
    assert figures["issue_s"] > 0
    assert figures["units_per_s"] > 0
    assert told == ["購入を用意しています", "商品券を発行しています"]
    split = bench_issue(data_dir, units=5, small_shop_face_yen=2_000)
    assert (split.purchases, split.lots) == (3, 6)
