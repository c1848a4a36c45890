"""The pictures of the README can be taken anew at any time, and say clearly what is missing when they cannot."""

import struct
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kashiman.cli import app
from tests.browser.chromium import find_chromium

ROOT = Path(__file__).parents[2]
KILOBYTES_MAX, PICTURES_MAX = 150, 12
SIZES = {(585, 1266), (1024, 768), (768, 1024), (1280, 900)}
"""A telephone's with one and a half dots to the pixel, a tablet's either way, and a desk's."""


def size_of(png: Path) -> tuple[int, int]:
    """Width and height from the header (PNG, 11.2.2)."""
    head = png.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:])
    return width, height


def test_a_small_city_is_photographed_and_the_city_of_the_demo_left_alone(tmp_path: Path) -> None:
    chromium, pictures = find_chromium(), tmp_path / "pictures"
    sizes = ("--residents", "300", "--merchants", "20")
    environment = {"KASHIMAN_DATA_DIR": str(tmp_path / "data")}
    told = CliRunner(env=environment).invoke(app, ["screenshots", str(pictures), "--chromium", str(chromium), *sizes])
    assert told.exit_code == 0, told.output
    taken = {path.name for path in pictures.iterdir()}
    assert taken == {path.name for path in (ROOT / "docs/images").iterdir()}
    assert {size_of(path) for path in pictures.iterdir()} == SIZES
    assert not (tmp_path / "data").exists()


def test_without_a_browser_it_says_so(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["screenshots", str(tmp_path / "pictures"), "--chromium", str(tmp_path / "none")])
    assert (told.exit_code, told.output.split()[:3]) == (2, ["✗", "Chromium", "がありません:"])
    assert not (tmp_path / "pictures").exists()


def test_without_playwright_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    told = CliRunner().invoke(app, ["screenshots", str(tmp_path / "pictures")])
    assert (told.exit_code, told.output.split()[:2]) == (2, ["✗", "playwright.sync_api"])


def test_the_pictures_of_the_repository_are_few_and_small() -> None:
    pictures = list((ROOT / "docs/images").iterdir())
    assert 0 < len(pictures) <= PICTURES_MAX
    assert {path.suffix for path in pictures} == {".png"}
    assert [path.name for path in pictures if path.stat().st_size > KILOBYTES_MAX * 1_000] == []
