"""Failing on command: the next calls of the provider's own paths are answered with a chosen status."""

from collections import deque
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response


def fail_on_command(app: FastAPI, outages: deque[int]) -> None:
    """Answer with the waiting statuses first, one for each call; the controls always work."""

    @app.middleware("http")
    async def answer(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if outages and not request.url.path.startswith("/_double/"):
            return JSONResponse({"message": "The double was told to fail."}, outages.popleft())
        return await call_next(request)
