"""The protocol's published vectors, shared by the tests of the draw."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """The test vectors of `kashiman-lottery-v1`, as published."""
    path = Path(__file__).parents[2] / "data" / "lottery-vectors.json"
    members: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return members


@pytest.fixture(scope="session")
def file_texts(vectors: dict[str, Any]) -> dict[str, bytes]:
    """The five files of the vectors' complete draw, by name."""
    return {name: text.encode("utf-8") for name, text in vectors["files"][0]["texts"].items()}
