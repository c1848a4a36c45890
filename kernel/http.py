"""The edge: refusals and outages become problem documents (RFC 9457); keys and bodies are checked first."""

import contextlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Any, ClassVar, Protocol

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BeforeValidator, WithJsonSchema
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.references import REFERENCE_HEADER, note_reference
from kernel.refusals import Kind, Outage, Refusal
from kernel.yen import AMOUNT_YEN_MAX, whole_yen

STATUS_BY_KIND: dict[Kind, int] = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.INVALID: 422,
    Kind.TOO_MANY: 429,
}
KEY_LENGTH_MAX = 200
LENGTH_DIGITS_MAX = 18


@dataclass(eq=False)
class IdempotencyKeyMissing(Refusal):
    """The request moves money and carries no Idempotency-Key header."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class IdempotencyKeyMalformed(Refusal):
    """The Idempotency-Key is empty, too long, or not printable ASCII."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    length_max: int


@dataclass(eq=False)
class RequestInProgress(Refusal):
    """The same key is being worked on at this moment; ask again with the same key."""


@dataclass(eq=False)
class BodyNotReadable(Refusal):
    """The body is not the JSON document that this address expects."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class BodyTooLarge(Refusal):
    """The body is larger than this address accepts."""

    kind: ClassVar[Kind] = Kind.TOO_LARGE
    bytes_max: int


@dataclass(eq=False)
class FieldsInvalid(Refusal):
    """Some fields are missing or not of the form they must have."""

    kind: ClassVar[Kind] = Kind.INVALID
    fields: list[str]


@dataclass(eq=False)
class AddressUnknown(Refusal):
    """Nothing lives at this address."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


class Wording(Protocol):
    """Turns a refusal or an outage into a sentence for people."""

    def __call__(self, code: str, facts: Mapping[str, Any], language: str) -> str: ...


AmountYen = Annotated[
    int,
    BeforeValidator(whole_yen),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": AMOUNT_YEN_MAX, "examples": [1200]}),
]
"""An amount in a request body: a JSON integer of whole yen; anything else is AmountNotWholeYen or AmountOutOfRange."""


async def idempotency_key(
    value: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Chosen by the caller before sending; the same key asks the same thing.",
        ),
    ] = None,
) -> str:
    """The key of a request that moves money. Refuses: IdempotencyKeyMissing, IdempotencyKeyMalformed."""
    if value is None:
        raise IdempotencyKeyMissing
    if not (0 < len(value) <= KEY_LENGTH_MAX and value.isascii() and value.isprintable()):
        raise IdempotencyKeyMalformed(length_max=KEY_LENGTH_MAX)
    return value


class KeysInProgress:
    """The keys being worked on by this process; a second request with one of them is told so at once."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()

    @contextlib.contextmanager
    def entered(self, scope: str, key: str) -> Iterator[None]:
        """Work on a key for as long as the block runs. Refuses: RequestInProgress."""
        entry = (scope, key)
        if entry in self._keys:
            raise RequestInProgress
        self._keys.add(entry)
        try:
            yield
        finally:
            self._keys.discard(entry)


class BodyLimit:
    """Middleware that refuses a body over the limit before it is read whole.

    `larger` are the few addresses, by exact path, that take more than `bytes_max`.
    """

    def __init__(
        self, app: ASGIApp, *, bytes_max: int, wording: Wording, larger: Mapping[str, int] | None = None
    ) -> None:
        self._app, self._bytes_max, self._wording, self._larger = app, bytes_max, wording, larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bytes_max = self._larger.get(scope["path"], self._bytes_max)
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or len(length) > LENGTH_DIGITS_MAX or int(length) > bytes_max:
            await self._refuse(scope, receive, send, bytes_max)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > bytes_max:
                raise BodyTooLarge(bytes_max=bytes_max)
            return message

        await self._app(scope, counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, bytes_max: int) -> None:
        language = language_of(Request(scope))
        problem = problem_of(BodyTooLarge(bytes_max=bytes_max), self._wording, language)
        await problem(scope, receive, send)


def problem_of(refusal: Refusal | Outage, wording: Wording, language: str) -> Response:
    """Write a refusal or an outage as a problem document, with when asking again makes sense where that is known.

    The same refusal given again is the same document; its header Kashiman-Reference is of this one answer. Facts may
    repeat what was sent, and JSON can carry what UTF-8 and 64 bits cannot: half of a surrogate pair is written as its
    escape, a number of any size in full.
    """
    facts = refusal.facts if isinstance(refusal, Refusal) else {}
    status = STATUS_BY_KIND[refusal.kind] if isinstance(refusal, Refusal) else 503
    document = {
        "type": f"urn:kashiman:problem:{refusal.code}",
        "title": refusal.code,
        "status": status,
        "detail": wording(refusal.code, facts, language),
        "code": refusal.code,
        "facts": facts,
    }
    headers = retry_headers(refusal) | {REFERENCE_HEADER: note_reference(refusal.code, status)}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode("utf-8", "backslashreplace"), status, headers, "application/problem+json")


def retry_headers(refusal: Refusal | Outage) -> dict[str, str]:
    """The Retry-After header of an answer (RFC 9110, section 10.2.3); empty where nothing tells when to ask again.

    An outage and a fact `retry_after_s` say how many seconds to wait, a fact `locked_until` says the instant: a part of
    a second counts whole.
    """
    if isinstance(refusal, Outage):
        return {"Retry-After": str(refusal.retry_after_s)}
    facts = refusal.facts
    if "retry_after_s" in facts:
        return {"Retry-After": str(facts["retry_after_s"])}
    if "locked_until" in facts:
        until_s = math.ceil(datetime.fromisoformat(facts["locked_until"]).timestamp())
        return {"Retry-After": format_datetime(datetime.fromtimestamp(until_s, UTC), usegmt=True)}
    return {}


def language_of(request: Request) -> str:
    """The language of an answer: ja by default, en or ja-easy when the request asks for it first."""
    asked = request.headers.get("accept-language", "ja").lower()
    if asked.startswith("ja-easy"):
        return "ja-easy"
    return "en" if asked.startswith("en") else "ja"


def answer_problems(app: FastAPI, wording: Wording) -> None:
    """Make an application answer every refusal, outage and malformed request as a problem document."""

    @app.exception_handler(Refusal)
    @app.exception_handler(Outage)
    async def _refused(request: Request, refusal: Refusal | Outage) -> Response:
        return problem_of(refusal, wording, language_of(request))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, broken: RequestValidationError) -> Response:
        return problem_of(refusal_of_validation(broken), wording, language_of(request))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, broken: HTTPException) -> Response:
        refusal = _refusal_of_http(broken)
        if refusal is not None:
            return problem_of(refusal, wording, language_of(request))
        return Response(status_code=broken.status_code, headers=broken.headers)


def refusal_of_validation(broken: RequestValidationError) -> Refusal:
    """Name what was wrong with a request: BodyNotReadable for broken JSON, else FieldsInvalid with the fields."""
    errors = broken.errors()
    if any(error["type"] in {"json_invalid", "model_attributes_type"} or error["loc"] == ("body",) for error in errors):
        return BodyNotReadable()
    return FieldsInvalid(fields=sorted({".".join(str(part) for part in error["loc"][1:]) for error in errors}))


def _refusal_of_http(broken: HTTPException) -> Refusal | None:
    """Name what the framework says by number alone: while it reads a body it hides every error in a 400."""
    if broken.status_code == 404:
        return AddressUnknown()
    if broken.status_code == 400:
        return broken.__cause__ if isinstance(broken.__cause__, Refusal) else BodyNotReadable()
    return None


def refuses(*refusals: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """Declare the refusals of an endpoint for its OpenAPI description, by status, with each one's meaning."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        status = STATUS_BY_KIND[refusal.kind]
        meaning = (refusal.__doc__ or "").strip().splitlines()[0]
        entry = by_status.setdefault(
            status, {"description": "", "content": {"application/problem+json": {"examples": {}}}}
        )
        entry["description"] = "\n\n".join(filter(None, [entry["description"], f"`{refusal.code}`: {meaning}"]))
        entry["content"]["application/problem+json"]["examples"][refusal.code] = {
            "summary": meaning,
            "value": {"type": f"urn:kashiman:problem:{refusal.code}", "status": status, "code": refusal.code},
        }
    return by_status
