"""The verifier of the browser, run by Node over many draws in one process."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.openid.node_packages import NODE

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "web" / "draws"
SCRIPTS = Path(__file__).parent / "node"
Told = dict[str, Any]


class SecondImplementation:
    """Answers what the browser's verifier finds out about some files."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def verify(self, files: Mapping[str, bytes], receipts: Sequence[str] = ()) -> Told:
        """`findings` as [state, check], `root` and `seed` in hex, `order`, `granted`, and an answer per receipt."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        content = {name: b64encode(data).decode() for name, data in files.items()}
        self._process.stdin.write(json.dumps({"files": content, "receipts": list(receipts)}) + "\n")
        self._process.stdin.flush()
        told: Told = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def second_implementation() -> Iterator[SecondImplementation]:
    """Run it until the block ends."""
    command = [NODE, SCRIPTS / "verify_draws.mjs"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield SecondImplementation(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def checks_in(told: Told, state: str) -> list[str]:
    """The checks that came to this state, in their order."""
    return sorted({check for found, check in told["findings"] if found == state}, key=lambda check: int(check[1:]))
