"""How long a browser takes to verify a draw: the scripts of the public page, in a Chromium without a window."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Thread

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WITHIN_S = 120.0
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
"""The page is our own, so it needs no sandbox, which an administrator's browser would refuse to start with."""

PAGE = """<!doctype html><title>bench</title><script type="module">
async function turn(names) {
  const started = performance.now();
  const fetched = names.map(async (name) => [name, await (await fetch(name)).arrayBuffer()]);
  const question = { kind: "check", files: await Promise.all(fetched) };
  const worker = new Worker("draws-worker.js");
  const { reply } = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
    worker.postMessage({ id: 0, question });
  });
  worker.terminate();
  if (reply.findings.some(({ state }) => state === "BAD")) throw new Error(JSON.stringify(reply.findings));
  return (performance.now() - started) / 1000;
}
const { names, turns } = await (await fetch("plan.json")).json();
const told = { seconds: [] };
try {
  for (let number = 0; number < turns; number++) told.seconds.push(await turn(names));
} catch (failure) {
  told.failure = String(failure.message ?? failure);
}
await fetch("told", { method: "POST", body: JSON.stringify(told) });
</script>"""


def find_browser() -> Path | None:
    """A Chromium of this machine."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return Path(found) if found else None


def seconds_in_browser(directory: Path, browser: Path | None, *, turns: int) -> list[float] | None:
    """Fetch and verify the draw in a directory, each turn in a new worker; None without a browser or the scripts.

    Raises RuntimeError when the browser finds the draw wrong, and queue.Empty when it does not answer.
    """
    script = files("kernel.pages") / "static" / "web" / "draws-worker.js"
    if browser is None or not script.is_file():
        return None
    plan = {"names": sorted(path.name for path in directory.iterdir()), "turns": turns}
    content = {path.name: path.read_bytes() for path in directory.iterdir()}
    content |= {"": PAGE.encode(), "draws-worker.js": script.read_bytes(), "plan.json": json.dumps(plan).encode()}
    told: Queue[bytes] = Queue()
    with _serving(content, told) as port, _browsing(browser, f"http://127.0.0.1:{port}/"):
        answer = json.loads(told.get(timeout=WITHIN_S))
    if "failure" in answer:
        raise RuntimeError(f"the browser does not verify the draw: {answer['failure']}")
    return [float(seconds) for seconds in answer["seconds"]]


@contextmanager
def _serving(content: dict[str, bytes], told: "Queue[bytes]") -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(content.get(self.path.removeprefix("/")))

        def do_POST(self) -> None:
            told.put(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(b"")

        def _answer(self, body: bytes | None) -> None:
            kind = {"/": "text/html; charset=utf-8", "/draws-worker.js": "text/javascript"}.get(self.path, "text/plain")
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """A benchmark prints its figures alone."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _browsing(browser: Path, address: str) -> Iterator[None]:
    with TemporaryDirectory(prefix="kashiman-bench-", ignore_cleanup_errors=True) as home:
        command = [str(browser), *OPTIONS, f"--user-data-dir={home}", address]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
            try:
                yield
            finally:
                process.terminate()
