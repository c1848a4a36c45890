"""A cookie that carries a secret of one browser."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from kernel.pages.origin import arrived_by_https


@dataclass(frozen=True)
class HostCookie:
    """A secret that a browser carries for this host alone.

    Over https its name begins with `__Host-`, so that no neighbour and no plain connection can set it (RFC 6265bis,
    section 4.1.3.2; ASVS 5.0, 3.3.1 and 3.3.3); on a developer's own machine without TLS it cannot have that name.
    """

    name: str

    def read(self, request: Request) -> str | None:
        """The secret that the browser sent; None without one."""
        return request.cookies.get(self._name(request)) or None

    def put(self, response: Response, request: Request, secret: str, lifetime_s: int) -> None:
        """Keep a secret in the browser: no script reads it, and other sites only send it by a link that is followed."""
        response.set_cookie(
            self._name(request),
            secret,
            max_age=lifetime_s,
            path="/",
            secure=arrived_by_https(request),
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: Response, request: Request) -> None:
        """Make the browser forget the secret."""
        secure = arrived_by_https(request)
        response.delete_cookie(self._name(request), path="/", secure=secure, httponly=True, samesite="lax")

    def _name(self, request: Request) -> str:
        return f"__Host-{self.name}" if arrived_by_https(request) else self.name
