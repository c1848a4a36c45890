"""The benchmarks, made tiny: what they report, not how fast anything is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from kashiman.bench import ledger, pay, sign_in
from kashiman.bench.report import show
from kernel.embedded_postgres import erase

STORM = ("storm_exchanges_per_s", "payments_p99_quiet_ms", "payments_p99_storm_ms", "storm_ratio")
BATCHES = ["1", "10", "100", "1000"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A directory for the benchmark's own database server."""
    yield tmp_path / "postgres"
    erase(tmp_path / "postgres")


def test_bench_pay_reports_rates_ratios_and_latencies(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pay, "WALLETS", 200)
    monkeypatch.setattr(pay, "SHOPS", 5)
    figures = pay.bench_pay(data_dir, seconds=0.3, rounds=1).as_dict()
    assert list(figures) == [
        *("payments_per_s", "empty_per_s", "ratio", "hot_payments_per_s", "hot_ratio", "p50_ms", "p99_ms"),
        *("declined", "errors"),
    ]
    assert all(isinstance(figure, float | int) for figure in figures.values())
    assert figures["ratio"] == pytest.approx(figures["payments_per_s"] / figures["empty_per_s"], abs=0.001)
    assert figures["hot_ratio"] == pytest.approx(figures["hot_payments_per_s"] / figures["payments_per_s"], abs=0.001)
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert figures["errors"] == 0


@pytest.fixture
def few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer at once than the server has connections to its database, so that none is told to come again later."""
    sizes = {"PEOPLE": 5, "WALLETS": 100, "SHOPS": 5, "TOKENS": 10, "CONNECTIONS": 8, "STORM_CONNECTIONS": 4}
    for name, count in sizes.items():
        monkeypatch.setattr(sign_in, name, count)


@pytest.mark.usefixtures("few_people")
def test_bench_signin_reports_exchanges_and_what_a_look_at_a_token_takes(data_dir: Path) -> None:
    figures = sign_in.bench_sign_in(data_dir, seconds=0.3, rounds=1)
    assert list(figures.as_dict()) == [
        *("exchanges_per_s", "empty_per_s", "ratio", "p50_ms", "p99_ms", "verify_token_us", "verify_first_us"),
        *("errors", *STORM),
    ]
    assert figures.ratio == pytest.approx(figures.exchanges_per_s / figures.empty_per_s, abs=0.001)
    assert 0 < figures.p50_ms <= figures.p99_ms
    assert 0 < figures.verify_token_us < figures.verify_first_us
    assert figures.errors == 0
    assert all(figures.as_dict()[name] is None for name in STORM)


@pytest.mark.usefixtures("few_people")
def test_with_a_storm_payments_are_measured_with_and_without_it(data_dir: Path) -> None:
    figures = sign_in.bench_sign_in(data_dir, seconds=0.3, rounds=1, storm=True).as_dict()
    exchanges_per_s, quiet_ms, stormy_ms, ratio = (figures[name] or 0 for name in STORM)
    assert exchanges_per_s > 0
    assert ratio == pytest.approx(stormy_ms / quiet_ms, abs=0.001)
    assert figures["errors"] == 0


def test_bench_ledger_reports_a_rate_for_each_batch_on_empty_and_on_grown_books(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "WALLETS", 30)
    monkeypatch.setattr(ledger, "SHOPS", 5)
    told: list[str] = []
    figures = ledger.bench_ledger(data_dir, grown_transfers=500, payments_max=40, say=told.append).as_dict()
    rates, grown = figures["payments_per_s_by_batch"], figures["grown_payments_per_s_by_batch"]
    assert isinstance(rates, dict)
    assert isinstance(grown, dict)
    assert list(rates) == list(grown) == BATCHES
    assert all(rate > 0 for rate in (*rates.values(), *grown.values()))
    assert figures["grown_ratio"] == pytest.approx(grown["1000"] / rates["1000"], abs=0.001)
    assert "帳簿に 500 件の振替を入れています" in told


def test_without_growth_nothing_is_compared(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "WALLETS", 30)
    monkeypatch.setattr(ledger, "SHOPS", 5)
    figures = ledger.bench_ledger(data_dir, payments_max=40)
    assert list(figures.payments_per_s_by_batch) == BATCHES
    assert (figures.grown_payments_per_s_by_batch, figures.grown_ratio) == ({}, None)


def test_json_is_one_object_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    figures = {"payments_per_s_by_batch": {"1": 10.5, "1000": 2_000.0}, "grown_ratio": None}
    show(Console(), "bench ledger", figures, True)
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert json.loads(printed) == figures


def test_a_table_shows_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    show(Console(width=100), "bench ledger", {"rates": {"1": 1_234.5}, "ratio": 0.75, "grown_ratio": None}, False)
    printed = capsys.readouterr().out
    assert all(text in printed for text in ("kashiman bench ledger", "1: 1,234.5", "0.75", "grown_ratio"))
