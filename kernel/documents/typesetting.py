"""Setting a paper: the templates and the data go to a process of its own, a PDF comes back."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from kernel.documents.glyphs import font_directories, printable
from kernel.refusals import Busy

TYPESETTER = Path(__file__).with_name("typesetter.py")
AT_ONCE_MAX = 2
PATIENCE_S = 10.0
"""How long a paper waits for its turn before it is told to come back."""
TIME_MAX_S = 20.0
MEMORY_MAX_BYTES = 2 << 30
"""Address space, of which the two fonts take little and two threads' stacks much."""
DATA_MAX_BYTES = 2_000_000

_turns = BoundedSemaphore(AT_ONCE_MAX)


@dataclass(frozen=True, slots=True)
class Template:
    """The paper `name` of a face: the file `documents/{name}.typ` in its package, which may import its neighbours."""

    package: str
    name: str


def typeset(template: Template, data: Mapping[str, Any], *, made_on: date) -> bytes:
    """Set a paper as a PDF by PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2).

    `data` is what the template reads as `d`, at most DATA_MAX_BYTES as JSON; `made_on` is the day that the document
    says it was made, so that the same data give the same bytes. Raises Busy when two others are being set for long, or
    when this one takes longer than TIME_MAX_S; ValueError for more data; RuntimeError for a template that is broken.
    """
    text = json.dumps({**printable(data), "made_on": made_on.isoformat()}, ensure_ascii=False, sort_keys=True)
    if len(text.encode()) > DATA_MAX_BYTES:
        raise ValueError(f"a paper {template.name} of {len(text)} characters is not set")
    order = {
        "files": {**_sources(template.package), "main.typ": _sources(template.package)[f"{template.name}.typ"]},
        "fonts": font_directories(),
        "data": text,
        "memory_max_bytes": MEMORY_MAX_BYTES,
        "time_max_s": TIME_MAX_S,
    }
    if not _turns.acquire(timeout=PATIENCE_S):
        raise Busy
    try:
        return _set(template, json.dumps(order).encode())
    finally:
        _turns.release()


def pdf_headers(name: str, *, saved: bool = True) -> dict[str, str]:
    """The headers of a PDF that is saved under an ASCII name, or opened in the browser; nobody else keeps it."""
    return {
        "Content-Disposition": f'{"attachment" if saved else "inline"}; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def _set(template: Template, order: bytes) -> bytes:
    """The child finds nothing of ours by its environment or its directory: `-I` isolates it."""
    command = [sys.executable, "-I", str(TYPESETTER)]
    try:
        done = subprocess.run(command, input=order, capture_output=True, timeout=TIME_MAX_S, check=False)
    except subprocess.TimeoutExpired:
        raise Busy from None
    if done.returncode != 0:
        raise RuntimeError(f"{template.package}/{template.name} was not set: {done.stderr.decode(errors='replace')}")
    return done.stdout


@cache
def _sources(package: str) -> dict[str, str]:
    """The templates of a face and what all papers share, by name: each can import the others."""
    places = (files(package) / "documents", files("kernel.documents") / "templates")
    found = (each for place in places for each in place.iterdir() if each.name.endswith(".typ"))
    return {each.name: each.read_text(encoding="utf-8") for each in found}
