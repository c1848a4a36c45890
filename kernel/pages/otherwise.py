"""What a browser is shown where no page answers: an address that nobody lives at, and a failure of ours."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from kernel.http import AddressUnknown
from kernel.pages.rendering import Pages

NOT_THERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


def answer_otherwise(app: FastAPI, faces: Mapping[str, Pages]) -> None:
    """Let each face, by the beginning of its addresses, say in its own look what has no page.

    An address without a page, or without one for this method (somebody opened anew what a form had answered), is
    AddressUnknown. A failure is said to be ours; it is raised again afterwards, so that it stands in the log.
    Everything that is no address of a face is answered as it was before.
    """
    as_before = app.exception_handlers[HTTPException]

    @app.exception_handler(HTTPException)
    async def _not_there(request: Request, broken: HTTPException) -> Response:
        face = _face(faces, request)
        if face is None or broken.status_code not in NOT_THERE:
            answer: Response = await as_before(request, broken)  # type: ignore[misc]
            return answer
        page = face.refusal_page(request, AddressUnknown(), status=broken.status_code)
        page.headers.update(broken.headers or {})
        return page

    @app.exception_handler(Exception)
    async def _failed(request: Request, _broken: Exception) -> Response:
        face = _face(faces, request)
        return PlainTextResponse("Internal Server Error", 500) if face is None else face.broken_page(request)


def _face(faces: Mapping[str, Pages], request: Request) -> Pages | None:
    path = f"{request.scope['path']}/"
    return next((face for beginning, face in faces.items() if path.startswith(f"{beginning}/")), None)
