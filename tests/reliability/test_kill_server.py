import os
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

from kashiman.processes import running
from tests.reliability.city import City
from tests.reliability.history import Outcome

PAYMENTS_BEFORE = 100


def test_a_killed_server_loses_no_payment_it_acknowledged(database_url: str, tmp_path: Path) -> None:
    city = City(database_url, tmp_path)
    with ExitStack() as servers:
        server = _start(city, servers)
        with city.paying():
            city.meets_outage(lambda: _kill(server), payments_before=PAYMENTS_BEFORE)
            _start(city, servers)
        assert city.history.count(Outcome.REFUSED) > 0
        city.assert_nothing_is_lost()


def _start(city: City, servers: ExitStack) -> "subprocess.Popen[bytes]":
    server = servers.enter_context(running("serve", city.environment, in_own_session=True))
    city.is_up_again(server)
    return server


def _kill(server: "subprocess.Popen[bytes]") -> None:
    """Kill the server with all its processes, without a chance to finish anything."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
