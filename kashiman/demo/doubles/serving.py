"""Serving a double on loopback, from inside its own process."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from datetime import timedelta

from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

from kernel.clock import Clock, ShiftedClock


def double_options(module: str, description: str | None) -> argparse.ArgumentParser:
    """The options that every double has: its port, its clock, and whether it ends with whoever started it."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clock-shift-s", type=float, default=0.0, help="how far its clock is from the machine's")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the process that started it")
    return parser


def clock_of(options: argparse.Namespace) -> Clock:
    """The clock that the options ask for."""
    return ShiftedClock(timedelta(seconds=options.clock_shift_s))


def serve_double(app: FastAPI, options: argparse.Namespace) -> None:
    """Serve until interrupted, terminated or, when asked to, until standard input closes; then end the process."""
    asyncio.run(_serve(app, options))
    # The server's own threads do not survive the interpreter's end gracefully, and there is nothing left to save.
    os._exit(0)


async def _serve(app: FastAPI, options: argparse.Namespace) -> None:
    server = Server(app, address="127.0.0.1", port=options.port, interface=Interfaces.ASGINL, log_enabled=False)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, server.stop)
    if options.until_stdin_closes:
        threading.Thread(target=_stop_at_end_of_stdin, args=(loop, server), daemon=True).start()
    await server.serve()


def _stop_at_end_of_stdin(loop: asyncio.AbstractEventLoop, server: Server) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(server.stop)
