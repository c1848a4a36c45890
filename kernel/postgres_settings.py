"""The settings of the embedded PostgreSQL: for a laptop, durable like production, reached by socket alone."""

from collections.abc import Mapping
from pathlib import Path

PORT = 5432
ACCESS = "local all all trust\n"
"""pg_hba.conf: whoever reaches the socket is trusted; its directory decides who does."""

SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",
}
PROMISED = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
}
"""What no caller may override: committed is committed, and nobody but us can connect."""


def refuse_promised(settings: Mapping[str, str]) -> None:
    """Raise ValueError when a setting is one of PROMISED."""
    if kept := PROMISED.keys() & settings.keys():
        raise ValueError(f"the embedded PostgreSQL promises {', '.join(sorted(kept))}; they cannot be set")


def settings_text(settings: Mapping[str, str], *, socket_dir: Path, access_file: Path) -> str:
    """The text of a postgresql.conf: SETTINGS, over them `settings`, over them what is promised."""
    places = {"unix_socket_directories": f'"{socket_dir}"', "hba_file": str(access_file)}
    together = {**SETTINGS, **settings, **PROMISED, **places}
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in together.items())


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
