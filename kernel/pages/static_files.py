"""Style sheets, scripts and fonts, served by us.

A browser keeps for a year what is asked for by a name or a version that changes with the content; about anything else
it asks again, by its ETag. What is text travels compressed: it is the same for everybody and holds no secret.
"""

import gzip
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

SHARED = "kernel.pages"
NAMED_BY_CONTENT = re.compile(r"-[0-9A-Z]{8}\.\w+")
TEXTS = frozenset({".css", ".js", ".svg", ".json", ".webmanifest", ".wasm"})
"""What compressing makes smaller; a wasm module is none, but shrinks like one."""
SMALL_BYTES = 1_000
FILES_KEPT = 256
YEAR_S = 365 * 24 * 3_600


def mount_static(app: FastAPI, packages: Sequence[str] = ()) -> None:
    """Serve the shared files and those in the `static` directory of each package, all under /static.

    A package without such a directory has nothing to serve. The first package with a name wins, so a face puts its own
    name in front of its files.
    """
    app.mount("/static", _Static(packages=[(package, "static") for package in _with_files((SHARED, *packages))]))


def static_addresses(package: str) -> Callable[[str], str]:
    """Where templates of a face find a file: `static("wallet.css")` is its address with the version of its content."""
    directories = [Path(str(files(each) / "static")) for each in _with_files((SHARED, package))]

    def address(name: str) -> str:
        found = next((path for directory in directories if (path := directory / name).is_file()), None)
        return f"/static/{name}" + (f"?v={_version(found, _state(found.stat()))}" if found else "")

    return address


class _Static(StaticFiles):
    """Static files with what tells a browser how long it may keep them, compressed where that helps."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        asked = Headers(scope=scope)
        response: Response = FileResponse(full_path, status_code, stat_result=stat_result)
        path = Path(full_path)
        if path.suffix in TEXTS and stat_result.st_size > SMALL_BYTES:
            if "gzip" in asked.get("accept-encoding", "") and "range" not in asked:
                response = _compressed(path, stat_result, response)
            response.headers["Vary"] = "Accept-Encoding"
        is_lasting = NAMED_BY_CONTENT.search(path.name) or parse_qs(scope["query_string"]).get(b"v")
        response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable" if is_lasting else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, asked) else response


def _with_files(packages: Sequence[str]) -> list[str]:
    return [package for package in dict.fromkeys(packages) if (files(package) / "static").is_dir()]


def _compressed(path: Path, stat: os.stat_result, plain: Response) -> Response:
    headers = {
        "Content-Encoding": "gzip",
        "Content-Type": plain.headers["content-type"],
        "Last-Modified": plain.headers["last-modified"],
        "ETag": plain.headers["etag"].removesuffix('"') + '-gzip"',
    }
    return Response(_gzip(path, _state(stat)), headers=headers)


def _state(stat: os.stat_result) -> tuple[int, int]:
    """What changes when a file does."""
    return stat.st_mtime_ns, stat.st_size


@lru_cache(FILES_KEPT)
def _gzip(path: Path, _state: tuple[int, int]) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


@lru_cache(FILES_KEPT)
def _version(path: Path, _state: tuple[int, int]) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
