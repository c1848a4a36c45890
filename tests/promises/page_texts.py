"""Every text that the pages of a package show: from its templates, and from its modules where they mark it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Message
from jinja2 import nodes

from kernel.pages.environments import new_environment
from kernel.pages.languages import catalogue_files, read_catalogue
from kernel.pages.look import Language

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ㐀-䶿一-鿿]")
IN_ITS_OWN_LANGUAGE = re.compile(r'<(\w+) lang="ja">[^<]*</\1>')
GETTEXT = frozenset({"_", "gettext", "ngettext"})
MARKING = {"msgid": (0,), "Advice": (0, 1), "text": (1,)}
"""Calls in modules whose arguments at these places are texts."""


class Text(NamedTuple):
    """A text as its source has it, and where; `many` is said of any number but one."""

    msgid: str
    many: str | None
    place: str


@cache
def texts_of(package: str) -> list[Text]:
    """The texts of a package that a catalogue translates."""
    in_modules = [text for path in modules_of(package) for text in _marked_in(path)]
    return [text for path in templates_of(package) for text in _said_in(package, path)] + in_modules


@cache
def messages_of(package: str, language: Language) -> list[tuple[str, Message]]:
    """The messages of a package's own catalogues with the name of their file; the heads of files are left out."""
    return [
        (file.name, message)
        for file in catalogue_files(package, language)
        for message in read_catalogue(file, language)
        if message.id
    ]


def unmarked_texts(package: str) -> list[str]:
    """Japanese in templates that no catalogue could translate, and texts that are asked for by no literal."""
    return [found for path in templates_of(package) for found in _unmarked_in(package, path)]


def templates_of(package: str) -> list[Path]:
    """The templates of a package."""
    return sorted((_home(package) / "templates").rglob("*.html"))


def modules_of(package: str) -> list[Path]:
    """The modules of a package; those of kernel.pages are its own files."""
    return sorted(_home(package).rglob("*.py"))


def _home(package: str) -> Path:
    return Path(str(files(package)))


def _said_in(package: str, path: Path) -> Iterator[Text]:
    environment = new_environment(package)
    said = environment.extract_translations(path.read_text("utf-8"), GETTEXT)  # type: ignore[attr-defined]
    for line, function, message in said:
        one, many = message[:2] if isinstance(message, tuple) else (message, None)
        if isinstance(one, str):
            yield Text(one, many if function == "ngettext" else None, f"{path.name}:{line}")


def _marked_in(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        places = [node.args[place] for place in MARKING.get(name, ()) if place < len(node.args)]
        brands = [keyword.value for keyword in node.keywords if keyword.arg == "brand"]
        for argument in (*places, *brands):
            if (
                isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
                and JAPANESE.search(argument.value)
            ):
                yield Text(argument.value, None, f"{path.name}:{node.lineno}")


def _unmarked_in(package: str, path: Path) -> Iterator[str]:
    tree = new_environment(package).parse(path.read_text("utf-8"))
    asked = [
        call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
    ]
    for call in asked:
        if not call.args or not isinstance(call.args[0], nodes.Const):
            yield f"{path.name}:{call.lineno}: a text that is no literal"
    within = {id(const) for call in asked for const in call.find_all(nodes.Const)}
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and JAPANESE.search(const.value) and id(const) not in within:
            yield f"{path.name}:{const.lineno}: {const.value}"
    for data in tree.find_all(nodes.TemplateData):
        if JAPANESE.search(IN_ITS_OWN_LANGUAGE.sub("", data.data)):
            yield f"{path.name}:{data.lineno}: {' '.join(data.data.split())}"
