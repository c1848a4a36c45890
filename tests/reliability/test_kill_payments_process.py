import os
import signal
from pathlib import Path

import pytest

from kashiman.processes import running
from tests.reliability.city import City
from tests.reliability.committing import parent_of, processes_of, replacement, wait_for
from tests.reliability.history import Outcome

KILLS, PAYMENTS_BEFORE_EACH = 5, 20
MODULE = "kashiman.payments_process"


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
                process_id = replacement(MODULE, city.url, process_id)
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
        os.kill(parent_of(process_id), signal.SIGKILL)
        wait_for(lambda: _payments_processes(city) == [])


def test_each_worker_of_a_server_has_a_payments_process(city: City) -> None:
    with running("serve --workers 2", city.environment) as server:
        city.is_up_again(server)
        wait_for(lambda: len(_payments_processes(city)) == 2)
        with city.paying():
            pass
        city.assert_nothing_is_lost()
        assert len({parent_of(process_id) for process_id in _payments_processes(city)}) == 2
    assert _payments_processes(city) == []


def _payments_processes(city: City) -> list[int]:
    return processes_of(MODULE, city.url)
