"""How a benchmark's figures are shown: one JSON object, or a table for people."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show(console: Console, title: str, figures: Mapping[str, Any], as_json: bool) -> None:
    """Print the figures, as one JSON object on one line when asked to."""
    if as_json:
        print(json.dumps(figures))
        return
    table = Table(title=f"kashiman {title}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, _text(value))
    console.print(table)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{batch}: {rate:,}" for batch, rate in value.items()) or "-"
    return "-" if value is None else f"{value:,}"
