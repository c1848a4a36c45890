"""The processes that commit beside a web process, as the machine sees them."""

import time
from collections.abc import Callable
from pathlib import Path

WAIT_S = 30


def processes_of(module: str, url: str) -> list[int]:
    """The processes that run this module for this database."""
    told = f"KASHIMAN_DATABASE_URL={url}".encode()
    return [
        int(directory.name)
        for directory in Path("/proc").iterdir()
        if directory.name.isdigit()
        and module.encode() in _words(directory / "cmdline")
        and told in _words(directory / "environ")
    ]


def replacement(module: str, url: str, killed: int) -> int:
    """Wait until another process has taken the place of a killed one."""
    wait_for(lambda: processes_of(module, url) not in ([], [killed]))
    (process_id,) = processes_of(module, url)
    return process_id


def parent_of(process_id: int) -> int:
    """The process that started it."""
    status = Path(f"/proc/{process_id}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so, and fail when it does not come to be."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _words(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().split(b"\0")
    except OSError:  # The process has ended.
        return []
