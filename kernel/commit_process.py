"""Group commit in a process of its own: committing and serving do not take turns at one interpreter.

The two ends speak over a socket pair: lists of commands go there, lists of outcomes come back in the same order, each
pickled behind its length. Both ends are this program, and nobody else holds the socket.
"""

import asyncio
import logging
import os
import pickle
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Generic

from kernel.group_commit import Command, Outcome, outcomes_of, resolve
from kernel.refusals import BooksBroken, Busy, Outage, OutcomeUnknown, Refusal

CHUNK_BYTES = 256 * 1024
RESTART_AFTER_S = 1.0
"""A process that could not even start is not started again at once."""

_LENGTH = struct.Struct("!I")
_log = logging.getLogger(__name__)


class CommitProcess(Generic[Command, Outcome]):
    """A bounded queue before a process that runs all that waits as one transaction; see `answer_commands`.

    What one turn of the event loop brings is sent together, at once: there is no timer, and at low load a batch is one
    command. A process that dies is replaced. A caller that goes away cancels nothing.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], *, queue_max: int = 2_000) -> None:
        """`arguments` are those of this Python; the process gets `environment` beside ours, and its socket as stdin."""
        self._arguments, self._environment, self._queue_max = arguments, environment, queue_max
        self._waiting: list[tuple[Command, asyncio.Future[Outcome]]] = []
        self._sent: deque[asyncio.Future[Outcome]] = deque()
        self._is_open = self._is_linked = self._is_ready = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the process inside the block; its end finishes what was accepted, and accepts nothing more.

        Raises ChildProcessError when the process cannot start.
        """
        self._loop = asyncio.get_running_loop()
        self._is_open, self._started, self._ended = True, self._loop.create_future(), self._loop.create_future()
        self._start()
        await self._started
        try:
            yield
        finally:
            self._is_open = False
            self._send()
            self._flush()
            await self._ended

    async def submit(self, command: Command) -> Outcome:
        """Queue a command and wait for its outcome, on the event loop that runs the process.

        Raises the command's own Refusal; Busy when the queue is full or closed, or the process could not start (nothing
        was started); the outage that met the batch; OutcomeUnknown when the process died.
        """
        if not self._is_open or len(self._waiting) + len(self._sent) >= self._queue_max:
            raise Busy
        if not self._waiting:
            self._loop.call_soon(self._send)
        answer: asyncio.Future[Outcome] = self._loop.create_future()
        self._waiting.append((command, answer))
        return await answer

    def _start(self) -> None:
        if not self._is_open:
            self._ended.set_result(None)
            return
        try:
            self._link()
        except OSError:
            _log.exception("a committing process could not be made")
            self._lost()

    def _link(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, *self._arguments]
            environment = {**os.environ, **self._environment}
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), env=environment)
        self._socket.setblocking(False)
        self._outgoing, self._incoming = bytearray(), _Frames()
        self._loop.add_reader(self._socket, self._receive)
        self._is_linked = True

    def _send(self) -> None:
        """Send what waits; before the process has greeted it goes on waiting."""
        if self._is_ready and self._waiting:
            self._outgoing += _frame([command for command, _ in self._waiting])
            self._sent.extend(answer for _, answer in self._waiting)
            self._waiting.clear()
            self._flush()

    def _flush(self) -> None:
        """Write as much as the socket takes; that the process is gone is for `_receive` to notice."""
        if not self._is_linked:
            return
        with suppress(OSError):
            del self._outgoing[: self._socket.send(self._outgoing)]
        if self._outgoing:
            self._loop.add_writer(self._socket, self._flush)
            return
        self._loop.remove_writer(self._socket)
        if not self._is_open and not self._waiting:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)

    def _receive(self) -> None:
        try:
            data = self._socket.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        try:
            for outcomes in self._incoming.cut(data):
                self._hear(outcomes)
        except Exception:  # Whoever was told an outcome after one that was lost would be told somebody else's.
            _log.exception("a committing process was not understood")
            data = b""
        if not data:
            self._unlink()
            self._lost()

    def _hear(self, outcomes: Sequence[Outcome | BaseException]) -> None:
        if not self._is_ready:
            self._greeted()
        resolve([(self._sent.popleft(), outcome) for outcome in outcomes])

    def _greeted(self) -> None:
        self._is_ready = True
        if not self._started.done():
            self._started.set_result(None)
        self._send()

    def _unlink(self) -> None:
        self._is_linked = False
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _lost(self) -> None:
        """The process is gone: what it did not answer may or may not have happened, what it was not sent has not."""
        unknown, unsent = list(self._sent), [answer for _, answer in self._waiting]
        self._sent.clear()
        self._waiting.clear()
        resolve([(answer, OutcomeUnknown()) for answer in unknown] + [(answer, Busy()) for answer in unsent])
        if not self._started.done():
            self._is_open = False
            self._started.set_exception(ChildProcessError(f"{self._arguments} ended before it could work"))
            return
        was_ready, self._is_ready = self._is_ready, False
        if self._is_open and not was_ready:
            self._loop.call_later(RESTART_AFTER_S, self._start)
        else:
            self._start()


def answer_commands(
    caller: socket.socket,
    run_batch: Callable[[Sequence[Command]], Sequence[Outcome | Refusal]],
    *,
    batch_max: int = 200,
) -> None:
    """Run what comes over the socket, all that waits as one batch of at most `batch_max`, until the other end is gone.

    `run_batch` is that of GroupCommit. What was received is finished even when nobody is left to hear of it. A bug is
    logged here, where its traceback is, and answered as BooksBroken.
    """
    inbox = _Inbox(caller)
    _answer(caller, [])  # A greeting: from now on commands are taken.
    while batch := inbox.next_batch(batch_max):
        _answer(caller, [_sendable(outcome) for outcome in outcomes_of(run_batch, batch)])


def _answer(caller: socket.socket, outcomes: Sequence[object]) -> None:
    with suppress(OSError):
        caller.sendall(_frame(outcomes))


def _sendable(outcome: Outcome | BaseException) -> Outcome | BaseException:
    if not isinstance(outcome, BaseException) or isinstance(outcome, Refusal | Outage):
        return outcome
    _log.error("a command could not be run", exc_info=outcome)
    return BooksBroken(f"{type(outcome).__name__}: {outcome}")


class _Inbox:
    """The commands that came over a socket and were not taken yet."""

    def __init__(self, caller: socket.socket) -> None:
        self._caller = caller
        self._frames = _Frames()
        self._waiting: deque[Any] = deque()
        self._is_open = True

    def next_batch(self, batch_max: int) -> list[Any]:
        """Wait for a command and take it with all that came by then; empty when the other end is gone."""
        while self._is_open and len(self._waiting) < batch_max:
            try:
                data = self._caller.recv(CHUNK_BYTES, socket.MSG_DONTWAIT if self._waiting else 0)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            self._is_open = bool(data)
            for commands in self._frames.cut(data):
                self._waiting.extend(commands)
        return [self._waiting.popleft() for _ in range(min(batch_max, len(self._waiting)))]


class _Frames:
    """Cuts what arrives on a socket into the lists that were sent."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def cut(self, data: bytes) -> Iterator[list[Any]]:
        """Add what arrived, and give each list that is whole by now."""
        self._bytes += data
        while len(self._bytes) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._bytes)[0]
            if len(self._bytes) < end:
                return
            frame = bytes(self._bytes[_LENGTH.size : end])
            del self._bytes[:end]
            yield pickle.loads(frame)  # noqa: S301 - the other end is this program


def _frame(items: Sequence[object]) -> bytes:
    pickled = pickle.dumps(items, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(pickled)) + pickled
