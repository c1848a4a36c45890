"""What was kept long enough goes, and nothing younger, whoever asks."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from identity.access.operations.purge_expired import purge_expired
from identity.access.rules.retention import RETENTIONS, years_before
from identity.access.tables import AuditEventRow, AuditSealRow, AuditUnsealedRow, ReadingRow
from kernel.clock import SystemClock
from kernel.db import Database, driver_connection
from tests.identity.access.desk import count, read

READINGS = "SELECT count(*) FROM identity.readings"


def test_asvs_14_2_7_readings_go_after_five_years_and_no_earlier(
    staff_database: Database, worker_database: Database, taro: UUID, clerk: UUID
) -> None:
    now = SystemClock().now()
    kept_until = years_before(now, 5)
    for at in (kept_until - timedelta(days=1), kept_until + timedelta(days=1), now):
        read(staff_database, taro, clerk, at)
    assert worker_database.run(lambda session: purge_expired(session, now=now)) == {"readings": 1}
    assert worker_database.run(lambda session: purge_expired(session, now=now)) == {"readings": 0}
    assert count(staff_database, READINGS) == 2


def test_a_clock_that_runs_ahead_lets_nothing_young_go(
    staff_database: Database, worker_database: Database, taro: UUID, clerk: UUID
) -> None:
    now = SystemClock().now()
    read(staff_database, taro, clerk, now)
    ahead = now + timedelta(days=3_000)
    assert worker_database.run(lambda session: purge_expired(session, now=ahead)) == {"readings": 0}
    assert count(staff_database, READINGS) == 1


def test_asvs_16_4_2_not_even_a_superuser_deletes_a_young_reading(
    staff_database: Database, database_url: str, taro: UUID, clerk: UUID
) -> None:
    read(staff_database, taro, clerk, SystemClock().now())
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="history is only added to"),
    ):
        connection.execute("DELETE FROM identity.readings")


def test_only_the_worker_purges(database: Database, staff_database: Database) -> None:
    for somebody in (database, staff_database):
        with pytest.raises(errors.InsufficientPrivilege), somebody.transaction() as session:
            driver_connection(session).execute("SELECT identity.purge_readings(now())")


def test_every_table_of_access_says_how_long_it_is_kept() -> None:
    tables = {row.__tablename__ for row in (ReadingRow, AuditEventRow, AuditSealRow, AuditUnsealedRow)}
    assert {kept.table for kept in RETENTIONS} == tables
    assert all(kept.why for kept in RETENTIONS)


def test_years_are_counted_by_the_calendar() -> None:
    assert years_before(datetime(2026, 9, 1, 10, tzinfo=UTC), 5) == datetime(2021, 9, 1, 10, tzinfo=UTC)
    assert years_before(datetime(2028, 2, 29, tzinfo=UTC), 5) == datetime(2023, 2, 28, tzinfo=UTC)
