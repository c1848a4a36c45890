"""The rooms of the house and the files in them, for the tests that hold its layout."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOOKS = ("ledger", "identity", "merchants")
BUSINESS = ("issuance", "payments", "settlement")
FACES = ("wallet_api", "merchant_portal", "staff_console")
ROOMS = ("kernel", *BOOKS, *BUSINESS, *FACES, "kashiman", "migrations")
MADE_HERE = {line.strip().rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}


def files(under: str = ".") -> list[Path]:
    """Every file that belongs to the repository, below a directory; what git ignores is left out."""
    return sorted(_walk(ROOT / under))


def python_files(under: str = ".") -> list[Path]:
    """Every Python file that belongs to the repository, below a directory."""
    return [path for path in files(under) if path.suffix == ".py"]


def name_of(path: Path) -> str:
    """A path as people write it, from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _walk(directory: Path) -> Iterator[Path]:
    for path in directory.iterdir():
        if path.name in MADE_HERE or path.name == ".git" or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
