import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from kernel import db
from kernel.db import ATTEMPTS_MAX, Database, driver_connection, is_lost, sqlalchemy_url, violated_constraint
from kernel.embedded_postgres import EmbeddedPostgres
from kernel.refusals import BooksBroken, Busy, DatabaseUnreachable, OutcomeUnknown
from tests.conftest import cloned
from tests.kernel.cutting_proxy import Cut, CuttingProxy

NAP_S = 0.05


@pytest.fixture(scope="module")
def module_url(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """A clone for the tests of this module."""
    with cloned(postgres, template) as url:
        yield url


@pytest.fixture
def url(module_url: str) -> str:
    """The module's clone with an empty table of notes, unique by their text, and two counters."""
    with psycopg.connect(module_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS notes, counters")
        connection.execute("CREATE TABLE notes (note text CONSTRAINT notes_are_unique PRIMARY KEY)")
        connection.execute("CREATE TABLE counters (name text PRIMARY KEY, value int NOT NULL)")
        connection.execute("INSERT INTO counters VALUES ('a', 0), ('b', 0)")
        connection.execute("GRANT ALL ON notes, counters TO kashiman_pay")
    return module_url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url, role="kashiman_pay", pool_size=4)
    yield made
    made.close()


def execute(session: Session, statement: str, *values: object) -> psycopg.Cursor[Any]:
    return driver_connection(session).execute(statement.encode(), values or None)


def write(note: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        execute(session, "INSERT INTO notes VALUES (%s)", note)
        return note

    return work


def look(url: str, statement: str = "SELECT note FROM notes ORDER BY note") -> list[Any]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(statement.encode())]


def end_session(url: str, process_id: int) -> None:
    """Do to a connection what a restart of the server does, and return when it is gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", [process_id])


def process_of(session: Session) -> int:
    return driver_connection(session).info.backend_pid


def test_a_transaction_is_committed_when_its_block_ends(database: Database) -> None:
    with database.transaction() as session:
        execute(session, "INSERT INTO notes VALUES ('kept')")
        assert look(database.url) == []

    assert look(database.url) == ["kept"]


def test_a_transaction_is_rolled_back_when_its_block_raises(database: Database) -> None:
    def work(session: Session) -> None:
        write("lost")(session)
        raise ValueError("changed my mind")

    with pytest.raises(ValueError, match="changed my mind"):
        database.run(work)
    assert look(database.url) == []


def test_work_answers_through_run_after_its_commit(database: Database) -> None:
    assert database.run(write("a")) == "a"
    assert look(database.url) == ["a"]


def test_a_process_acts_as_its_role_in_utc_and_with_its_timeouts(database: Database) -> None:
    def work(session: Session) -> list[Any]:
        names = ("current_user", "session_user")
        shown = ("timezone", "statement_timeout", "lock_timeout", "search_path", "transaction_isolation")
        return [
            *execute(session, f"SELECT {', '.join(names)}").fetchall(),
            *(execute(session, f"SHOW {name}").fetchall()[0][0] for name in shown),
        ]

    assert database.run(work) == [("kashiman_pay", "postgres"), "UTC", "30s", "5s", "jobs,public", "read committed"]


def test_two_first_uses_of_one_key_meet_and_the_loser_starts_again(database: Database) -> None:
    first_wrote, second_waits = threading.Event(), threading.Event()
    attempts = []

    def first(session: Session) -> str:
        write("key")(session)
        first_wrote.set()
        second_waits.wait(30)
        return "written"

    def second(session: Session) -> str:
        attempts.append(process_of(session))
        if execute(session, "SELECT FROM notes WHERE note = 'key'").fetchone() is not None:
            return "found"
        return write("key")(session)

    with ThreadPoolExecutor(2) as threads:
        winner = threads.submit(database.run, first)
        first_wrote.wait(30)
        loser = threads.submit(database.run, second)
        wait_until_blocked(database.url)
        second_waits.set()
        assert (winner.result(30), loser.result(30)) == ("written", "found")
    assert len(attempts) == 2
    assert look(database.url) == ["key"]


def test_a_deadlock_ends_with_both_done(database: Database) -> None:
    meet = threading.Barrier(2)

    def raise_both(first: str, second: str) -> Callable[[Session], None]:
        met: list[bool] = []

        def work(session: Session) -> None:
            execute(session, "UPDATE counters SET value = value + 1 WHERE name = %s", first)
            if not met:
                met.append(True)
                meet.wait(30)
            execute(session, "UPDATE counters SET value = value + 1 WHERE name = %s", second)

        return work

    with ThreadPoolExecutor(2) as threads:
        works = [threads.submit(database.run, raise_both(*names)) for names in (("a", "b"), ("b", "a"))]
        for work in works:
            work.result(30)
    assert look(database.url, "SELECT value FROM counters ORDER BY name") == [2, 2]


def test_a_serialization_failure_starts_the_whole_transaction_again(database: Database) -> None:
    attempts = []

    def work(session: Session) -> int:
        execute(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        (value,) = execute(session, "SELECT value FROM counters WHERE name = 'a'").fetchall()[0]
        attempts.append(value)
        if value == 0:
            with psycopg.connect(database.url) as other:
                other.execute("UPDATE counters SET value = 10 WHERE name = 'a'")
        execute(session, "UPDATE counters SET value = %s WHERE name = 'a'", value + 1)
        return int(value)

    assert database.run(work) == 10
    assert attempts == [0, 10]
    assert look(database.url, "SELECT value FROM counters WHERE name = 'a'") == [11]


def test_who_always_meets_another_one_is_told_after_the_last_attempt(database: Database) -> None:
    database.run(write("taken"))
    attempts = []

    def work(session: Session) -> None:
        attempts.append(1)
        session.connection().execute(text("INSERT INTO notes VALUES ('taken')"))

    with pytest.raises(IntegrityError) as refused:
        database.run(work)
    assert violated_constraint(refused.value) == "notes_are_unique"
    assert len(attempts) == ATTEMPTS_MAX


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT 1 / 0", errors.DivisionByZero),
        ("INSERT INTO notes VALUES (NULL)", errors.NotNullViolation),
        ("SELECT * FROM ledger.decisions FOR UPDATE", errors.InsufficientPrivilege),
    ],
)
def test_what_another_attempt_cannot_mend_is_raised_at_once(
    database: Database, statement: str, error: type[Exception]
) -> None:
    attempts = []

    def work(session: Session) -> None:
        attempts.append(1)
        execute(session, statement)

    with pytest.raises(error):
        database.run(work)
    assert len(attempts) == 1


def test_a_statement_that_takes_too_long_is_not_tried_again(url: str) -> None:
    database = Database(url, statement_timeout_ms=50)
    attempts = []

    def work(session: Session) -> None:
        attempts.append(1)
        write("slow")(session)
        execute(session, "SELECT pg_sleep(30)")

    with pytest.raises(errors.QueryCanceled) as refused:
        database.run(work)
    assert not is_lost(refused.value)
    assert (len(attempts), look(url)) == (1, [])
    database.close()


def test_a_failed_statement_that_work_keeps_to_itself_is_no_success(database: Database) -> None:
    def work(session: Session) -> str:
        write("believed to be written")(session)
        with suppress(errors.DivisionByZero):
            execute(session, "SELECT 1 / 0")
        return "fine"

    with pytest.raises(BooksBroken):
        database.run(work)
    assert look(database.url) == []
    assert database.run(write("the connection is clean again")) == "the connection is clean again"


def test_a_failed_statement_in_a_savepoint_may_be_kept_to_itself(database: Database) -> None:
    def work(session: Session) -> str:
        write("first")(session)
        with suppress(errors.UniqueViolation), session.begin_nested():
            write("first")(session)
        return write("second")(session)

    assert database.run(work) == "second"
    assert look(database.url) == ["first", "second"]


def test_a_connection_lost_before_commit_is_replaced_once(database: Database) -> None:
    processes = []

    def work(session: Session) -> str:
        processes.append(process_of(session))
        write("written")(session)
        if len(processes) == 1:
            end_session(database.url, processes[0])
        execute(session, "SELECT 1")
        return "done"

    assert database.run(work) == "done"
    assert len(set(processes)) == 2
    assert look(database.url) == ["written"]


def test_a_connection_that_is_lost_again_is_an_outage_that_changed_nothing(database: Database) -> None:
    processes = []

    def work(session: Session) -> None:
        processes.append(process_of(session))
        write("never")(session)
        end_session(database.url, processes[-1])
        execute(session, "SELECT 1")

    with pytest.raises(DatabaseUnreachable):
        database.run(work)
    assert len(set(processes)) == 2
    assert look(database.url) == []


def test_losses_and_meetings_are_counted_apart(database: Database) -> None:
    """A connection may be lost after the transaction met others often."""
    happened = []

    def work(session: Session) -> str:
        happened.append(process_of(session))
        if len(happened) < ATTEMPTS_MAX:
            raise errors.SerializationFailure
        if len(happened) == ATTEMPTS_MAX:
            raise psycopg.OperationalError("the connection is lost")
        return write("at last")(session)

    assert database.run(work) == "at last"
    assert len(happened) == ATTEMPTS_MAX + 1
    assert look(database.url) == ["at last"]


def test_connections_that_died_in_the_pool_are_not_noticed_by_anybody(database: Database) -> None:
    everybody = threading.Barrier(4)

    def work(session: Session) -> int:
        everybody.wait(30)
        return process_of(session)

    with ThreadPoolExecutor(4) as threads:
        processes = list(threads.map(lambda _: database.run(work), range(4)))
    for process_id in set(processes):
        end_session(database.url, process_id)

    assert [database.run(write(note)) for note in "abcd"] == list("abcd")


def test_a_reader_whose_connection_is_lost_is_told_that_it_was_an_outage(database: Database) -> None:
    def read() -> None:
        with database.transaction() as session:
            end_session(database.url, process_of(session))
            execute(session, "SELECT 1")

    with pytest.raises(DatabaseUnreachable):
        read()


@pytest.mark.parametrize(("cut", "written"), [(Cut.BEFORE_COMMIT, []), (Cut.AFTER_COMMIT, ["once"])])
def test_a_connection_lost_during_commit_leaves_the_outcome_unknown(url: str, cut: Cut, written: list[str]) -> None:
    attempts = []

    def work(session: Session) -> None:
        attempts.append(1)
        write("once")(session)

    with CuttingProxy(url) as proxy:
        database = Database(proxy.url)
        proxy.cuts.append(cut)
        with pytest.raises(OutcomeUnknown):
            database.run(work)
        assert len(attempts) == 1
        wait_until_alone(url)
        assert look(url) == written
        assert database.run(write("next")) == "next"
        database.close()


def test_a_server_that_ends_the_session_during_commit_leaves_the_outcome_unknown(url: str) -> None:
    """A deferred trigger makes COMMIT slow, so that it can be met."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'"
        )
        connection.execute(
            "CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION nap()"
        )
    database = Database(url)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(database.run, write("unknown"))
        process_id = wait_for(url, "SELECT pid FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'")
        end_session(url, process_id)
        with pytest.raises(OutcomeUnknown):
            running.result(30)
    assert look(url) == []
    database.close()


def test_an_exhausted_pool_is_busy_for_writers_and_readers(url: str) -> None:
    database = Database(url, pool_size=1, pool_timeout_s=NAP_S)

    def read() -> None:
        with database.transaction() as session:
            execute(session, "SELECT 1")

    with database.transaction() as session:
        execute(session, "SELECT 1")
        with pytest.raises(Busy):
            database.run(write("never"))
        with pytest.raises(Busy):
            read()
    assert database.run(write("later")) == "later"
    assert look(url) == ["later"]
    database.close()


def test_a_stopped_server_is_unreachable_for_writers_and_readers() -> None:
    nowhere = "/nowhere/at/all"
    database = Database(f"postgresql://postgres@/db?host={quote(nowhere)}&port=5432")

    def read() -> None:
        with database.transaction() as session:
            execute(session, "SELECT 1")

    for attempt in (lambda: database.run(write("never")), read):
        with pytest.raises(DatabaseUnreachable):
            attempt()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_url_is_accepted_as_people_write_it(scheme: str) -> None:
    assert sqlalchemy_url(f"{scheme}://u@h/d") == "postgresql+psycopg://u@h/d"


def test_an_error_that_violates_no_constraint_names_none() -> None:
    assert violated_constraint(ValueError()) is None
    assert db.driver_error(ValueError()).args == ()


def wait_for(url: str, statement: str) -> Any:
    """The first value of a statement as soon as it answers a row."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(600):
            row = connection.execute(statement.encode()).fetchone()
            if row is not None:
                return row[0]
            connection.execute("SELECT pg_sleep(%s)", [NAP_S])
    raise AssertionError(f"nothing within {600 * NAP_S} s: {statement}")


def wait_until_blocked(url: str) -> None:
    wait_for(url, "SELECT 1 FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")


def wait_until_alone(url: str) -> None:
    """Until the server noticed that everybody else hung up, and so rolled back what was open."""
    wait_for(
        url,
        "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend')",
    )
