"""The server that is measured: a process of its own on a free port, with the address that does nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kashiman.processes import free_port, running, wait_until_ready

ISSUER = "http://bench"


@contextmanager
def served(url: str, home: Path) -> Iterator[int]:
    """The real server in a process of its own, on a free port, until the block ends."""
    port = free_port()
    environment = {
        "DATABASE_URL": url,
        "KASHIMAN_DATA_DIR": str(home),
        "KASHIMAN_PORT": str(port),
        "KASHIMAN_BASE_URL": ISSUER,
        "KASHIMAN_BENCH": "true",
    }
    with running("serve", environment) as server:
        wait_until_ready(port, server)
        yield port
