"""A telephone line between a browser and a server, which a test can cut and mend."""

import contextlib
import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit

CHUNK_BYTES = 65_536


class Line:
    """Passes everything on to the server at an origin; `origin` is where browsers find it then."""

    def __init__(self, origin: str) -> None:
        self._server = (urlsplit(origin).hostname or "", urlsplit(origin).port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://localhost:{self._listening.getsockname()[1]}"
        self._is_cut = False
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()

    def __enter__(self) -> "Line":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        """End every connection, in the middle of whatever it carries, and let no new one through."""
        with self._lock:
            self._is_cut = True
            for end in self._ends:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._ends.clear()

    def mend(self) -> None:
        """Let new connections through again."""
        with self._lock:
            self._is_cut = False

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        with self._lock:
            if self._is_cut:
                near.close()
                return
            far = socket.create_connection(self._server)
            self._ends += [near, far]
        for read, write in ((near, far), (far, near)):
            threading.Thread(target=_pass_on, args=(read, write), daemon=True).start()


def _pass_on(read: socket.socket, write: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := read.recv(CHUNK_BYTES):
            write.sendall(data)
    with contextlib.suppress(OSError):
        write.shutdown(socket.SHUT_WR)
