"""`kashiman bench draw`: a draw with its files, the verifier that is downloaded, and the one in the browser."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from issuance.lottery import verifier
from kashiman.bench.draw_browser import find_browser, seconds_in_browser

TURNS = 3


class _Taken(NamedTuple):
    """What a stage took."""

    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class DrawFigures:
    """Each is the best of three turns. The draw is measured from the bytes of the frozen list to all files written.

    `browser_s` is None where there is no Chromium, or where the browser's scripts were not built (`make web`).
    """

    applications: int
    draw_s: float
    draw_peak_mib: float
    verify_s: float
    verify_peak_mib: float
    browser_applications: int
    browser_s: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """The figures by name."""
        return asdict(self)


def bench_draw(
    *, applications: int = 400_000, browser_applications: int = 10_000, browser: Path | None = None
) -> DrawFigures:
    """Measure a draw of so many applications, its verification, and that of a smaller draw in a browser."""
    with TemporaryDirectory(prefix="kashiman-bench-") as home:
        large, small = Path(home) / "large", Path(home) / "small"
        _prepare(large, applications)
        draws = [_draw(large) for _ in range(TURNS)]
        verifications = [_verify(large) for _ in range(TURNS)]
        _prepare(small, browser_applications)
        _draw(small)
        in_browser = seconds_in_browser(small, browser or find_browser(), turns=TURNS)
    return DrawFigures(
        applications=applications,
        draw_s=round(min(taken.seconds for taken in draws), 3),
        draw_peak_mib=round(min(taken.peak_mib for taken in draws), 1),
        verify_s=round(min(taken.seconds for taken in verifications), 3),
        verify_peak_mib=round(min(taken.peak_mib for taken in verifications), 1),
        browser_applications=browser_applications,
        browser_s=None if in_browser is None else round(min(in_browser), 3),
    )


def _prepare(directory: Path, applications: int) -> None:
    directory.mkdir()
    subprocess.run([*_stage("prepare"), str(directory), str(applications)], check=True)


def _draw(directory: Path) -> _Taken:
    run = subprocess.run([*_stage("draw"), str(directory)], check=True, stdout=subprocess.PIPE)
    return _Taken(**json.loads(run.stdout))


def _verify(directory: Path) -> _Taken:
    """Run the program as whoever downloaded it would. Raises RuntimeError when it does not verify the draw."""
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, verifier.__file__, str(directory)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        report = process.stdout.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the draw is not verified:\n{report}")
    return _Taken(time.perf_counter() - started, used.ru_maxrss / 1024)


def _stage(name: str) -> list[str]:
    return [sys.executable, "-m", "kashiman.bench.draw_stages", name]
