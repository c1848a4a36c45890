"""Style sheets and scripts, served by us."""

from collections.abc import Sequence
from importlib.resources import files

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send


def mount_static(app: FastAPI, packages: Sequence[str] = ()) -> None:
    """Serve the shared files and those in the `static` directory of each package, all under /static.

    A package without such a directory has nothing to serve. The first package with a name wins, so a face puts its own
    name in front of its files.
    """
    with_files = [package for package in packages if (files(package) / "static").is_dir()]
    app.mount("/static", _Static(packages=[(package, "static") for package in ("kernel.pages", *with_files)]))


class _Static(StaticFiles):
    """Static files that a browser may keep but must ask about, by their ETag."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Cache-Control"] = "no-cache"
            await send(message)

        await super().__call__(scope, receive, send_protected)
