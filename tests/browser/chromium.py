"""A Chromium for the tests: `python -m tests.browser.chromium` finds one, or brings Debian's, and prints where it is.

The administrator gets it installed by apt. Anybody else gets the same packages unpacked below `.tools`, where they
change nothing of the machine.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from subprocess import PIPE, STDOUT

TOOLS = Path(__file__).parents[2] / ".tools"
UNPACKED = TOOLS / "chromium"
LAUNCHER = UNPACKED / "chromium"
PACKAGES = ("chromium", "fonts-noto-cjk")
STATUS = "/var/lib/dpkg/status"
"""What is installed on the machine already, so that only the rest is fetched."""

LAUNCH = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}"
export FONTCONFIG_FILE="{home}/fonts.conf"
exec "{home}/system/usr/lib/chromium/chromium" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{home}/system/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/font-cache</cachedir>
</fontconfig>
"""


def find_chromium() -> Path | None:
    """The Chromium of the machine, or else the one that was unpacked here."""
    found = shutil.which("chromium")
    if found:
        return Path(found)
    return LAUNCHER if LAUNCHER.exists() else None


def bring_chromium() -> Path:
    """Make sure that there is a Chromium and answer where. Raises RuntimeError on a machine without apt."""
    found = find_chromium()
    if found:
        return found
    if not shutil.which("apt-get"):
        raise RuntimeError("the tests need a Chromium: install one, so that `chromium` is on PATH")
    print("Fetching Chromium for the tests", file=sys.stderr)
    if os.geteuid() == 0:
        _install()
    else:
        _unpack()
    brought = find_chromium()
    if not brought:
        raise RuntimeError("apt brought no chromium: is this Debian?")
    _run([str(brought), "--version"])
    return brought


def _install() -> None:
    _run(["apt-get", "update"])
    _run(["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES])


def _unpack() -> None:
    shutil.rmtree(UNPACKED, ignore_errors=True)
    apt, system = UNPACKED / "apt", UNPACKED / "system"
    for place in ("state/lists/partial", "cache/archives/partial"):
        (apt / place).mkdir(parents=True)
    own = ["-o", f"Dir::State={apt}/state", "-o", f"Dir::State::status={STATUS}", "-o", f"Dir::Cache={apt}/cache"]
    fetch = ["apt-get", *own, "-o", "Debug::NoLocking=1"]
    _run([*fetch, "update"])
    _run([*fetch, "install", "--download-only", "--yes", "--no-install-recommends", *PACKAGES])
    for package in sorted((apt / "cache" / "archives").glob("*.deb")):
        _run(["dpkg", "-x", str(package), str(system)])
    (UNPACKED / "fonts.conf").write_text(FONTS.format(home=UNPACKED), encoding="utf-8")
    LAUNCHER.write_text(LAUNCH.format(home=UNPACKED, libraries=":".join(_library_places(system))), encoding="utf-8")
    LAUNCHER.chmod(0o755)
    shutil.rmtree(apt)


def _library_places(system: Path) -> Iterable[str]:
    """Every directory with shared libraries, those of the system's own layout first."""
    libraries = [path for place in ("usr/lib", "lib") for path in (system / place).glob("*-linux-*/**/*.so*")]
    return sorted({str(path.parent) for path in libraries}, key=lambda place: (place.count("/"), place))


def _run(command: list[str]) -> None:
    """Standard output is for the answer, so what a command says goes to standard error, and only if it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, check=False, env=environment, stdout=PIPE, stderr=STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")


if __name__ == "__main__":
    print(bring_chromium())
