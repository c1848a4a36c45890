"""The cookie that keeps somebody signed in on the pages of one face."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from kernel.pages.origin import arrived_by_https


@dataclass(frozen=True)
class SignInCookie:
    """A cookie of one face: `path` is where its pages live, so that the browser sends it nowhere else."""

    name: str
    path: str

    def put(self, response: Response, request: Request, token: str, lifetime_s: int) -> None:
        """Keep a token in the browser: no script reads it, no other site sends it, over https it never leaves TLS."""
        response.set_cookie(
            self.name,
            token,
            max_age=lifetime_s,
            path=self.path,
            secure=arrived_by_https(request),
            httponly=True,
            samesite="strict",
        )

    def drop(self, response: Response, request: Request) -> None:
        """Make the browser forget the token."""
        secure = arrived_by_https(request)
        response.delete_cookie(self.name, path=self.path, secure=secure, httponly=True, samesite="strict")
