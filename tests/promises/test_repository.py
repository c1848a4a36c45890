"""The repository builds anywhere: it names no registry and no directory of one machine, and carries no ballast."""

import os
import re
import subprocess

from tests.promises.house import ROOT, files, name_of

REGISTRIES = re.compile(
    r"pypi\.o[r]g|pythonhosted\.o[r]g|npmjs\.o[r]g|yarnpkg\.c[o]m|ghcr\.i[o]|quay\.i[o]|docker\.i[o]"
)
MACHINES = re.compile(r"(?<![\w.~/])/(w[o]rk|r[o]ot|h[o]me|U[s]ers|m[n]t)/")
KILOBYTES_MAX = 200
LOCK = "uv.lock"
"""The lock file is written by its tool and names where each package was found."""
BINARY = {".png", ".ico", ".woff2"}


def test_no_file_names_a_registry_or_a_directory_of_one_machine() -> None:
    texts = {name_of(path): path for path in files() if path.suffix not in BINARY and path.name != LOCK}
    found = {
        name: hit[0]
        for name, path in texts.items()
        for pattern in (REGISTRIES, MACHINES)
        if (hit := pattern.search(path.read_bytes().decode("utf-8", "replace")))
    }
    assert found == {}


def test_no_file_is_large() -> None:
    large = {name_of(path) for path in files() if path.stat().st_size > KILOBYTES_MAX * 1024}
    assert large <= {LOCK}


def test_nothing_that_is_made_here_or_brought_by_others_lies_in_the_repository() -> None:
    names = {part for path in files() for part in name_of(path).split("/")}
    assert names & {"node_modules", "vendor", "third_party", "site-packages", ".DS_Store", ".env"} == set()
    assert [name_of(path) for path in files() if path.name.endswith((".min.js", ".pem", ".whl", ".sqlite"))] == []


def test_the_automatic_check_runs_what_the_readme_says() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    commands = [line.split("#")[0].strip() for line in script.read_text(encoding="utf-8").splitlines()]
    assert "exec make test" in commands
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", script], check=True)


def test_the_readmes_test_command_runs_every_check_and_every_test() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = {found[1]: found[0] for found in re.finditer(r"^([a-z-]+):.*\n(?:\t.*\n)+", rules, re.MULTILINE)}
    assert re.match(r"test: check\b", recipes["test"])
    assert re.search(r"\bpytest\b(?!.*\btests/)", recipes["test"])
    for tool in ("ruff format --check", "ruff check", "mypy", "lint-imports"):
        assert tool in recipes["check"]
