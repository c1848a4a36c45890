"""What the processes that commit beside a web process have in common.

Such a process reads commands from its standard input, a socket, and ends when that is closed or the web process dies.
The signals that tell a service to stop are for the web process, which first lets it finish.
"""

import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TypeVar

from kashiman.interpreter import settle_interpreter
from kashiman.settings import Settings, read_settings
from kernel.commit_process import answer_commands
from kernel.db import Database
from kernel.refusals import Refusal

Command = TypeVar("Command")
Outcome = TypeVar("Outcome")

OpenDatabase = Callable[[str], Database]
"""Gives the one connection of a database role; it is closed when the process ends."""


def commit_commands(
    prepare: Callable[[Settings, OpenDatabase], Callable[[Sequence[Command]], Sequence[Outcome | Refusal]]],
    *,
    batch_max: Callable[[Settings], int],
) -> None:
    """Run what comes over standard input until it is closed; `prepare` tells how a batch becomes a transaction."""
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    settings = read_settings()
    if settings.database_url is None:
        sys.exit("KASHIMAN_DATABASE_URL is not set")
    url = settings.database_url.get_secret_value()
    with ExitStack() as opened:

        def open_database(role: str) -> Database:
            database = Database(url, role=role, pool_size=1)
            opened.callback(database.close)
            return database

        run_batch = prepare(settings, open_database)
        settle_interpreter()
        answer_commands(socket.socket(fileno=0), run_batch, batch_max=batch_max(settings))
