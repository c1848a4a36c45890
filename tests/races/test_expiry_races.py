"""Expiry when others are at work: late payments, refunds, two workers, and a worker that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from issuance.expiry.model import ExpiryBatch, ExpiryRun, ExpiryRunState
from kernel.db import Database
from kernel.refusals import Refusal
from ledger.model import Posted
from tests.issuance.expiry.desk import ExpiryDesk
from tests.ledger.books import (
    AFTER_EXPIRY,
    OTHER_WALLET,
    SHORT_TERMS,
    audit,
    pay,
    post,
    posted,
    refund,
    rows,
    sell,
)
from tests.races import expiry_process
from tests.races.crowd import at_once

A, B = UUID(int=1), UUID(int=2)
LAST_SECOND = AFTER_EXPIRY - timedelta(hours=9, seconds=1)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> ExpiryDesk:
    return ExpiryDesk(lambda role: make_database(role, pool_size=8))


def test_a_payment_of_the_last_second_and_its_expiry_never_take_the_same_yen(desk: ExpiryDesk) -> None:
    """The payment was made before midnight and reaches the books while the run goes on: one of the two wins."""
    for _ in range(6):
        posted(desk.pay, sell(terms=SHORT_TERMS))
        run = desk.approved()
        batch, paid = at_once([lambda run=run: desk.batch(run), lambda: post(desk.pay, pay(1_250, at=LAST_SECOND))])  # type: ignore[misc]
        assert isinstance(batch, ExpiryBatch)
        assert isinstance(paid, list)
        has_paid = isinstance(paid[0], Posted)
        assert batch.state is (ExpiryRunState.STOPPED if has_paid else ExpiryRunState.DONE)
        if has_paid:
            desk.executed()
    report = audit(desk.pay)
    assert report.agrees
    figures = report.figures
    assert figures.issued_yen == figures.spent_yen + figures.expired_yen == 30_000


def test_two_workers_expire_a_lot_once(desk: ExpiryDesk) -> None:
    post(desk.pay, *(sell(terms=SHORT_TERMS) for _ in range(20)))
    run = desk.approved()
    answers = at_once([lambda: desk.batch(run, limit=7)] * 6)
    batches = [answer for answer in answers if isinstance(answer, ExpiryBatch)]
    assert len(batches) == 6, answers
    lots = [lot.lot_id for batch in batches for lot in batch.expired]
    assert len(lots) == len(set(lots)) == 20
    assert desk.run(run.id).state is ExpiryRunState.DONE
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen) == (True, 100_000)


def test_a_refund_while_a_run_goes_on_and_the_run_both_count(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    payment = posted(desk.pay, pay(1_000)).journal.id
    post(desk.pay, *(sell(terms=SHORT_TERMS, wallet_id=OTHER_WALLET) for _ in range(5)))
    run = desk.approved()
    answers = at_once(
        [lambda: post(desk.pay, refund(payment, 1_000, at=AFTER_EXPIRY)), lambda: desk.batch(run)],
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    if desk.run(run.id).state is ExpiryRunState.STOPPED:
        assert rows(desk.pay, "SELECT count(*) FROM ledger.lots_with_value") == [(0,)]
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen, report.figures.remaining_yen) == (True, 30_000, 0)


def test_two_people_who_plan_at_once_leave_one_plan(desk: ExpiryDesk) -> None:
    posted(desk.pay, sell(A, terms=SHORT_TERMS))
    planned = at_once([desk.plan] * 4)
    assert all(isinstance(run, ExpiryRun) for run in planned), planned
    open_runs = rows(desk.pay, "SELECT count(*) FROM issuance.expiry_runs WHERE state = 'planned'")
    assert open_runs == [(1,)]


def test_a_reversal_is_worked_off_once_by_two_workers(desk: ExpiryDesk) -> None:
    post(desk.pay, *(sell(terms=SHORT_TERMS) for _ in range(20)))
    reversal = desk.confirm(desk.ask(desk.executed()))
    answers = at_once([lambda: desk.give_back(reversal, limit=7)] * 5)
    assert not [answer for answer in answers if isinstance(answer, Exception | Refusal)]
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen, report.figures.remaining_yen) == (True, 0, 100_000)


def test_a_run_goes_on_after_its_worker_was_killed(desk: ExpiryDesk) -> None:
    post(desk.pay, *(sell(terms=SHORT_TERMS) for _ in range(120)))
    run = desk.approved()
    progress = "SELECT count(*) FROM issuance.expired_lots"
    for least in (10, 40):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, expiry_process.__file__, desk.worker.url, str(run.id), AFTER_EXPIRY.isoformat()]
        worker = subprocess.Popen(command, env=environment)
        deadline = time.monotonic() + 60
        while rows(desk.pay, progress)[0][0] < least and worker.poll() is None:
            assert time.monotonic() < deadline
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        expired = rows(desk.pay, "SELECT count(*) FROM ledger.journals WHERE kind = 'lot_expired'")
        assert rows(desk.pay, progress) == expired
    while desk.batch(run).state is ExpiryRunState.APPROVED:
        pass
    assert desk.run(run.id).expired == desk.run(run.id).due
    report = audit(desk.pay)
    assert (report.agrees, report.figures.expired_yen) == (True, 600_000)
