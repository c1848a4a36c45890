import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kashiman.processes import running
from kernel.embedded_postgres import EmbeddedPostgres, erase, start
from migrations.apply import migrate
from tests.reliability.city import City
from tests.reliability.history import Outcome

KILLS, PAYMENTS_BEFORE = 2, 50


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test alone, which may be killed."""
    yield start(tmp_path / "postgres")
    erase(tmp_path / "postgres")


def test_a_killed_database_loses_no_payment_and_the_server_recovers_by_itself(
    own_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    migrate(own_postgres.url())
    city = City(own_postgres.url(), tmp_path)
    with running("serve", city.environment) as server:
        city.is_up_again(server)
        with city.paying():
            for _ in range(KILLS):
                city.meets_outage(lambda: _kill(own_postgres), payments_before=PAYMENTS_BEFORE)
                assert city.looks_into_a_wallet() == (503, "database_unreachable")
                start(tmp_path / "postgres")
                city.is_up_again(server)
        assert city.history.count(Outcome.REFUSED) > 0
        city.assert_nothing_is_lost()


def _kill(postgres: EmbeddedPostgres) -> None:
    """Kill the postmaster; its children notice by themselves and leave."""
    os.kill(postgres.pid, signal.SIGKILL)
