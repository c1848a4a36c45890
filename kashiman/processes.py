"""The processes of an installation, started and stopped by whoever needs them whole: the demo, a benchmark, a test."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

READY_WITHIN_S, LOOK_EVERY_S, STOP_WITHIN_S = 60.0, 0.1, 20.0
STANDARD_ERROR = 2


@contextmanager
def running(
    command: str, environment: Mapping[str, str], *, in_own_session: bool = False
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `kashiman <command>` with these variables beside our own, and stop it when the block ends.

    What it prints goes to our standard error: standard output belongs to the command that was asked for. In a session
    of its own it leads a process group, so that all its processes can be killed at once; Ctrl-C at the terminal then
    does not reach it.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "kashiman", *command.split()],
        env={**os.environ, **environment},
        stdout=STANDARD_ERROR,
        start_new_session=in_own_session,
    )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Let it finish what it is doing, but not for ever."""
    process.terminate()
    try:
        process.wait(timeout=STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int, process: "subprocess.Popen[bytes]", timeout_s: float = READY_WITHIN_S) -> None:
    """Wait until the server says that it can work. Raises RuntimeError when it ends or takes too long."""
    deadline = time.monotonic() + timeout_s
    with httpx.Client(timeout=2.0, trust_env=False) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with status {process.returncode}")
            if _is_ready(client, port):
                return
            time.sleep(LOOK_EVERY_S)
    raise RuntimeError(f"the server was not ready after {timeout_s} s")


def _is_ready(client: httpx.Client, port: int) -> bool:
    try:
        return client.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
    except httpx.TransportError:
        return False
