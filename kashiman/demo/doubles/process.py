"""Starting a double as a process of its own and stopping it again."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

START_WITHIN_S, LOOK_EVERY_S, STOP_WITHIN_S = 30.0, 0.02, 5.0


@contextmanager
def running_double(module: str, arguments: Sequence[str], port: int | None = None) -> Iterator[str]:
    """Run `python -m module` on a free loopback port (or `port`) for the length of the block; answers its address.

    It listens when the block begins, and ends with it or with the process that started it. Raises RuntimeError if it
    does not listen within 30 seconds.
    """
    port = port or _free_port()
    command = [sys.executable, "-m", module, "--until-stdin-closes", "--port", str(port), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        _wait_until_it_listens(process, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_listens(process: subprocess.Popen[bytes], address: str) -> None:
    give_up_at_s = time.monotonic() + START_WITHIN_S
    with httpx.Client(timeout=1.0, trust_env=False) as client:
        while time.monotonic() < give_up_at_s and process.poll() is None:
            try:
                client.get(f"{address}/_double/ready").raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(LOOK_EVERY_S)
    raise RuntimeError(f"the double does not listen at {address} (exit status {process.poll()})")


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        process.communicate(timeout=STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
