import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kashiman.processes import running
from tests.reliability.city import City
from tests.reliability.history import Outcome

KILLS, PAYMENTS_BEFORE_EACH, WAIT_S = 5, 20, 30
MODULE = b"kashiman.payments_process"


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> City:
    return City(database_url, tmp_path)


def test_a_killed_payments_process_loses_no_payment_it_acknowledged_and_is_replaced(city: City) -> None:
    with running("serve", city.environment) as server:
        city.is_up_again(server)
        (process_id,) = _payments_processes(city)
        with city.paying():
            for number in range(1, KILLS + 1):
                city.history.wait_for(Outcome.ACKNOWLEDGED, number * PAYMENTS_BEFORE_EACH)
                os.kill(process_id, signal.SIGKILL)
                process_id = _replacement(city, process_id)
        assert city.history.count(Outcome.UNKNOWN) > 0
        assert city.history.count(Outcome.REFUSED) > 0
        city.assert_nothing_is_lost()


def test_a_payments_process_ends_with_its_server_and_not_before(city: City) -> None:
    with running("serve", city.environment) as server:
        city.is_up_again(server)
        (process_id,) = _payments_processes(city)
        for stop in (signal.SIGINT, signal.SIGTERM):
            os.kill(process_id, stop)
        with city.paying():
            pass
        assert _payments_processes(city) == [process_id]
        assert city.history.count(Outcome.UNKNOWN) == 0
    assert _payments_processes(city) == []


def test_a_payments_process_does_not_outlive_a_killed_server(city: City) -> None:
    with running("serve", city.environment, in_own_session=True) as server:
        city.is_up_again(server)
        (process_id,) = _payments_processes(city)
        os.kill(server.pid, signal.SIGKILL)
        os.kill(_parent(process_id), signal.SIGKILL)
        _wait_for(lambda: _payments_processes(city) == [])


def test_each_worker_of_a_server_has_a_payments_process(city: City) -> None:
    with running("serve --workers 2", city.environment) as server:
        city.is_up_again(server)
        _wait_for(lambda: len(_payments_processes(city)) == 2)
        with city.paying():
            pass
        city.assert_nothing_is_lost()
        assert len({_parent(process_id) for process_id in _payments_processes(city)}) == 2
    assert _payments_processes(city) == []


def _replacement(city: City, killed: int) -> int:
    _wait_for(lambda: _payments_processes(city) not in ([], [killed]))
    (process_id,) = _payments_processes(city)
    return process_id


def _payments_processes(city: City) -> list[int]:
    """The processes that commit payments to this city's database."""
    told = f"KASHIMAN_DATABASE_URL={city.url}".encode()
    return [
        int(directory.name)
        for directory in Path("/proc").iterdir()
        if directory.name.isdigit()
        and MODULE in _words(directory / "cmdline")
        and told in _words(directory / "environ")
    ]


def _words(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().split(b"\0")
    except OSError:  # The process has ended.
        return []


def _parent(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
