"""The worker expires what two people approved, and nothing while it does not know what day it is."""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from issuance.expiry.model import ExpiryRunState
from kashiman.assembly import Installation
from kashiman.expiry_chores import execute_expiry_reversals, execute_expiry_runs
from kernel.clock import SetClock, SystemClock
from ledger.model import ExpireLot
from tests.conftest import MakeDatabase
from tests.issuance.expiry.desk import ExpiryDesk
from tests.ledger.books import AFTER_EXPIRY, SHORT_TERMS, audit, key, left, pay, post, posted, sell

A, B = UUID(int=1), UUID(int=2)


@pytest.fixture
def desk(make_database: MakeDatabase, clock: SetClock) -> ExpiryDesk:
    desk = ExpiryDesk(make_database)
    post(desk.pay, sell(A, terms=SHORT_TERMS), sell(B, terms=SHORT_TERMS))
    posted(desk.pay, pay(1_000))
    clock.at = AFTER_EXPIRY
    return desk


def test_what_was_not_spent_in_time_waits_for_two_people(desk: ExpiryDesk, installation: Installation) -> None:
    execute_expiry_runs(installation)
    run = desk.plan()
    execute_expiry_runs(installation)
    assert (left(desk.pay, A), left(desk.pay, B)) == ((3_200, 800), (4_000, 1_000))
    desk.approve(run)
    execute_expiry_runs(installation)
    assert (left(desk.pay, A), left(desk.pay, B)) == ((0, 0), (0, 0))
    assert desk.run(run.id).state is ExpiryRunState.DONE
    execute_expiry_runs(installation)
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen) == (True, 9_000)


def test_what_was_confirmed_comes_back(desk: ExpiryDesk, installation: Installation) -> None:
    reversal = desk.ask(desk.executed())
    execute_expiry_reversals(installation)
    assert audit(desk.pay).figures.expired_yen == 9_000
    desk.confirm(reversal)
    execute_expiry_reversals(installation)
    execute_expiry_reversals(installation)
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen) == (True, 0)


@pytest.mark.parametrize("error", [timedelta(days=1), timedelta(days=-1), timedelta(minutes=2)])
def test_a_worker_whose_clock_is_wrong_moves_nothing_and_says_so(
    error: timedelta,
    desk: ExpiryDesk,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = desk.approved()
    with monkeypatch.context() as wrong:
        wrong.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + error)
        execute_expiry_runs(installation)
    assert left(desk.pay, B) == (4_000, 1_000)
    assert [record.levelno for record in caplog.records if record.name == "kashiman.expiry_chores"] == [logging.ERROR]
    assert desk.run(run.id).state is ExpiryRunState.APPROVED
    execute_expiry_runs(installation)
    assert desk.run(run.id).state is ExpiryRunState.DONE


def test_a_run_that_stops_is_said_aloud(
    desk: ExpiryDesk, installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    run = desk.approved()
    posted(desk.worker, ExpireLot(key(), AFTER_EXPIRY, A))
    execute_expiry_runs(installation)
    assert desk.run(run.id).state is ExpiryRunState.STOPPED
    assert any(str(run.id) in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)
