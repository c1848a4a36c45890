"""The Unix socket of a PostgreSQL server: where it may lie, and whether anybody listens."""

import os
import socket
from pathlib import Path

from kernel.postgres_settings import PORT

SOCKET_PATH_BYTES_MAX = 103
"""macOS allows 103 bytes, Linux 107."""


def usable_for_socket(directory: Path) -> bool:
    """Say whether a socket path fits; libpq and SQLAlchemy read commas and colons in a host as separators."""
    path = _socket_file(directory)
    return len(os.fsencode(path)) <= SOCKET_PATH_BYTES_MAX and not set(',:"') & set(str(path))


def answers(directory: Path) -> bool:
    """Say whether a postmaster lives: only it listens, so a refused connection means that it is gone."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(_socket_file(directory)))
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return False
    return True


def _socket_file(directory: Path) -> Path:
    return directory / f".s.PGSQL.{PORT}"
