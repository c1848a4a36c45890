import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from kernel.group_commit import GroupCommit
from kernel.refusals import BooksBroken, Busy, DatabaseUnreachable, Outage, OutcomeUnknown, Refusal

WAIT_S = 30
Outcomes = Sequence[str | Refusal]


@dataclass(eq=False)
class NumberIsOdd(Refusal):
    """Only even numbers are welcome."""

    number: int


@dataclass
class Bank:
    """Runs batches of numbers, remembers them, and can be held shut so that callers have to queue."""

    decide: Callable[[Sequence[int]], Outcomes] = lambda numbers: [f"done {number}" for number in numbers]
    batches: list[list[int]] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def run(self, numbers: Sequence[int]) -> Outcomes:
        self.batches.append(list(numbers))
        self.entered.release()
        assert self.open.wait(WAIT_S)
        return self.decide(numbers)

    def wait_until_running(self) -> None:
        assert self.entered.acquire(timeout=WAIT_S)


@pytest.fixture
def bank() -> Bank:
    """A bank that is open."""
    made = Bank()
    made.open.set()
    return made


@pytest.fixture
def shut_bank(bank: Bank) -> Bank:
    """A bank whose first batch stays under way until it is opened."""
    bank.open.clear()
    return bank


@pytest.fixture
def queue(bank: Bank) -> Iterator[GroupCommit[int, str]]:
    made: GroupCommit[int, str] = GroupCommit(bank.run, queue_max=5, batch_max=3)
    yield made
    bank.open.set()
    made.close()


async def answer(queue: GroupCommit[int, str], number: int) -> str | BaseException:
    """What a caller hears."""
    try:
        async with asyncio.timeout(WAIT_S):
            return await queue.submit(number)
    except (Refusal, Outage, BooksBroken, ArithmeticError) as no:
        return no


async def behind_zero(queue: GroupCommit[int, str], bank: Bank, *numbers: int) -> list[str | BaseException]:
    """Let numbers queue in their order while 0 is under way, open the bank, and hear what each is told."""
    first = asyncio.create_task(answer(queue, 0))
    await asyncio.to_thread(bank.wait_until_running)
    waiting = [asyncio.create_task(answer(queue, number)) for number in numbers]
    await asyncio.sleep(0)
    bank.open.set()
    return [await first, *[await task for task in waiting]]


def test_one_caller_is_one_batch_and_waits_for_nobody(queue: GroupCommit[int, str], bank: Bank) -> None:
    assert asyncio.run(answer(queue, 7)) == "done 7"
    assert asyncio.run(answer(queue, 8)) == "done 8"
    assert bank.batches == [[7], [8]]


def test_many_callers_share_a_batch_in_their_order(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    answers = asyncio.run(behind_zero(queue, shut_bank, 1, 2, 3))

    assert answers == ["done 0", "done 1", "done 2", "done 3"]
    assert shut_bank.batches == [[0], [1, 2, 3]]


def test_what_does_not_fit_a_batch_goes_with_the_next(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    answers = asyncio.run(behind_zero(queue, shut_bank, 1, 2, 3, 4, 5))

    assert answers == [f"done {number}" for number in range(6)]
    assert shut_bank.batches == [[0], [1, 2, 3], [4, 5]]


def test_a_refused_member_refuses_nobody_else(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    shut_bank.decide = lambda numbers: [NumberIsOdd(number) if number % 2 else f"even {number}" for number in numbers]

    answers = asyncio.run(behind_zero(queue, shut_bank, 1, 2, 3))

    assert answers == ["even 0", NumberIsOdd(1), "even 2", NumberIsOdd(3)]
    assert shut_bank.batches == [[0], [1, 2, 3]]


def test_a_member_that_breaks_the_batch_fails_alone(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    shut_bank.decide = lambda numbers: [f"{12 // (2 - number)}" for number in numbers]

    *good, broken, last = asyncio.run(behind_zero(queue, shut_bank, 1, 2, 3))

    assert [*good, last] == ["6", "12", "-12"]
    assert isinstance(broken, ZeroDivisionError)
    assert shut_bank.batches == [[0], [1, 2, 3], [1], [2], [3]]


@pytest.mark.parametrize("outage", [OutcomeUnknown, DatabaseUnreachable, Busy])
def test_an_outage_is_told_to_the_whole_batch_and_tried_by_nobody_again(
    queue: GroupCommit[int, str], shut_bank: Bank, outage: type[Outage]
) -> None:
    def decide(numbers: Sequence[int]) -> Outcomes:
        if 2 in numbers:
            raise outage
        return [f"done {number}" for number in numbers]

    shut_bank.decide = decide

    answers = asyncio.run(behind_zero(queue, shut_bank, 1, 2, 3, 4))

    assert [answers[0], answers[4]] == ["done 0", "done 4"]
    assert [type(item) for item in answers[1:4]] == [outage] * 3
    assert shut_bank.batches == [[0], [1, 2, 3], [4]]


def test_a_batch_that_answers_too_few_is_a_bug_and_stops_nobody_else(
    queue: GroupCommit[int, str], shut_bank: Bank
) -> None:
    shut_bank.decide = lambda numbers: [f"done {number}" for number in numbers if number != 2]

    answers = asyncio.run(behind_zero(queue, shut_bank, 1, 2, 3))

    assert [*answers[:2], answers[3]] == ["done 0", "done 1", "done 3"]
    assert isinstance(answers[2], BooksBroken)
    assert asyncio.run(answer(queue, 9)) == "done 9"


def test_a_full_queue_is_busy_and_starts_nothing(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    answers = asyncio.run(behind_zero(queue, shut_bank, 1, 2, 3, 4, 5, 6))

    assert answers[:6] == [f"done {number}" for number in range(6)]
    assert isinstance(answers[6], Busy)
    assert 6 not in [number for batch in shut_bank.batches for number in batch]


def test_a_caller_that_goes_away_cancels_nothing(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    async def story() -> str:
        first = asyncio.create_task(queue.submit(0))
        await asyncio.to_thread(shut_bank.wait_until_running)
        gone, stays = asyncio.create_task(queue.submit(1)), asyncio.create_task(queue.submit(2))
        await asyncio.sleep(0)
        for task in (first, gone):
            task.cancel()
        for task in (first, gone):
            with pytest.raises(asyncio.CancelledError):
                await task
        shut_bank.open.set()
        return await asyncio.wait_for(stays, WAIT_S)

    assert asyncio.run(story()) == "done 2"
    assert shut_bank.batches == [[0], [1, 2]]


def test_an_event_loop_that_is_gone_holds_up_nobody(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    async def leave() -> None:
        task = asyncio.create_task(queue.submit(1))
        await asyncio.to_thread(shut_bank.wait_until_running)
        task.cancel()

    asyncio.run(leave())
    shut_bank.open.set()

    assert asyncio.run(answer(queue, 2)) == "done 2"
    assert shut_bank.batches == [[1], [2]]


def test_closing_finishes_what_waits_and_accepts_nothing_more(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    async def story() -> list[str | BaseException]:
        first = asyncio.create_task(answer(queue, 0))
        await asyncio.to_thread(shut_bank.wait_until_running)
        waiting = [asyncio.create_task(answer(queue, number)) for number in (1, 2, 3, 4)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(asyncio.to_thread(queue.close))
        shut_bank.open.set()
        await closing
        late = await answer(queue, 5)
        return [await first, *[await task for task in waiting], late]

    *answers, late = asyncio.run(story())

    assert answers == [f"done {number}" for number in range(5)]
    assert isinstance(late, Busy)
    assert shut_bank.batches == [[0], [1, 2, 3], [4]]


def test_closing_twice_is_closing_once(queue: GroupCommit[int, str]) -> None:
    queue.close()
    queue.close()

    assert isinstance(asyncio.run(answer(queue, 1)), Busy)


def test_callers_of_two_event_loops_share_a_batch(queue: GroupCommit[int, str], shut_bank: Bank) -> None:
    both_wait = threading.Barrier(3)

    async def call(number: int) -> str | BaseException:
        task = asyncio.create_task(answer(queue, number))
        await asyncio.sleep(0)
        await asyncio.to_thread(both_wait.wait, WAIT_S)
        return await task

    with ThreadPoolExecutor(3) as loops:
        first = loops.submit(asyncio.run, answer(queue, 0))
        shut_bank.wait_until_running()
        others = [loops.submit(asyncio.run, call(number)) for number in (1, 2)]
        both_wait.wait(WAIT_S)
        shut_bank.open.set()
        assert [future.result(WAIT_S) for future in (first, *others)] == ["done 0", "done 1", "done 2"]
    assert [sorted(batch) for batch in shut_bank.batches] == [[0], [1, 2]]
