"""The rooms of the house and the files in them, for the tests that hold its layout."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOOKS = ("ledger", "identity", "merchants")
BUSINESS = ("issuance", "payments", "settlement")
FACES = ("wallet_api", "merchant_portal", "staff_console", "identity_provider", "public_pages")
CHAMBERS = (
    *("identity/access", "identity/doors", "identity/provider", "identity/roll"),
    *("issuance/ceremony", "issuance/effect", "issuance/expiry", "issuance/notices"),
    *("issuance/payouts", "issuance/planning"),
    "payments/cards",
)
"""Packages inside a package: each has the whole grammar of one, and tables of its own in the schema of the outer."""
ROOMS = ("kernel", *BOOKS, *BUSINESS, *FACES, "kashiman", "migrations")


def files(under: str = ".") -> list[Path]:
    """Every file of the repository below a directory; what somebody's work left beside them is not ours."""
    place = ROOT / under
    return [path for path in _tracked() if path.is_relative_to(place) and path.exists()]


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


@cache
def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return sorted(ROOT / name for name in listed.decode().split("\0") if name)
