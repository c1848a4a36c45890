"""A small, bounded load over loopback: a fixed number of connections, one request at a time on each.

It shares the machine with the server it measures, so it does as little as possible: requests are bytes made
beforehand, and of an answer only the status and the length are read.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

MakeRequest = Callable[[int], bytes | None]
"""The request with this number, as it goes over the wire; None when there are no more."""


@dataclass
class LoadResult:
    """What a load saw: answers by status, latencies in milliseconds, and how long it took."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)

    def add(self, other: "LoadResult") -> None:
        """Add another stretch of the same load."""
        self.seconds += other.seconds
        self.statuses += other.statuses
        self.latencies_ms += other.latencies_ms

    def per_second(self, *statuses: int) -> float:
        """Answers with one of these statuses per second."""
        return sum(self.statuses[status] for status in statuses) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """The latency that this share of answers did not exceed."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class _Connection(asyncio.Protocol):
    """One connection: sends a request, reads the answer, sends the next until the deadline."""

    def __init__(self, run: "_Run") -> None:
        self._run = run
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = self._run.next_request()
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        length = int(lowered[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self._buffer = body[length:]
        self._run.answered(int(head[9:12]), time.perf_counter() - self._sent_at)
        self._send()

    def connection_lost(self, _broken: Exception | None) -> None:
        self._run.lost()


class _Run:
    """The state that the connections of one run share."""

    def __init__(self, make_request: MakeRequest, first: int, seconds: float, connections: int) -> None:
        self._make_request, self._next = make_request, first
        self._deadline = time.perf_counter() + seconds
        self._open = connections
        self.result = LoadResult()
        self.finished = asyncio.Event()

    def next_request(self) -> bytes | None:
        if time.perf_counter() >= self._deadline:
            return None
        self._next += 1
        return self._make_request(self._next)

    def answered(self, status: int, latency_s: float) -> None:
        self.result.statuses[status] += 1
        self.result.latencies_ms.append(latency_s * 1000)

    def lost(self) -> None:
        self._open -= 1
        if not self._open:
            self.finished.set()


async def run_load(
    host: str, port: int, make_request: MakeRequest, *, first: int, seconds: float, connections: int
) -> LoadResult:
    """Send requests for `seconds`, or until there are no more, over `connections` connections and count the answers.

    Requests are numbered from `first` + 1. Refuses ValueError for a host that is not this machine.
    """
    if host != "127.0.0.1":
        raise ValueError("a load goes to this machine only")
    run = _Run(make_request, first, seconds, connections)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    await asyncio.gather(*(loop.create_connection(lambda: _Connection(run), host, port) for _ in range(connections)))
    await run.finished.wait()
    run.result.seconds = time.perf_counter() - started
    return run.result
