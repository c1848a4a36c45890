"""Receives what a provider tells applications of sign-outs (OpenID Connect Back-Channel Logout 1.0)."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt

ARRIVES_WITHIN_S = 20


class SignOuts:
    """The logout tokens that were posted to `address`, each with the content type it came with."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/signed-out"
        self._arrived: queue.Queue[tuple[str, str]] = queue.Queue()

    def arrive(self, content_type: str, body: str) -> None:
        """Keep what was posted."""
        self._arrived.put((content_type, parse_qs(body)["logout_token"][0]))

    def of_session(self, sid: str) -> tuple[str, str]:
        """The content type and the token of the message about a session, waiting for it; others are passed over."""
        while True:
            content_type, token = self._arrived.get(timeout=ARRIVES_WITHIN_S)
            if jwt.decode(token, options={"verify_signature": False}).get("sid") == sid:
                return content_type, token


@contextmanager
def sign_outs() -> Iterator[SignOuts]:
    """A server of this machine that receives them until the block ends."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.arrive(self.headers["Content-Type"], body)
            self.send_response(200)
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """A test prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        received = SignOuts(server.server_port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield received
        finally:
            server.shutdown()
            thread.join()
