"""Starting the double as a process of its own and stopping it again."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from kashiman.demo.stripe_double.account import DOUBLE_API_KEY, DOUBLE_WEBHOOK_SECRET
from kashiman.demo.stripe_double.control import DoubleControl

START_WITHIN_S, LOOK_EVERY_S, STOP_WITHIN_S = 30.0, 0.02, 5.0


@dataclass(frozen=True)
class RunningDouble:
    """Where the double listens, what it accepts and signs with, and its controls."""

    api_base: str
    api_key: str
    webhook_secret: str
    control: DoubleControl


@contextmanager
def start_stripe_double(
    webhook_url: str | None = None,
    *,
    api_key: str = DOUBLE_API_KEY,
    webhook_secret: str = DOUBLE_WEBHOOK_SECRET,
    port: int | None = None,
) -> Iterator[RunningDouble]:
    """Run the double on a free loopback port (or `port`) for the length of the block.

    It listens when the block begins, and ends with it or with the process that started it. Raises
    RuntimeError if it does not listen within 30 seconds.
    """
    port = port or _free_port()
    command = [
        sys.executable,
        "-m",
        "kashiman.demo.stripe_double",
        "--until-stdin-closes",
        "--port",
        str(port),
    ]
    command += ["--api-key", api_key, "--secret", webhook_secret]
    if webhook_url is not None:
        command += ["--webhook-url", webhook_url]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    control = DoubleControl(f"http://127.0.0.1:{port}")
    try:
        _wait_until_it_listens(process, port)
        yield RunningDouble(f"http://127.0.0.1:{port}", api_key, webhook_secret, control)
    finally:
        control.close()
        _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    give_up_at_s = time.monotonic() + START_WITHIN_S
    with httpx.Client(timeout=1.0, trust_env=False) as client:
        while time.monotonic() < give_up_at_s and process.poll() is None:
            try:
                client.get(f"http://127.0.0.1:{port}/_double/ready").raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(LOOK_EVERY_S)
    raise RuntimeError(f"the double does not listen on port {port} (exit status {process.poll()})")


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        process.communicate(timeout=STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
