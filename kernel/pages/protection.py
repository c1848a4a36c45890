"""The headers that every page carries."""

from starlette.responses import Response

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""No script, style, font or frame from elsewhere or inline; nothing of a page stays behind on a shared device."""


def protect(response: Response) -> Response:
    """Put the security headers on an answer; one that a page set for itself stays."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def let_scan(response: Response) -> Response:
    """Allow a page the camera, and the larger decoder, which is WebAssembly of our own."""
    policy = f"{SECURITY_HEADERS['Content-Security-Policy']}; script-src 'self' 'wasm-unsafe-eval'"
    response.headers["Content-Security-Policy"] = policy
    response.headers["Permissions-Policy"] = "camera=(self)"
    return response
