"""Automatic checks of accessibility: axe-core, run in the page as it is, under its own strict policy."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => (await axe.run(document, {
  runOnly: { type: "tag", values: tags },
  resultTypes: ["violations"],
})).violations"""


def assert_accessible(page: Page) -> None:
    """Demand that axe finds nothing against WCAG 2.2 AA and its best practices on the page that is shown.

    The script is evaluated from outside, so that no policy has to be loosened for it.
    """
    violations = violations_of(page)
    assert violations == [], f"{page.url}\n" + "\n".join(violations)


def violations_of(page: Page) -> list[str]:
    """What axe finds, one line for each place: the rule, what it demands, and the element."""
    page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    return [
        f"{rule['id']}: {rule['help']}: {' '.join(map(str, node['target']))} {node['html'][:200]}"
        f" {(node.get('failureSummary') or '').splitlines()[1:2]}"
        for rule in found
        for node in rule["nodes"]
    ]


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
