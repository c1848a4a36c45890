"""How endpoints speak the standards' language: forms with each parameter once, errors with the standards' own names."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response

from identity.provider.jose.refusals import DpopNonceNeeded, DpopProofInvalid
from identity.provider.refusals import AuthorizationRequestInvalid, ProtocolRefusal
from kernel.http import STATUS_BY_KIND, retry_headers
from kernel.refusals import Kind, Outage, Refusal

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
ERRORS: Mapping[type[Refusal], str] = {DpopProofInvalid: "invalid_dpop_proof", DpopNonceNeeded: "use_dpop_nonce"}
FORM_FIELDS_MAX = 40

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ProtocolRoute(APIRoute):
    """An endpoint whose refusals are answered as the standards say (RFC 6749, section 5.2)."""

    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await answer(request)
            except Refusal as refusal:
                return error_answer(refusal)
            except Outage as outage:
                return document({"error": "temporarily_unavailable"}, 503, {"Retry-After": str(outage.retry_after_s)})

        return guarded


def protocol_router() -> APIRouter:
    """A router for endpoints that programs of the standards use."""
    return APIRouter(route_class=ProtocolRoute, tags=["kashima id"])


def document(content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON document that nobody keeps."""
    return Response(orjson.dumps(content), status, {**NO_STORE, **(headers or {})}, "application/json")


def error_answer(refusal: Refusal) -> Response:
    """A refusal in the standards' words; `error_description` is our own code, for whoever reads logs."""
    error = refusal.error if isinstance(refusal, ProtocolRefusal) else ERRORS.get(type(refusal), "invalid_request")
    status = 401 if error == "invalid_client" else 400
    if not isinstance(refusal, ProtocolRefusal) and type(refusal) not in ERRORS:
        status = STATUS_BY_KIND[refusal.kind]
    headers = {"WWW-Authenticate": 'Bearer realm="kashima-id"'} if refusal.kind is Kind.UNAUTHENTICATED else {}
    return document({"error": error, "error_description": refusal.code}, status, headers | retry_headers(refusal))


def values_by_name(given: QueryParams | FormData) -> dict[str, Sequence[str]]:
    """Every value that came, by name; files and floods are refused as AuthorizationRequestInvalid."""
    items = given.multi_items()
    if len(items) > FORM_FIELDS_MAX or not all(isinstance(value, str) for _, value in items):
        raise AuthorizationRequestInvalid("body")
    values: dict[str, list[str]] = {}
    for name, value in items:
        values.setdefault(name, []).append(str(value))
    return dict(values)


class Form:
    """A form in which every parameter comes once (RFC 6749, section 3.2)."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self.values = values
        for name, given in values.items():
            if len(given) != 1:
                raise AuthorizationRequestInvalid(name)

    def text(self, name: str) -> str | None:
        """The value of a parameter; one without a value counts as not sent (RFC 6749, section 3.2)."""
        given = self.values.get(name, ("",))[0]
        return given or None

    def demand(self, name: str) -> str:
        """The value of a parameter. Refuses AuthorizationRequestInvalid when it was not sent."""
        value = self.text(name)
        if value is None:
            raise AuthorizationRequestInvalid(name)
        return value


async def _form(request: Request) -> Form:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise AuthorizationRequestInvalid("content_type")
    try:
        return Form(values_by_name(await request.form(max_fields=FORM_FIELDS_MAX, max_files=0)))
    except HTTPException:
        raise AuthorizationRequestInvalid("body") from None


SentForm = Annotated[Form, Depends(_form)]
