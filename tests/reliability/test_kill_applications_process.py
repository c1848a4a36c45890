"""SIGKILL of the process that takes applications, while residents apply over HTTP."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from kashiman.bench.applicants import Applicants, build_applicants
from kashiman.bench.server import ISSUER
from kashiman.keys import load_keys
from kashiman.processes import free_port, running, wait_until_ready
from tests.reliability.committing import processes_of, replacement, wait_for

MODULE = "kashiman.applications_process"
RESIDENTS, TURNS, CLIENTS, ATTEMPTS_MAX = 30, 5, 6, 20
KILLS, RECEIPTS_BEFORE_EACH = 4, 25
STORED = """
SELECT receipt, version, units, encode(signature, 'hex') FROM issuance.applications ORDER BY receipt, version
"""


@dataclass
class Crowd:
    """Residents who ask for one unit more in each turn, and every receipt they were handed."""

    url: str
    home: Path
    receipts: list[dict[str, Any]] = field(default_factory=list)
    unanswered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def applicants(self) -> Applicants:
        keys = load_keys(self.home / "keys")
        return build_applicants(self.url, keys, residents=RESIDENTS, now=datetime.now(UTC))

    @cached_property
    def port(self) -> int:
        return free_port()

    @property
    def environment(self) -> dict[str, str]:
        """What the server's process is told."""
        return {
            "DATABASE_URL": self.url,
            "KASHIMAN_DATA_DIR": str(self.home),
            "KASHIMAN_PORT": str(self.port),
            "KASHIMAN_BASE_URL": ISSUER,
        }

    def was_handed(self, receipts: int) -> bool:
        """Whether so many receipts were handed out."""
        return len(self.receipts) >= receipts

    def apply(self, residents: range) -> None:
        """Each of these residents applies in every turn, and asks again until there is an answer."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30.0, trust_env=False) as client:
            for number in (turn * RESIDENTS + resident for turn in range(TURNS) for resident in residents):
                self._apply(client, number)

    def _apply(self, client: httpx.Client, number: int) -> None:
        for _ in range(ATTEMPTS_MAX):
            answer = client.send(_request(client, self.applicants.apply(number)))
            with self.lock:
                if answer.status_code == 201:
                    self.receipts.append(answer.json())
                    return
                self.unanswered += 1
            assert (answer.status_code, answer.json()["code"]) in {(503, "outcome_unknown"), (503, "busy")}
        raise AssertionError(f"no answer to application {number}")


@pytest.fixture
def crowd(database_url: str, tmp_path: Path) -> Crowd:
    return Crowd(database_url, tmp_path)


def test_a_killed_applications_process_loses_no_application_whose_receipt_was_handed_out(crowd: Crowd) -> None:
    assert crowd.applicants
    with running("serve", crowd.environment) as server, ThreadPoolExecutor(CLIENTS) as clients:
        wait_until_ready(crowd.port, server)
        (process_id,) = processes_of(MODULE, crowd.url)
        working = [clients.submit(crowd.apply, range(each, RESIDENTS, CLIENTS)) for each in range(CLIENTS)]
        for before in range(RECEIPTS_BEFORE_EACH, (KILLS + 1) * RECEIPTS_BEFORE_EACH, RECEIPTS_BEFORE_EACH):
            wait_for(partial(crowd.was_handed, before))
            os.kill(process_id, signal.SIGKILL)
            process_id = replacement(MODULE, crowd.url, process_id)
        for client in working:
            client.result(timeout=60)
    assert crowd.unanswered > 0
    handed_out = sorted((item["receipt"], item["version"], item["units"], item["sig"]) for item in crowd.receipts)
    with psycopg.connect(crowd.url) as connection:
        stored = connection.execute(STORED).fetchall()
    assert stored == handed_out
    assert len({receipt for receipt, *_ in stored}) == RESIDENTS
    assert [version for _, version, *_ in stored] == list(range(1, TURNS + 1)) * RESIDENTS


def _request(client: httpx.Client, raw: bytes) -> httpx.Request:
    """A request that was written for the wire, for a client that speaks HTTP itself."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    return client.build_request(method, path, headers=dict(line.split(": ", 1) for line in lines), content=body)
