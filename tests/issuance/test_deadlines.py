"""The deadline by the database's clock, to the millisecond, whatever the clock of the process shows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest

from issuance.model import ApplicationReceipt, RoundDraft, WithdrawalRequest
from issuance.operations.submit_applications import submit_applications
from issuance.operations.withdraw_application import withdraw_application
from issuance.refusals import RoundNotOpen
from issuance.store import campaigns
from kernel.clock import SetClock, SystemClock, city_time
from kernel.db import driver_connection
from kernel.refusals import Refusal
from tests.issuance.market import CLOSES, ROUND, SIGNER, Market, application, person

MILLISECOND, SECOND, DAY = timedelta(milliseconds=1), timedelta(seconds=1), timedelta(days=1)
DEADLINES = [
    city_time(date(2028, 2, 29)),
    city_time(date(2028, 3, 1)),
    city_time(date(2027, 3, 1)),
    city_time(date(2028, 1, 1)),
]


@dataclass
class MachineClock:
    """The clock of a process that runs at another time, on a machine whose own clock is wrong by `error`."""

    shift: timedelta
    error: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.error + self.shift


def closing_at(deadline: datetime) -> RoundDraft:
    first = (deadline + DAY).date()
    return replace(
        ROUND,
        slug="premium-2023-d",
        opens_at=deadline - 20 * DAY,
        closes_at=deadline,
        pay_from=deadline + 5 * DAY,
        pay_until=deadline + 25 * DAY,
        first_day=first + 10 * DAY,
        last_day=first + 100 * DAY,
    )


@pytest.mark.parametrize("deadline", DEADLINES)
def test_the_last_millisecond_counts_and_the_deadline_does_not(market: Market, deadline: datetime) -> None:
    market.opened()
    round_ = closing_at(deadline)
    round_id = market.open_round(round_, now=round_.opens_at)
    in_time = [deadline - SECOND, deadline - MILLISECOND]
    for number, at in enumerate(in_time):
        (taken,) = market.submit(application(round_id, number, 1), now=at)
        assert isinstance(taken, ApplicationReceipt)
        assert taken.received_at == at
    for number, at in enumerate([deadline, deadline + MILLISECOND, deadline + SECOND], start=2):
        (refused,) = market.submit(application(round_id, number, 1), now=at)
        assert isinstance(refused, RoundNotOpen)
        assert (refused.closes_at, refused.asked_at) == (deadline.isoformat(), at.isoformat())


@pytest.mark.parametrize("error", [DAY, -DAY, timedelta(hours=9), timedelta(0)])
@pytest.mark.parametrize("before", [timedelta(minutes=1), timedelta(minutes=-1)])
def test_a_process_whose_clock_is_wrong_neither_takes_nor_refuses_wrongly(
    market: Market, monkeypatch: pytest.MonkeyPatch, error: timedelta, before: timedelta
) -> None:
    round_id = market.opened()
    market.apply_for([1])
    shift = CLOSES - before - datetime.now(UTC)
    monkeypatch.setattr(SystemClock, "now", lambda _clock: datetime.now(UTC) + error)
    clock = MachineClock(shift, error)

    def submit() -> list[ApplicationReceipt | Refusal]:
        asked = [application(round_id, 7, 1)]
        return market.apply.run(lambda session: submit_applications(session, asked, signer=SIGNER, clock=clock))

    def withdraw() -> bool:
        asked = WithdrawalRequest(round_id, person(0))
        return market.apply.run(lambda session: withdraw_application(session, asked, clock=clock)).is_withdrawn

    (outcome,) = submit()
    if before > timedelta(0):
        assert isinstance(outcome, ApplicationReceipt)
        assert CLOSES - timedelta(seconds=61) <= outcome.received_at < CLOSES
        assert withdraw()
    else:
        assert isinstance(outcome, RoundNotOpen)
        with pytest.raises(RoundNotOpen):
            withdraw()


def test_who_waited_for_the_round_beyond_the_deadline_is_too_late(market: Market) -> None:
    round_id = market.opened()
    clock = SetClock(CLOSES - MILLISECOND)
    begun = Event()

    def submit() -> list[ApplicationReceipt | Refusal]:
        def work(session: object) -> list[ApplicationReceipt | Refusal]:
            begun.set()
            return submit_applications(session, [application(round_id, 0, 1)], signer=SIGNER, clock=clock)  # type: ignore[arg-type]

        return market.apply.run(work)

    with ThreadPoolExecutor(1) as threads:
        with held_round(market):
            waiting = threads.submit(submit)
            assert begun.wait(10)
            until_somebody_waits(market)
            clock.advance(MILLISECOND)
        (outcome,) = waiting.result(10)
    assert isinstance(outcome, RoundNotOpen)
    assert outcome.asked_at == CLOSES.isoformat()


@contextmanager
def held_round(market: Market) -> Iterator[None]:
    """The round is held as by whoever closes it."""
    with market.staff.transaction() as session:
        campaigns.find_round(session, market.round_id, lock=True)
        yield


def until_somebody_waits(market: Market) -> None:
    statement = """
        SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()
    """
    for _ in range(2_000):
        (row,) = market.worker.run(lambda session: driver_connection(session).execute(statement).fetchall())
        if row[0]:
            return
    raise AssertionError("nobody waits")
