"""Without a network: a page that says what still works, and the service worker that shows it.

The service worker keeps that page and the files that pages look like, and nothing that tells of money or of anybody.
It is written anew whenever one of them changes, also when somebody wants another look, and a browser that notices this
takes the new one at once.
"""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from kernel.pages import page_router
from wallet_api.pages.look import PAGES

router = page_router(PAGES)
OFFLINE = "/wallet/offline"
BUILT = Path(str(files("kernel.pages") / "static" / "web"))
SHELL = ("web/look.css", "colours.css", "colours-dark.css", "base.css", "wallet.css", "web/wallet.js")


@router.get("/offline")
def show_offline(request: Request) -> Response:
    """What works without a network and what does not; it names nobody, so that it can be kept."""
    return PAGES.page(request, "wallet/offline.html", look_address="")


@router.get("/service-worker.js")
def show_service_worker(request: Request) -> Response:
    """The script that shows the page above when there is no network, with the list of what it keeps."""
    page = bytes(PAGES.page(request, "wallet/offline.html", look_address="").body)
    script = BUILT / "service-worker.js"
    shell = [*map(_address(), SHELL), *_parts_of_script()]
    version = hashlib.sha256(page + "\n".join(shell).encode()).hexdigest()[:16]
    kept = json.dumps({"version": version, "page": OFFLINE, "files": shell})
    text = f"const shell = {kept};\n{_text(script, script.stat().st_mtime_ns)}"
    headers = {"Cache-Control": "no-cache", "Vary": "Cookie, Accept-Language"}
    return Response(text, headers=headers, media_type="text/javascript")


def _address() -> Callable[[str], str]:
    address: Callable[[str], str] = PAGES.environment.globals["static"]  # type: ignore[assignment]
    return address


def _parts_of_script() -> list[str]:
    """What the wallet's script imports at once; what it loads only when it is needed is not kept."""
    return [f"/static/web/chunks/{path.name}" for path in sorted((BUILT / "chunks").glob("chunk-*.js"))]


@lru_cache(4)
def _text(path: Path, _changed_at_ns: int) -> str:
    return path.read_text(encoding="utf-8")
