import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kernel import commit_process
from kernel.commit_process import CommitProcess
from kernel.refusals import BooksBroken, Busy, DatabaseUnreachable, Outage, OutcomeUnknown, Refusal
from tests.kernel import bank_process
from tests.kernel.bank_process import Answer, Command, NumberIsNegative

WAIT_S = 30
QUEUE_MAX = 6
Heard = list[Command] | BaseException
"""The batch that a command was run in, or what the caller was told instead."""


@dataclass
class Bank:
    """A committing process, the pipe that holds it back, and what its callers heard."""

    queue: CommitProcess[Command, Answer]
    pipe: Path
    shut: Path
    process_id: int = 0

    async def ask(self, command: Command) -> Heard:
        try:
            async with asyncio.timeout(WAIT_S):
                self.process_id, batch = await self.queue.submit(command)
                return batch
        except (Refusal, Outage, BooksBroken) as no:
            return no

    @asynccontextmanager
    async def held(self) -> AsyncIterator["asyncio.Task[Heard]"]:
        """Hold the process back inside the block; the task is that of the caller who does."""
        first = asyncio.create_task(self.ask(f"wait {self.pipe}"))
        release = await asyncio.to_thread(os.open, self.pipe, os.O_WRONLY)  # Opens when the process reads.
        try:
            yield first
        finally:
            os.close(release)

    async def behind_one(self, *commands: Command) -> list[Heard]:
        """Let commands wait in their order while another is under way, and hear what each is told."""
        async with self.held() as first:
            waiting = [asyncio.create_task(self.ask(command)) for command in commands]
            await asyncio.sleep(0)
        heard = await asyncio.gather(first, *waiting)
        assert heard[0] == [f"wait {self.pipe}"]
        return heard[1:]


Story = Callable[[Bank], Coroutine[Any, Any, None]]
Tell = Callable[[Story], Bank]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Tells a story with a bank whose process runs, and lets the bank out when it is over."""
    os.mkfifo(tmp_path / "pipe")
    environment = {"BANK_SHUT": str(tmp_path / "shut"), "PYTHONPATH": os.pathsep.join(sys.path)}
    queue = CommitProcess[Command, Answer]([bank_process.__file__], environment, queue_max=QUEUE_MAX)
    bank = Bank(queue, tmp_path / "pipe", tmp_path / "shut")

    async def run(story: Story) -> None:
        async with queue.running():
            await story(bank)

    def tell(story: Story) -> Bank:
        asyncio.run(run(story))
        return bank

    return tell


def test_one_caller_is_one_batch_and_waits_for_nobody(tell: Tell) -> None:
    async def story(bank: Bank) -> None:
        assert await bank.ask(7) == [7]
        assert await bank.ask(8) == [8]

    assert tell(story).process_id != os.getpid()


def test_many_callers_share_a_batch_and_what_does_not_fit_goes_with_the_next(tell: Tell) -> None:
    async def story(bank: Bank) -> None:
        heard = await bank.behind_one(1, 2, 3, 4, 5)
        assert heard == [[1, 2, 3], [1, 2, 3], [1, 2, 3], [4, 5], [4, 5]]

    tell(story)


def test_a_refused_member_is_told_the_facts_and_refuses_nobody_else(tell: Tell) -> None:
    async def story(bank: Bank) -> None:
        assert await bank.behind_one(1, -2, 3) == [[1, -2, 3], NumberIsNegative(-2), [1, -2, 3]]

    tell(story)


def test_a_member_that_breaks_the_batch_fails_alone_and_its_traceback_is_logged(
    tell: Tell, capfd: pytest.CaptureFixture[str]
) -> None:
    async def story(bank: Bank) -> None:
        before, broken, after = await bank.behind_one(1, "break", 3)
        assert (before, after) == ([1], [3])
        assert isinstance(broken, BooksBroken)
        assert str(broken) == "ZeroDivisionError: broken"

    tell(story)
    assert "Traceback" in capfd.readouterr().err


def test_an_outage_is_told_to_the_whole_batch_and_to_nobody_else(tell: Tell) -> None:
    async def story(bank: Bank) -> None:
        heard = await bank.behind_one(1, "unreachable", 3, 4)
        assert [type(item) for item in heard] == [DatabaseUnreachable] * 3 + [list]
        assert heard[3] == [4]

    tell(story)


def test_a_full_queue_is_busy_and_starts_nothing(tell: Tell) -> None:
    async def story(bank: Bank) -> None:
        heard = await bank.behind_one(1, 2, 3, 4, 5, 6)
        assert heard[:5] == [[1, 2, 3]] * 3 + [[4, 5]] * 2
        assert isinstance(heard[5], Busy)

    tell(story)


def test_a_caller_that_goes_away_cancels_nothing_and_takes_nobody_elses_answer(tell: Tell) -> None:
    async def story(bank: Bank) -> None:
        async with bank.held():
            gone, stays = asyncio.create_task(bank.ask(1)), asyncio.create_task(bank.ask(2))
            await asyncio.sleep(0)
            gone.cancel()
        assert await stays == [1, 2]
        assert gone.cancelled()

    tell(story)


def test_what_the_socket_does_not_take_at_once_is_sent_as_it_takes_it(tell: Tell) -> None:
    async def story(bank: Bank) -> None:
        sizes = [3_000_000, 2_000_000, 1_000_000]
        assert await bank.behind_one(*(bytes(size) for size in sizes)) == [sizes] * 3

    tell(story)


@pytest.mark.parametrize("word", ["die", "garble"])
def test_a_process_that_dies_or_is_not_understood_leaves_the_outcome_unknown_and_is_replaced(
    tell: Tell, word: str
) -> None:
    async def story(bank: Bank) -> None:
        await bank.ask(0)
        first_process_id = bank.process_id
        heard = await bank.behind_one(1, word, 3, 4)
        assert [type(item) for item in heard] == [OutcomeUnknown] * 4
        assert await bank.ask(5) == [5]
        assert bank.process_id != first_process_id

    tell(story)


def test_while_no_process_can_start_callers_are_told_at_once_that_nothing_was_started(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_process, "RESTART_AFTER_S", 0.05)

    async def story(bank: Bank) -> None:
        bank.shut.touch()
        assert isinstance(await bank.ask("die"), OutcomeUnknown)
        assert isinstance(await bank.ask(1), Busy)
        bank.shut.unlink()
        async with asyncio.timeout(WAIT_S):
            while isinstance(heard := await bank.ask(2), Busy):
                pass
        assert heard == [2]

    tell(story)


def test_a_process_that_cannot_be_made_is_made_later(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(bank: Bank) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", "/nowhere/python")
            patch.setattr(commit_process, "RESTART_AFTER_S", 0.05)
            assert isinstance(await bank.ask("die"), OutcomeUnknown)
        assert await bank.ask(1) == [1]

    tell(story)


def test_a_queue_whose_process_cannot_start_does_not_open(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "shut").touch()

    async def story(bank: Bank) -> None:
        raise AssertionError("the queue is open")

    with pytest.raises(ChildProcessError, match="ended before it could work"):
        tell(story)


def test_closing_finishes_what_waits_accepts_nothing_more_and_ends_the_process(tell: Tell) -> None:
    waiting: list[asyncio.Task[Heard]] = []

    async def story(bank: Bank) -> None:
        waiting.extend(asyncio.create_task(bank.ask(number)) for number in (1, 2, 3, 4))
        await asyncio.sleep(0)

    bank = tell(story)
    assert [task.result() for task in waiting] == [[1, 2, 3]] * 3 + [[4]]
    assert isinstance(asyncio.run(bank.ask(5)), Busy)
    with pytest.raises(ProcessLookupError):
        os.kill(bank.process_id, 0)


def test_closing_tells_even_those_whose_process_dies_meanwhile(tell: Tell) -> None:
    waiting: list[asyncio.Task[Heard]] = []

    async def story(bank: Bank) -> None:
        waiting.extend(asyncio.create_task(bank.ask(command)) for command in (1, "die", 2))
        await asyncio.sleep(0)

    tell(story)
    assert [type(task.result()) for task in waiting] == [OutcomeUnknown] * 3


def test_a_process_whose_caller_is_gone_finishes_what_it_was_sent_and_ends(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ours, theirs = socket.socketpair()
    environment = {**os.environ, "BANK_SHUT": str(tmp_path / "shut"), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, bank_process.__file__], stdin=theirs.fileno(), env=environment)
    theirs.close()
    with ours:
        ours.sendall(commit_process._frame([1, 2, 3]) + commit_process._frame([f"wait {tmp_path / 'pipe'}"]))
    with (tmp_path / "pipe").open("wb"):  # Opens when the process has come to the last command.
        assert process.poll() is None
    assert process.wait(timeout=WAIT_S) == 0
