"""Reading forms and answering errors as OAuth 2.0 servers do (RFC 6749, sections 3.2, 4.1.2.1 and 5.2)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

FORM = "application/x-www-form-urlencoded"


@dataclass(eq=False)
class OauthError(Exception):
    """An error answer as JSON."""

    status: int
    error: str
    description: str


async def oauth_error_response(request: Request, error: Exception) -> Response:
    """Answer an OauthError."""
    assert isinstance(error, OauthError)
    content = {"error": error.error, "error_description": error.description}
    return JSONResponse(content, error.status, {"Cache-Control": "no-store"})


async def form_of(request: Request) -> dict[str, str]:
    """Read a form. Raises OauthError for another content type and for a parameter that is there twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise OauthError(400, "invalid_request", f"the content type is not {FORM}")
    return single_values(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def single_values(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Make a dictionary of parameters. Raises OauthError for one that is there twice."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise OauthError(400, "invalid_request", "a parameter is repeated")
    return values


def bearer_of(request: Request) -> str | None:
    """The bearer token of a request (RFC 6750, section 2.1)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def redirect_back(redirect_uri: str, **parameters: str) -> RedirectResponse:
    """Send the browser back to the client."""
    mark = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{mark}{urlencode(parameters)}", 302, {"Cache-Control": "no-store"})
