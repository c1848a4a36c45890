"""A proxy before the test's PostgreSQL that cuts a connection at the moment of its COMMIT."""

import socket
import tempfile
import threading
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

COMMIT = b"COMMIT\x00"
CHUNK_BYTES = 65_536


class Cut(Enum):
    """Where a connection breaks: before COMMIT reaches the server, or after the server did it."""

    BEFORE_COMMIT = "before"
    AFTER_COMMIT = "after"


class CuttingProxy:
    """Listens on a Unix socket of its own; `cuts` says what happens to the next COMMITs, first come first served."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host, port = (parse_qs(parts.query)[name][0] for name in ("host", "port"))
        self._server = f"{host}/.s.PGSQL.{port}"
        self._directory = tempfile.TemporaryDirectory()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(Path(self._directory.name) / f".s.PGSQL.{port}"))
        self.url = f"postgresql://{parts.username}@{parts.path}?host={self._directory.name}&port={port}"
        self.cuts: list[Cut] = []

    def __enter__(self) -> "CuttingProxy":
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._directory.cleanup()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            link = _Link(client, server, self.cuts)
            threading.Thread(target=link.carry_questions, daemon=True).start()
            threading.Thread(target=link.carry_answers, daemon=True).start()


class _Link:
    """One connection through the proxy."""

    def __init__(self, client: socket.socket, server: socket.socket, cuts: list[Cut]) -> None:
        self.client, self.server, self.cuts = client, server, cuts
        self.cut: Cut | None = None

    def carry_questions(self) -> None:
        while data := _received(self.client):
            if COMMIT in data and self.cuts:
                self.cut = self.cuts.pop(0)
            if self.cut is Cut.BEFORE_COMMIT:
                break
            self.server.sendall(data)
        _hang_up(self.client)
        _hang_up(self.server)

    def carry_answers(self) -> None:
        """The answer to COMMIT comes when it is durable; a cut after it keeps that answer back."""
        while data := _received(self.server):
            if self.cut is Cut.AFTER_COMMIT:
                break
            self.client.sendall(data)
        _hang_up(self.client)
        _hang_up(self.server)


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(CHUNK_BYTES)
    except OSError:
        return b""


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
