"""Group commit: many callers share one transaction, and each is answered only after COMMIT returned."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kernel.refusals import BooksBroken, Busy, Outage, Refusal

Command = TypeVar("Command")
Outcome = TypeVar("Outcome")
Command_contra = TypeVar("Command_contra", contravariant=True)
Outcome_co = TypeVar("Outcome_co", covariant=True)


class CommitQueue(Protocol[Command_contra, Outcome_co]):
    """Takes commands and answers each after COMMIT: in this process (GroupCommit) or in another (CommitProcess)."""

    async def submit(self, command: Command_contra, /) -> Outcome_co:
        """Queue a command and wait for its outcome."""


@dataclass(slots=True)
class _Waiting(Generic[Command, Outcome]):
    command: Command
    answer: "asyncio.Future[Outcome]"
    loop: asyncio.AbstractEventLoop


class GroupCommit(Generic[Command, Outcome]):
    """A bounded queue and one thread that takes all that waits, at most `batch_max`, and runs it as one transaction.

    There is no timer: at low load a batch is one command. `run_batch` answers as many outcomes as it got commands,
    in their order, and returns only after its transaction is durable. A caller that goes away cancels nothing.
    """

    def __init__(
        self,
        run_batch: Callable[[Sequence[Command]], Sequence[Outcome | Refusal]],
        *,
        queue_max: int = 2_000,
        batch_max: int = 200,
        name: str = "group-commit",
    ) -> None:
        self._run_batch = run_batch
        self._queue_max = queue_max
        self._batch_max = batch_max
        self._queue: deque[_Waiting[Command, Outcome]] = deque()
        self._something_waits = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def submit(self, command: Command) -> Outcome:
        """Queue a command and wait for its outcome.

        Raises the command's own Refusal; Busy when the queue is full or closed (nothing was started); the outage
        that met the batch, OutcomeUnknown when its commit was interrupted.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(command, loop.create_future(), loop)
        with self._something_waits:
            if self._closed or len(self._queue) >= self._queue_max:
                raise Busy
            self._queue.append(waiting)
            self._something_waits.notify()
        outcome: Outcome = await waiting.answer
        return outcome

    def close(self) -> None:
        """Finish what waits, accept nothing more, and stop the thread."""
        with self._something_waits:
            self._closed = True
            self._something_waits.notify()
        self._thread.join()

    def _work(self) -> None:
        while batch := self._next_batch():
            _answer(batch, outcomes_of(self._run_batch, [waiting.command for waiting in batch]))

    def _next_batch(self) -> list[_Waiting[Command, Outcome]]:
        with self._something_waits:
            while not self._queue and not self._closed:
                self._something_waits.wait()
            return [self._queue.popleft() for _ in range(min(self._batch_max, len(self._queue)))]


def outcomes_of(
    run_batch: Callable[[Sequence[Command]], Sequence[Outcome | Refusal]], commands: Sequence[Command]
) -> Sequence[Outcome | BaseException]:
    """Run the batch; when it fails as a whole, run its members one by one so that only the guilty one fails.

    An outage is nobody's guilt: it is everybody's answer at once, and the queue moves on.
    """
    try:
        outcomes = list(run_batch(commands))
        if len(outcomes) != len(commands):
            raise BooksBroken(f"a batch of {len(commands)} commands answered {len(outcomes)} outcomes")
        return outcomes
    except Outage as outage:
        return [outage] * len(commands)
    except Exception as broken:
        if len(commands) == 1:
            return [broken]
        return [outcomes_of(run_batch, [command])[0] for command in commands]


def _answer(batch: Sequence[_Waiting[Command, Outcome]], outcomes: Sequence[Outcome | BaseException]) -> None:
    """Wake each event loop once for all of its callers."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Outcome], Outcome | BaseException]]] = {}
    for waiting, outcome in zip(batch, outcomes, strict=True):
        by_loop.setdefault(waiting.loop, []).append((waiting.answer, outcome))
    for loop, answers in by_loop.items():
        with contextlib.suppress(RuntimeError):  # A loop that was closed has nobody left to be told.
            loop.call_soon_threadsafe(resolve, answers)


def resolve(answers: Sequence[tuple["asyncio.Future[Outcome]", Outcome | BaseException]]) -> None:
    """Tell each caller its outcome; one that went away is told nothing."""
    for future, outcome in answers:
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
