"""The time by the database's clock, on machines whose own clock is wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import SetClock, SystemClock, city_time
from kernel.database_clock import ClocksDisagree, database_time
from kernel.db import Database

MIDNIGHT = city_time(datetime(2028, 3, 1, tzinfo=UTC).date())


def run_machine_off_by(monkeypatch: pytest.MonkeyPatch, error: timedelta) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + error)


def test_a_clock_that_stands_stays_where_it_stands(database: Database) -> None:
    assert database.run(lambda session: database_time(session, SetClock(MIDNIGHT))) == MIDNIGHT


@pytest.mark.parametrize("error", [timedelta(seconds=50), timedelta(seconds=-50)])
def test_a_machine_that_is_a_little_wrong_is_set_right_by_the_database(
    error: timedelta, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_machine_off_by(monkeypatch, error)
    earliest = datetime.now(UTC)
    found = database.run(lambda session: database_time(session, SystemClock()))
    assert earliest - timedelta(seconds=5) <= found <= datetime.now(UTC) + timedelta(seconds=5)


@pytest.mark.parametrize(
    "error", [timedelta(days=1), timedelta(days=-1), timedelta(seconds=61), timedelta(seconds=-62)]
)
def test_a_machine_whose_clock_is_wrong_does_not_know_the_day(
    error: timedelta, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_machine_off_by(monkeypatch, error)
    with pytest.raises(ClocksDisagree) as refused:
        database.run(lambda session: database_time(session, SystemClock()))
    assert refused.value.facts["max_s"] == 60
    assert abs(refused.value.facts["difference_s"] + error.total_seconds()) <= 1
