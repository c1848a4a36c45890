import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kashiman.processes import running
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres, erase, start
from kernel.jobs import defer
from migrations.apply import migrate
from tests.reliability.city import City
from tests.reliability.history import Outcome

PAYMENTS_BEFORE = 100


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test alone, which may be killed."""
    yield start(tmp_path / "postgres")
    erase(tmp_path / "postgres")


def test_a_killed_database_loses_no_payment_and_server_and_worker_recover_by_themselves(
    own_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    migrate(own_postgres.url())
    city = City(own_postgres.url(), tmp_path)
    with running("serve", city.environment) as server, running("worker", city.environment) as worker:
        city.is_up_again(server)
        worker_does_a_job(city.url)
        with city.paying():
            city.meets_outage(lambda: _kill(own_postgres), payments_before=PAYMENTS_BEFORE)
            assert city.looks_into_a_wallet() == (503, "database_unreachable")
            start(tmp_path / "postgres")
            city.is_up_again(server)
        assert city.history.count(Outcome.REFUSED) > 0
        city.assert_nothing_is_lost()
        worker_does_a_job(city.url)
        assert worker.poll() is None


def worker_does_a_job(url: str) -> None:
    """Defer a job, as a webhook does, and wait until it is done."""
    database = Database(url, role="kashiman_pay", pool_size=1)
    database.run(lambda session: defer(session, "roll_up_totals"))
    deadline = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as connection:
        while jobs := connection.execute("SELECT task_name, status FROM jobs.procrastinate_jobs").fetchall():
            assert time.monotonic() < deadline, jobs
            time.sleep(0.05)
    database.close()


def _kill(postgres: EmbeddedPostgres) -> None:
    """Kill the postmaster; its children notice by themselves and leave."""
    os.kill(postgres.pid, signal.SIGKILL)
