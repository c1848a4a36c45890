"""The steps of the schema are one line of numbered files."""

import ast
import re

from tests.promises.house import ROOT, files, tree_of

STEPS = [path for path in files("migrations/versions") if path.suffix == ".py"]
FILES = {path.name for path in files("migrations/versions")}
WITHOUT_SQL = {"0009_jobs": "the queue's library brings its own schema"}


def test_steps_are_numbered_from_one_without_a_gap() -> None:
    assert all(re.fullmatch(r"\d{4}_[a-z]+(_[a-z]+)*", step.stem) for step in STEPS)
    assert [int(step.stem[:4]) for step in STEPS] == list(range(1, len(STEPS) + 1))


def test_each_step_has_its_sql_beside_it() -> None:
    lonely = {step.stem for step in STEPS if f"{step.stem}.sql" not in FILES}
    assert lonely == WITHOUT_SQL.keys()
    assert {name for name in FILES if name.endswith(".sql")} <= {f"{step.stem}.sql" for step in STEPS}


def test_the_chain_is_linear_and_names_are_the_names_of_the_files() -> None:
    facts = [_assigned(step.name) for step in STEPS]
    assert [fact["revision"] for fact in facts] == [step.stem for step in STEPS]
    assert [fact["down_revision"] for fact in facts] == [None, *(step.stem for step in STEPS[:-1])]


def test_a_step_says_what_it_makes() -> None:
    assert [step.name for step in STEPS if not ast.get_docstring(tree_of(step))] == []


def _assigned(name: str) -> dict[str, object]:
    """The plain values that a step assigns at its top."""
    body = tree_of(ROOT / "migrations/versions" / name).body
    plain = [node for node in body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)]
    found = {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in plain}
    return {name: found.get(name) for name in ("revision", "down_revision")}
