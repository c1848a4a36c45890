"""A relay of drand on loopback that says what a test tells it to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from tests.issuance.market import BEACON_ROUND, SIGNATURE

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
PATH = f"/{CHAIN}/public/{BEACON_ROUND}"


def beacon_json(round_number: int = BEACON_ROUND, signature: str = SIGNATURE) -> bytes:
    """A round as drand's relays write it."""
    randomness = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
    return json.dumps({"round": round_number, "randomness": randomness, "signature": signature}).encode()


@contextmanager
def relay(content: bytes = b"", status: int = 200, *, is_silent: bool = False) -> Iterator[str]:
    """Answer the round of the tests with this until the block ends, or never answer; gives the relay's address."""
    ended = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if is_silent:
                ended.wait()
                return
            is_there = self.path == PATH
            self.send_response(status if is_there else 404)
            self.end_headers()
            self.wfile.write(content if is_there else b"")

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
