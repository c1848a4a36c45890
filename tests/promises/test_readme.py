"""What the README and the docs say is there, is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from kashiman.cli import app
from tests.promises.house import ROOMS, ROOT, files, name_of

PAGES = [ROOT / "README.md", *(path for path in files("docs") if path.suffix == ".md")]
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
SPOKEN_PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")
SPOKEN_COMMAND = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)*)")
SPOKEN_SUBCOMMAND = re.compile(r"(?:uv run|`|\$ )\s*kashiman ([a-z]+(?:-[a-z]+)*)")
TOP = {name_of(path).split("/")[0] for path in files()}


def test_the_readme_shows_how_to_see_it_and_how_to_test_it() -> None:
    blocks = re.findall(r"```.*?\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = {line.split("#")[0].strip() for block in blocks for line in block.splitlines()}
    assert {"make demo", "make test"} <= lines


def test_every_command_that_is_spoken_of_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    spoken = {command for page in PAGES for command in _commands_in(page)}
    assert {"demo", "test"} <= spoken
    assert spoken - targets == set()


def test_every_subcommand_that_is_spoken_of_exists() -> None:
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    spoken = {command for page in PAGES for command in SPOKEN_SUBCOMMAND.findall(page.read_text(encoding="utf-8"))}
    assert len(spoken) > 3
    assert spoken - root.commands.keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link.split("#")[0] for link in LINK.findall(_prose(page)) if not link.startswith(("http", "#"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_paths_that_are_spoken_of_exist(page: Path) -> None:
    spoken = [path for path in SPOKEN_PATH.findall(_prose(page)) if path.split("/")[0] in TOP]
    assert [path for path in spoken if not (ROOT / path).exists()] == []


def test_the_docs_speak_of_every_room() -> None:
    said = " ".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [room for room in ROOMS if f"{room}/" not in said] == []


def _commands_in(page: Path) -> Iterator[str]:
    for code in re.findall(r"```.*?```|`[^`\n]+`", page.read_text(encoding="utf-8"), re.DOTALL):
        yield from SPOKEN_COMMAND.findall(code)


def _prose(page: Path) -> str:
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
