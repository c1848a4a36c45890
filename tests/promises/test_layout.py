"""Any path can be guessed: every package has the files of its grammar, and no file or function does two jobs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.promises.house import BOOKS, BUSINESS, CHAMBERS, FACES, ROOMS, files, name_of, python_files, tree_of

Function = ast.FunctionDef | ast.AsyncFunctionDef

PACKAGES = [*BOOKS, *BUSINESS, *CHAMBERS]
EVERY_PACKAGE = {"__init__", "operations", "queries", "store", "tables", "rules", "model", "refusals"}
ALSO_THERE: dict[str, set[str]] = {
    "ledger": {"audit"},
    "identity": {"access", "doors", "provider", "relying_party", "roll"},
    "identity/access": set(),
    "identity/doors": {"gateway"},
    "identity/provider": {"jose", "keyring", "mint", "waiting"},
    "identity/roll": set(),
    "merchants": set(),
    "issuance": {
        *("ceremony", "effect", "expiry", "notices", "payouts", "planning"),
        *("gateway", "lottery", "provider_model", "provider_refusals", "purchase_model"),
    },
    "issuance/ceremony": {"gateway"},
    "issuance/effect": set(),
    "issuance/expiry": set(),
    "issuance/notices": set(),
    "issuance/payouts": set(),
    "issuance/planning": set(),
    "payments": {"cards", "codes"},
    "payments/cards": set(),
    "settlement": {"calendar", "views", "zengin"},
}
KEEPS_ITS_TABLES_OUTSIDE = {"issuance/planning"}
"""A chamber that works on the tables of its package."""
KEEPS_NOTHING = {"identity/relying_party": {"__init__", "client", "face", "refusals", "tokens"}}
"""What has no tables and no operations is no package of the grammar."""
EVERY_FACE = {"__init__", "parts", "viewer", "schemas", "router", "routes", "pages", "templates"}
FACES_MAY_HAVE = {"documents", "static", "refusals", "wording", "words"}
SPEAKS_BY_STANDARDS = {"identity_provider"}
"""The forms and documents of this face are those of OAuth 2.0 and OpenID Connect, so it has no `schemas`."""
NOBODY_SIGNS_IN = {"public_pages"}
"""Everybody is anybody at this face, so it has no `viewer`."""
ALSO_IN_FACES: dict[str, set[str]] = {
    "wallet_api": {
        *("app_icon", "applicants", "card_schemas", "draw_links", "household", "notice_wording", "openings"),
        *("receipts", "shop_finding", "shop_places", "shop_schemas", "signed_results", "spending_plans"),
    },
    "merchant_portal": {
        *("coming_payout", "dynamic_codes", "feed", "papers", "sticker_check"),
        *("posters", "reach", "recording", "statements", "takings", "till", "tills"),
        *("account_changes", "join_forms", "joining", "typed_accounts"),
    },
    "staff_console": {
        *("card_schemas", "card_sheet", "desks", "file_answer", "rights", "roll_upload"),
        *("draw_schemas", "effect_schemas", "entry_schemas", "expiry_schemas"),
        *("effect_wording", "finance_schemas", "people_schemas", "plan_schemas", "shop_schemas"),
    },
    "public_pages": {"proceedings", "proceedings_schemas", "proceedings_words"},
    "identity_provider": {"answering", "caller", "hint", "look", "onward", "protocol", "recording"},
}
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services", "misc", "base"}
VAGUE_BUT_MEANT = {
    *("kernel/pages/static/base.css", "kernel/pages/templates/base.html"),
    "web/wallet/service-worker.ts",
}
VAGUE_CLASSES_BUT_MEANT = {
    "RollBaseDateInFuture": "the base date (基準日) of a resident roll",
    "BaseDateMissing": "the base date (基準日) of a campaign",
    "NotResidentOnBaseDate": "the base date (基準日) of a campaign",
}

FILE_LINES_MAX = 300
TEST_FILE_LINES_MAX = 450
"""A test file mirrors one module, however many cases that has."""
LONG_FILES = {
    "ledger/model.py": "the one vocabulary of the books: accounts, journals, the moves between them, and every command",
    "issuance/lottery/verifier.py": "whoever doubts a draw downloads this one file and runs it with nothing beside it",
}
FUNCTION_LINES_MAX = 40
LONG_FUNCTIONS: dict[str, str] = {}

UNFINISHED = re.compile(r"(#|//|--|/\*|<!).*\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b")
PASSED_OVER = re.compile(r"\b(mark\.s[k]ip|s[k]ipif|x[f]ail|pytest\.s[k]ip|importors[k]ip)\b")
TEXTS = {".py", ".sql", ".md", ".html", ".css", ".js", ".toml", ".yaml"}
TESTS_OF_MORE_THAN_ONE_PACKAGE = {
    *("browser", "data", "journeys", "openid", "promises", "properties", "races", "reliability"),
}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_the_files_of_the_grammar_and_no_other(package: str) -> None:
    wanted = EVERY_PACKAGE - ({"tables"} if package in KEEPS_ITS_TABLES_OUTSIDE else set())
    assert _entries(package) == wanted | ALSO_THERE[package]


@pytest.mark.parametrize("directory", KEEPS_NOTHING)
def test_what_is_no_package_of_the_grammar_holds_what_is_told_here(directory: str) -> None:
    assert _entries(directory) == KEEPS_NOTHING[directory]


@pytest.mark.parametrize("face", FACES)
def test_a_face_has_the_files_of_the_grammar_and_no_other(face: str) -> None:
    there = _entries(face)
    wanted = EVERY_FACE - ({"schemas"} if face in SPEAKS_BY_STANDARDS else set())
    wanted -= {"viewer"} if face in NOBODY_SIGNS_IN else set()
    assert {"missing": wanted - there, "strange": there - wanted - FACES_MAY_HAVE - ALSO_IN_FACES[face]} == {
        "missing": set(),
        "strange": set(),
    }


@pytest.mark.parametrize("package", ROOMS)
def test_a_package_says_what_it_is_for_and_every_file_what_it_holds(package: str) -> None:
    assert [name_of(path) for path in python_files(package) if _is_silent(path)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_an_operation_is_a_file_named_like_its_one_public_function(package: str) -> None:
    odd = {name_of(path): _public_functions(path) for path in _operations(package)}
    assert {name: functions for name, functions in odd.items() if functions != [Path(name).stem]} == {}
    assert all("_" in path.stem for path in _operations(package)), "an operation is named verb_object"


@pytest.mark.parametrize("package", PACKAGES)
def test_what_else_is_public_beside_an_operation_is_what_it_answers(package: str) -> None:
    classes = {
        f"{name_of(path)}: {node.name}": _is_plain_record(node)
        for path in _operations(package)
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    assert [name for name, is_plain in classes.items() if not is_plain] == []


def test_no_name_is_vague() -> None:
    names = {name_of(path): set(re.split(r"[_\-.]", path.stem)) for path in files()}
    assert {name for name, words in names.items() if words & VAGUE} - VAGUE_BUT_MEANT == set()
    directories = {path.parent.name for path in files()}
    assert directories & VAGUE == set()
    classes = {
        node.name for path in python_files() for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)
    }
    vague = {name for name in classes if {word.lower() for word in re.findall("[A-Z][a-z]+", name)} & VAGUE}
    assert vague == VAGUE_CLASSES_BUT_MEANT.keys()


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {name_of(path) for path in python_files() if _lines(path) > _lines_max(path)}
    assert {"too long": sorted(long - LONG_FILES.keys()), "listed in vain": sorted(LONG_FILES.keys() - long)} == {
        "too long": [],
        "listed in vain": [],
    }


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name_of(path)}:{function.name}"
        for path in python_files()
        for function in _functions(tree_of(path))
        if _body_lines(function) > FUNCTION_LINES_MAX
    }
    assert {"too long": long - LONG_FUNCTIONS.keys(), "listed in vain": LONG_FUNCTIONS.keys() - long} == {
        "too long": set(),
        "listed in vain": set(),
    }


def test_nothing_is_left_for_later() -> None:
    texts = [path for path in files() if path.suffix in TEXTS or path.name in {"Makefile", "Dockerfile"}]
    assert [name_of(path) for path in texts if UNFINISHED.search(path.read_text(encoding="utf-8"))] == []


def test_no_test_is_passed_over() -> None:
    tests = python_files("tests")
    assert len(tests) > 50
    assert [name_of(path) for path in tests if PASSED_OVER.search(path.read_text(encoding="utf-8"))] == []


def test_tests_mirror_the_code() -> None:
    directories = {name_of(path).split("/")[1] for path in files("tests") if path.parent.name != "tests"}
    assert directories - TESTS_OF_MORE_THAN_ONE_PACKAGE - set(ROOMS) == set()


def test_every_test_stands_in_a_file_that_is_collected_and_is_named_by_a_sentence() -> None:
    for path in python_files("tests"):
        names = [function.name for function in _functions(tree_of(path)) if function.name.startswith("test_")]
        assert path.name.startswith("test_") == bool(names), name_of(path)
        assert all(name.count("_") >= 3 for name in names), name_of(path)


def test_sql_is_asked_in_stores_and_committed_in_one_place() -> None:
    """The auditor reads for itself; the rest asks the server about itself, or fills a bench."""
    rooms = [path for room in ROOMS if room not in {"kernel", "migrations"} for path in python_files(room)]
    asking = {name_of(path) for path in rooms if _calls(path, {"execute", "exec", "exec_driver_sql", "executemany"})}
    allowed = re.compile(
        r"\w+(/\w+)?/store(/\w+)?\.py|ledger/audit/\w+\.py|kashiman/(health|doctor|demo/run|bench/\w+)\.py"
    )
    assert {name for name in asking if not allowed.fullmatch(name)} == set()
    committing = {name_of(path) for room in ROOMS for path in python_files(room) if _calls(path, {"commit"})}
    assert committing == {"kernel/db.py"}


def _entries(package: str) -> set[str]:
    inside = {name_of(path).removeprefix(f"{package}/") for path in files(package)}
    return {name.split("/")[0].removesuffix(".py") for name in inside}


def _operations(package: str) -> list[Path]:
    return [path for path in python_files(f"{package}/operations") if path.name != "__init__.py"]


def _public_functions(path: Path) -> list[str]:
    functions = [node for node in tree_of(path).body if isinstance(node, Function)]
    return [function.name for function in functions if not function.name.startswith("_")]


def _is_plain_record(node: ast.ClassDef) -> bool:
    marks = {ast.unparse(part) for part in (*node.bases, *node.decorator_list)}
    return bool(marks & {"NamedTuple", "dataclass(frozen=True)", "dataclass(frozen=True, slots=True)"})


def _is_silent(path: Path) -> bool:
    """An empty `__init__.py` has nothing to say."""
    return bool(tree_of(path).body) and not ast.get_docstring(tree_of(path))


def _lines_max(path: Path) -> int:
    return TEST_FILE_LINES_MAX if name_of(path).startswith("tests/") else FILE_LINES_MAX


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _body_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _calls(path: Path, methods: set[str]) -> bool:
    calls = (node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Attribute) and called.attr in methods for called in calls)
