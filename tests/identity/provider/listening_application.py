"""A small application that listens for logout tokens, as a server of its own, and believes only what it verified."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from identity.provider.jose.logout_token import LogoutTokenClaims
from identity.provider.jose.refusals import LogoutTokenInvalid

ReadToken = Callable[[str], LogoutTokenClaims]


class ListeningApplication:
    """Answers 200 to a token that it can read, 400 to another, and with `answer_status` whatever a test says."""

    def __init__(self, client_id: str, alg: str) -> None:
        self.client_id, self.alg = client_id, alg
        self.told: list[LogoutTokenClaims] = []
        self.answer_status: int | None = None
        self.asked = 0
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.read_token: ReadToken | None = None

    @property
    def uri(self) -> str:
        """Where it listens, also while it is down."""
        return f"http://127.0.0.1:{self.port}/logout"

    def reserve(self) -> None:
        """Take a port and leave it again, so that nobody listens there yet."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        self.port = server.server_address[1]
        server.server_close()

    def come_up(self, read_token: ReadToken) -> None:
        """Begin to listen; `read_token` verifies as this application does."""
        self.read_token = read_token
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def go_down(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def receive(self, form: str) -> int:
        """Read a form and answer a status."""
        self.asked += 1
        if self.answer_status is not None:
            return self.answer_status
        assert self.read_token is not None
        try:
            self.told.append(self.read_token(parse_qs(form)["logout_token"][0]))
        except LogoutTokenInvalid:
            return 400
        return 200


def _handler(application: ListeningApplication) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_form = self.headers["Content-Type"] == "application/x-www-form-urlencoded"
            self.send_response(application.receive(sent) if is_form else 415)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
