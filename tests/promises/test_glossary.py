"""The words of public class names are the words of docs/glossary.md."""

import ast
import re
from pathlib import Path

import pytest

from tests.promises.house import BOOKS, BUSINESS, ROOT, python_files, tree_of

TABLE_ROW = re.compile(r"^\| (?P<words>[^|]+) \| (?P<japanese>[^|]+) \| (?P<meaning>[^|]+) \|$")
ORDINARY = frozenset(
    [
        "actor",
        "address",
        "after",
        "age",
        "answer",
        "api",
        "applicant",
        "at",
        "bound",
        "browser",
        "by",
        "cancel",
        "candidate",
        "category",
        "check",
        "checked",
        "choice",
        "close",
        "committed",
        "compiled",
        "confirmation",
        "content",
        "data",
        "day",
        "decided",
        "delivery",
        "document",
        "dynamic",
        "entered",
        "era",
        "error",
        "expected",
        "expire",
        "explained",
        "fact",
        "favourite",
        "finder",
        "finished",
        "for",
        "found",
        "fresh",
        "gathered",
        "gender",
        "guard",
        "handle",
        "held",
        "http",
        "id",
        "identity",
        "import",
        "imported",
        "in",
        "issued",
        "known",
        "layout",
        "left",
        "legal",
        "letter",
        "limit",
        "list",
        "listing",
        "locked",
        "message",
        "messaging",
        "miss",
        "moment",
        "month",
        "named",
        "need",
        "new",
        "next",
        "nothing",
        "number",
        "object",
        "of",
        "offered",
        "on",
        "open",
        "own",
        "page",
        "party",
        "pending",
        "place",
        "post",
        "present",
        "preview",
        "printed",
        "public",
        "published",
        "purpose",
        "registered",
        "registration",
        "relying",
        "revoked",
        "right",
        "said",
        "search",
        "seen",
        "setting",
        "shared",
        "smtp",
        "started",
        "step",
        "stored",
        "sum",
        "supplied",
        "table",
        "taken",
        "time",
        "transaction",
        "type",
        "typed",
        "unsealed",
        "unsettled",
        "use",
        "used",
        "user",
        "verified",
        "webhook",
        "why",
        "withdrawal",
    ]
)
"""Words of everyday English, and verbs whose noun stands in the glossary, that need no line there."""
NAMED_IN_REQUESTS = frozenset(
    [
        "amount",
        "beacon",
        "billing",
        "budget",
        "column",
        "columns",
        "commitment",
        "description",
        "face",
        "fallback",
        "label",
        "name",
        "protocol",
        "response",
        "scope",
        "search",
        "slug",
        "webhook",
    ]
)
"""Facts of requests that a refusal may be about without being a word of the scheme."""
SCHEME = "campaign unit round application draw grant purchase wallet lot terms payment void refund hold capture release"
TRADE = "merchant store till settlement closing payout breakage desk"


def test_each_line_of_the_glossary_has_a_word_its_japanese_and_a_meaning() -> None:
    lines = _glossary_lines()
    assert len(lines) > 100
    assert all(re.search(r"[ぁ-んァ-ヶ一-龠]|Stripe", line["japanese"]) for line in lines)
    assert all(line["meaning"].strip() for line in lines)


def test_no_word_stands_twice_in_the_glossary() -> None:
    words = [line["words"] for line in _glossary_lines()]
    assert sorted(set(words)) == sorted(words)


def test_the_glossary_has_every_word_of_the_scheme() -> None:
    assert set(f"{SCHEME} {TRADE}".split()) <= _glossary_words()


@pytest.mark.parametrize("package", [*BOOKS, *BUSINESS])
def test_class_names_are_made_of_words_in_the_glossary(package: str) -> None:
    known = _glossary_words() | ORDINARY
    strange = {name: words for name in _class_names(package) if (words := _words_of(name) - known)}
    assert strange == {}


@pytest.mark.parametrize("package", [*BOOKS, *BUSINESS])
def test_a_refusal_names_something_that_stands_in_the_glossary(package: str) -> None:
    known = _glossary_words() | ORDINARY | NAMED_IN_REQUESTS
    assert [name for name in _refusal_names(package) if not _words_of(name) & known] == []


def test_no_ordinary_word_stands_in_the_list_for_nothing() -> None:
    used = {word for package in (*BOOKS, *BUSINESS) for name in _class_names(package) for word in _words_of(name)}
    assert ORDINARY - used == set()


def _glossary_lines() -> list[re.Match[str]]:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    found = [match for line in text.splitlines() if (match := TABLE_ROW.match(line))]
    return [match for match in found if match["words"] not in {"word", "---"}]


def _glossary_words() -> set[str]:
    words = {word for line in _glossary_lines() for word in re.findall(r"[a-z]+", line["words"].lower())}
    return words | {_singular(word) for word in words}


def _class_names(package: str) -> list[str]:
    return [name for path, name in _public_classes(package) if not _holds_refusals(path)]


def _refusal_names(package: str) -> list[str]:
    return [name for path, name in _public_classes(package) if _holds_refusals(path)]


def _holds_refusals(path: Path) -> bool:
    return path.stem.endswith("refusals")


def _public_classes(package: str) -> list[tuple[Path, str]]:
    return [
        (path, node.name)
        for path in python_files(package)
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not _is_refusal(node, path)
    ]


def _is_refusal(node: ast.ClassDef, path: Path) -> bool:
    """A refusal outside a file of refusals is a clause too; its words are held by its wording."""
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    return "Refusal" in bases and not _holds_refusals(path)


def _words_of(name: str) -> set[str]:
    return {_singular(word.lower()) for word in re.findall(r"[A-Z][a-z0-9]*", name)}


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
