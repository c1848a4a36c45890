"""The benchmark of draws, made tiny: what it reports, not how fast anything is."""

from pathlib import Path

import pytest

from kashiman.bench import draw_browser
from kashiman.bench.draw import bench_draw
from kashiman.bench.draw_browser import seconds_in_browser
from kashiman.bench.draw_stages import draw, prepare
from tests.browser.chromium import find_chromium

SMALL = 40


def test_bench_draw_reports_the_draw_and_both_verifications() -> None:
    figures = bench_draw(applications=SMALL, browser_applications=SMALL, browser=find_chromium()).as_dict()
    assert list(figures) == [
        *("applications", "draw_s", "draw_peak_mib", "verify_s", "verify_peak_mib"),
        *("browser_applications", "browser_s"),
    ]
    assert (figures["applications"], figures["browser_applications"]) == (SMALL, SMALL)
    assert all(figure is not None and figure > 0 for figure in figures.values())


def test_without_a_browser_or_its_scripts_nothing_is_measured_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seconds_in_browser(tmp_path, None, turns=1) is None
    monkeypatch.setattr(draw_browser, "files", lambda _package: tmp_path)
    assert seconds_in_browser(tmp_path, find_chromium(), turns=1) is None


def test_a_draw_that_the_browser_finds_wrong_is_no_measurement(tmp_path: Path) -> None:
    prepare(tmp_path, SMALL)
    draw(tmp_path)
    (tmp_path / "results.csv").write_bytes(b"receipt,granted\n")
    with pytest.raises(RuntimeError, match="V8"):
        seconds_in_browser(tmp_path, find_chromium(), turns=1)
