"""All that comes in over HTTP is looked at for a My Number before anything else reads it."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from identity.rules.my_number import MyNumberGiven, find_my_number, refuse_my_number_in_upload
from kernel.http import Wording, language_of, problem_of, refuses
from kernel.refusals import Refusal

Answer = Callable[[Request, Refusal], Response]
Text = tuple[str, str]
"""Where a text stands, and the text."""

WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
PATH, BODY, FIELD_NAME = "path", "body", "field_name"
"""What no field has a name for: a piece of the address, a body as a whole, and the name of a field itself."""
FORMS = frozenset({b"application/x-www-form-urlencoded", b"multipart/form-data"})
TWELVE = b"0" * 12
_RUNS = bytes(0x30 if byte > 0x7F or byte in b"0123456789 \t-" else 0x2E for byte in range(256))
MACHINE_MADE = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{32,128}")
"""A UUID or a digest as a whole: one in some thousands has twelve digits in a row that look like a My Number."""


class NoMyNumber:
    """Middleware that refuses a request with a My Number in its address, query, form, document or upload.

    Every text is looked at, whatever its name and whether or not anybody reads it; numbers of a document count as
    texts. `answers` write the refusal by the beginnings of addresses, the longest first; what was sent as a document
    is answered with a problem document. The bodies of `unread` addresses, by exact path, are passed on as they come.
    """

    def __init__(
        self, app: ASGIApp, *, wording: Wording, answers: Mapping[str, Answer], unread: Collection[str] = ()
    ) -> None:
        self._app, self._wording, self._unread = app, wording, frozenset(unread)
        self._answers = sorted(answers.items(), key=lambda answer: -len(answer[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            _look_at_address(scope)
            if scope["method"] not in WITHOUT_BODY and scope["path"] not in self._unread:
                receive = await _looked_at(scope, receive)
        except Refusal as refusal:
            await self._written(Request(scope), refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _written(self, request: Request, refusal: Refusal) -> Response:
        is_document = request.method not in WITHOUT_BODY and not _is_form(request.scope)
        path = f"{request.scope['path']}/"
        for beginning, answer in () if is_document else self._answers:
            if path.startswith(f"{beginning}/"):
                return answer(request, refusal)
        return problem_of(refusal, self._wording, language_of(request))


def declare_my_number(app: FastAPI) -> None:
    """Let the description of the interface say of each operation of ours that it refuses a My Number."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path, operations in describe()["paths"].items():
                for operation in operations.values() if path.startswith("/api/") else ():
                    _declare(operation["responses"])
        return describe()

    app.openapi = described  # type: ignore[method-assign]  # This is how FastAPI wants its description extended.


def _declare(responses: dict[str, Any]) -> None:
    """Add the refusal to those of the same status."""
    for status, refused in refuses(MyNumberGiven).items():
        there = responses.setdefault(str(status), {"description": "", "content": {}})
        there["description"] = "\n\n".join(filter(None, [there["description"], refused["description"]]))
        problem = there["content"].setdefault("application/problem+json", {})
        problem.setdefault("examples", {}).update(refused["content"]["application/problem+json"]["examples"])


async def _looked_at(scope: Scope, receive: Receive) -> Receive:
    """Read a body whole, refuse a My Number in it, and answer how to read the same body again."""
    body, ending = await _whole_body(receive)
    if ending is not None:
        return _replayed(ending, receive)
    message = {"type": "http.request", "body": body, "more_body": False}
    if _is_form(scope):
        await _look_at_form(Request(scope, _replayed(message, receive)))
    elif _may_hold_number(body):
        _refuse(_document_texts(body))
    return _replayed(message, receive)


async def _whole_body(receive: Receive) -> tuple[bytes, Message | None]:
    """A body, or the message that says that nobody waits for an answer any more."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"", message
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks), None


def _replayed(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def _is_form(scope: Scope) -> bool:
    content_type = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return content_type.partition(b";")[0].strip().lower() in FORMS


def _look_at_address(scope: Scope) -> None:
    """Refuses MyNumberGiven."""
    if find_my_number(scope["path"]):
        _refuse((PATH, segment) for segment in scope["path"].split("/"))
    if scope["query_string"]:
        _refuse(_named(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)))


async def _look_at_form(request: Request) -> None:
    """Refuses MyNumberGiven. Whatever else reading it raises, the endpoint's own reading raises too."""
    try:
        form = await request.form()
    except Exception:
        return
    try:
        _refuse(_named(_form_texts(form)))
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                refuse_my_number_in_upload([await value.read()], field=name)
    finally:
        await form.close()


def _form_texts(form: FormData) -> Iterator[Text]:
    for name, value in form.multi_items():
        yield name, value if isinstance(value, str) else value.filename or ""


def _named(fields: Iterable[Text]) -> Iterator[Text]:
    """The fields, and what they are called."""
    for name, text in fields:
        yield FIELD_NAME, name
        yield name, text


def _may_hold_number(document: bytes) -> bool:
    """Whether a document has to be read: a quick look, because every payment passes here.

    It has a run of twelve bytes that digits in either width, spaces and hyphens are made of in UTF-8, or an escape or
    a zero byte of UTF-16, which could hide one.
    """
    return b"\\" in document or b"\0" in document or TWELVE in document.translate(_RUNS)


def _document_texts(body: bytes) -> Iterator[Text]:
    """The texts of a JSON document; one that cannot be read is a text itself."""
    try:
        document = json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        yield BODY, body.decode("utf-8", "replace")
        return
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            yield place or BODY, value
        elif isinstance(value, dict):
            yield from ((FIELD_NAME, name) for name in value)
            waiting += [(f"{place}.{name}".lstrip("."), member) for name, member in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}.{position}".lstrip("."), item) for position, item in enumerate(value)]


def _refuse(texts: Iterable[Text]) -> None:
    """Refuses MyNumberGiven with the places of all such texts; a place whose name holds one is not repeated."""
    found = {place for place, text in texts if find_my_number(text) and not MACHINE_MADE.fullmatch(text)}
    if found:
        raise MyNumberGiven(tuple(sorted({FIELD_NAME if find_my_number(place) else place for place in found})))
