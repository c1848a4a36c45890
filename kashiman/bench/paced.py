"""A load that keeps its pace whatever the server does: so many requests a second, each at its own moment.

A latency counts from the moment at which the request was due, so that a server that stands still for a while is not
asked less and looks no better for it.
"""

import asyncio
import time
from asyncio import StreamReader, StreamWriter

from kashiman.bench.load import LoadResult, MakeRequest


async def run_paced_load(
    port: int, make_request: MakeRequest, *, rate_per_s: float, seconds: float, connections: int
) -> LoadResult:
    """Send requests numbered from 0 to this machine at an even pace, over connections that are used again."""
    free: asyncio.Queue[tuple[StreamReader, StreamWriter]] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    result, started = LoadResult(), time.perf_counter()

    async def ask(number: int, due: float) -> None:
        request = make_request(number)
        assert request is not None
        reader, writer = await free.get()
        writer.write(request)
        result.statuses[await _status(reader)] += 1
        result.latencies_ms.append((time.perf_counter() - due) * 1_000)
        free.put_nowait((reader, writer))

    async with asyncio.TaskGroup() as asking:
        for number in range(int(rate_per_s * seconds)):
            due = started + number / rate_per_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asking.create_task(ask(number, due))
    result.seconds = time.perf_counter() - started
    while not free.empty():
        free.get_nowait()[1].close()
    return result


async def _status(reader: StreamReader) -> int:
    """Read one answer, whose length its head tells."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"content-length:")
    await reader.readexactly(int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0)
    return int(head[9:12])
