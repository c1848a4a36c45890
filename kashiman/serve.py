"""Serve the web application with granian."""

import os

from granian import Granian
from granian.constants import Interfaces

from kashiman.settings import Settings


def serve(settings: Settings, *, workers: int = 1) -> None:
    """Listen until the process is told to stop; each worker is a process with pools of its own.

    Unless the environment says otherwise, each has two processes beside it that commit its payments and applications.
    """
    os.environ.setdefault("KASHIMAN_HOST", settings.host)
    os.environ.setdefault("KASHIMAN_QUEUES_IN_OWN_PROCESSES", "true")
    server = Granian(
        "kashiman.app:app_from_environment",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=workers,
        backlog=2_048,
        log_access=False,
        websockets=False,
    )
    server.serve()
