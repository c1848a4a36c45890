"""Who may import whom: the contracts of pyproject.toml hold, and they speak of every package."""

import subprocess
import sys
import tomllib
from typing import Any

from tests.promises.house import BOOKS, BUSINESS, FACES, ROOMS, ROOT

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: list[dict[str, Any]] = CONFIG["contracts"]


def test_every_contract_is_kept() -> None:
    # In a process of its own: import-linter switches off every logger that exists where it runs.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_the_contracts_see_every_package() -> None:
    assert set(CONFIG["root_packages"]) == set(ROOMS)


def test_no_contract_makes_an_exception() -> None:
    assert [contract["name"] for contract in CONTRACTS if contract.get("ignore_imports")] == []


def test_the_floors_are_the_house_from_top_to_bottom() -> None:
    floors = next(contract for contract in CONTRACTS if contract["type"] == "layers" and "containers" not in contract)
    named = [tuple(sorted(floor.split(" | "))) for floor in floors["layers"]]
    expected = [("kashiman",), FACES, BUSINESS, BOOKS, ("kernel",)]
    assert named == [tuple(sorted(floor)) for floor in expected]


def test_the_tables_of_every_package_with_tables_are_protected() -> None:
    protected = [contract for contract in CONTRACTS if contract["type"] == "protected"]
    for package in (*BOOKS, *BUSINESS):
        own = [f"{package}.tables", f"{package}.store"]
        assert [contract["allowed_importers"] for contract in protected if contract["protected_modules"] == own] == [
            [package]
        ]
