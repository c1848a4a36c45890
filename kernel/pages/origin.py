"""Whether a form was sent from one of our own pages."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from fastapi import Request

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class OriginNotOurs(Refusal):
    """The form was sent from a page that is not ours, or the browser does not say from which."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


def check_origin(request: Request) -> None:
    """Demand that a form comes from our own pages. Refuses OriginNotOurs."""
    if not origin_is_ours(request):
        raise OriginNotOurs


def origin_is_ours(request: Request) -> bool:
    """Whether Origin, or Referer where a browser sends no Origin, names the host that was asked.

    The scheme may not fall behind ours: a page over http cannot send a form to us over https. `Origin: null` is
    nobody's. Source: OWASP Cross-Site Request Forgery Prevention, "Verifying Origin With Standard Headers".
    """
    sender = urlsplit(request.headers.get("origin") or request.headers.get("referer") or "")
    schemes = {"https"} if arrived_by_https(request) else {"http", "https"}
    return sender.scheme in schemes and sender.netloc.lower() == request.headers.get("host", "").lower() != ""


def arrived_by_https(request: Request) -> bool:
    """Whether the browser spoke TLS, to us or to the proxy in front; believing it only ever makes us stricter."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", "").lower())
