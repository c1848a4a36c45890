import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import procrastinate
import psycopg
import pytest
from sqlmodel import Session

from kernel.db import Database, driver_connection
from kernel.embedded_postgres import EmbeddedPostgres
from kernel.jobs import defer, new_queue
from tests.conftest import cloned

JOBS = "SELECT task_name, args, status::text FROM jobs.procrastinate_jobs ORDER BY id"


@pytest.fixture(scope="module")
def module_url(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """A clone for the tests of this module."""
    with cloned(postgres, template) as url:
        yield url


@pytest.fixture
def database(module_url: str) -> Iterator[Database]:
    """The module's clone without jobs, as the role that pays."""
    with psycopg.connect(module_url) as connection:
        connection.execute("TRUNCATE jobs.procrastinate_jobs CASCADE")
    made = Database(module_url, role="kashiman_pay")
    yield made
    made.close()


def jobs(database: Database) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.url) as connection:
        return connection.execute(JOBS.encode()).fetchall()


def test_a_job_is_there_when_its_transaction_is_committed(database: Database) -> None:
    with database.transaction() as session:
        defer(session, "count_stars", night="2026-08-01", sky=[1, "clear"])
        assert jobs(database) == []

    assert jobs(database) == [("count_stars", {"night": "2026-08-01", "sky": [1, "clear"]}, "todo")]


def test_a_job_goes_with_a_transaction_that_is_rolled_back(database: Database) -> None:
    with suppress(ValueError), database.transaction() as session:
        defer(session, "count_stars")
        raise ValueError

    assert jobs(database) == []


def test_a_job_that_waits_already_is_enough_and_the_transaction_goes_on(database: Database) -> None:
    database.run(lambda session: defer(session, "count_stars"))

    def work(session: Session) -> list[Any]:
        driver_connection(session).execute("SET LOCAL application_name = 'astronomer'")
        defer(session, "count_stars")
        defer(session, "count_stars")
        defer(session, "count_clouds")
        return driver_connection(session).execute("SHOW application_name").fetchall()

    assert database.run(work) == [("astronomer",)]
    assert jobs(database) == [("count_stars", {}, "todo"), ("count_clouds", {}, "todo")]


def test_a_job_that_is_being_done_does_not_stand_in_for_a_new_one(database: Database) -> None:
    database.run(lambda session: defer(session, "count_stars"))
    with psycopg.connect(database.url, options="-c search_path=jobs") as connection:
        connection.execute("UPDATE jobs.procrastinate_jobs SET status = 'doing'")

    database.run(lambda session: defer(session, "count_stars"))

    assert [status for _, _, status in jobs(database)] == ["doing", "todo"]


def test_the_same_job_from_many_transactions_at_once_is_one(database: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: database.run(lambda session: defer(session, "count_stars")), range(20)))

    assert jobs(database) == [("count_stars", {}, "todo")]


def test_a_worker_of_its_role_does_what_was_deferred(database: Database) -> None:
    queue = new_queue(database.url, "kashiman_worker")
    done: list[tuple[str, str]] = []

    @queue.task(name="count_stars")
    def count_stars(night: str) -> None:
        done.append(("counted", night))

    database.run(lambda session: defer(session, "count_stars", night="2026-08-01"))
    with_worker(queue)

    assert done == [("counted", "2026-08-01")]
    assert [status for _, _, status in jobs(database)] == ["succeeded"]


def with_worker(queue: procrastinate.App) -> None:
    """Work until nothing waits."""

    async def work() -> None:
        async with queue.open_async():
            await queue.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)

    asyncio.run(work())
