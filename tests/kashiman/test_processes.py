"""Processes are started with what they are told, waited for, and never left behind."""

import os
import signal

import pytest

from kashiman.processes import free_port, running, wait_until_ready


def test_what_a_process_prints_leaves_standard_output_alone(capfd: pytest.CaptureFixture[str]) -> None:
    with running("--help", {"COLUMNS": "100"}) as process:
        assert process.wait(timeout=60) == 0
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "kashiman" in printed.err


def test_a_server_that_cannot_start_is_not_waited_for() -> None:
    with (
        running("serve --port nonsense", {}) as server,
        pytest.raises(RuntimeError, match="the server ended with status 2"),
    ):
        wait_until_ready(free_port(), server)


def test_a_process_ends_with_the_block_even_when_it_was_killed() -> None:
    with running("serve", {"KASHIMAN_PORT": str(free_port())}, in_own_session=True) as server:
        os.killpg(server.pid, signal.SIGKILL)
    assert server.returncode == -signal.SIGKILL


def test_a_block_that_fails_leaves_no_process_behind() -> None:
    with pytest.raises(ZeroDivisionError), running("worker", {}) as worker:
        raise ZeroDivisionError
    assert worker.returncode is not None
