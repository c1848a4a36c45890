"""Serve the double on loopback: `python -m kashiman.demo.stripe_double --port 12111`."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading

from granian.constants import Interfaces
from granian.server.embed import Server

from kashiman.demo.stripe_double.account import DOUBLE_API_KEY, DOUBLE_WEBHOOK_SECRET
from kashiman.demo.stripe_double.app import create_app


def main() -> None:
    """Serve until interrupted, terminated or, when asked to, until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m kashiman.demo.stripe_double", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook-url", help="where events are posted; without it they wait to be drained")
    parser.add_argument("--secret", default=DOUBLE_WEBHOOK_SECRET, help="signs the events")
    parser.add_argument("--api-key", default=DOUBLE_API_KEY, help="the one key that is accepted")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the process that started it")
    asyncio.run(_serve(parser.parse_args()))
    # The server's own threads do not survive the interpreter's end gracefully, and there is nothing left to save.
    os._exit(0)


async def _serve(options: argparse.Namespace) -> None:
    app = create_app(options.api_key, options.secret, options.webhook_url)
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


if __name__ == "__main__":
    main()
