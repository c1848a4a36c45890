"""Who is asking: a member of staff, and whether one of their roles may do this. No role, no answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from identity.model import HolderKind, StaffRole
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from staff_console.parts import AUDIENCE, ConsoleParts, Parts
from staff_console.refusals import NotStaff, RoleNotAllowed

COOKIE = "kashiman_staff"
SIGN_IN_REFUSALS = (TokenMissing, TokenInvalid, TokenExpired, NotStaff)
VIEWER_REFUSALS = (*SIGN_IN_REFUSALS, RoleNotAllowed)


@dataclass(frozen=True, slots=True)
class StaffViewer:
    """A signed-in member of staff."""

    staff_id: UUID
    roles: frozenset[StaffRole]

    def may(self, roles: Iterable[StaffRole]) -> bool:
        """Whether one of the clerk's roles is among these."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True)
class RoleRequired:
    """A dependency that lets in members of staff who have one of these roles; without roles it lets in nobody."""

    roles: frozenset[StaffRole]
    read_token: Callable[[Request], str]

    async def __call__(self, request: Request, parts: Parts) -> StaffViewer:
        """Refuses, in this order: TokenMissing, TokenInvalid, TokenExpired, NotStaff, RoleNotAllowed."""
        viewer = signed_in_viewer(self.read_token(request), parts)
        if not viewer.may(self.roles):
            raise RoleNotAllowed(needed_roles=sorted(self.roles))
        return viewer


def requires(*roles: StaffRole) -> RoleRequired:
    """Declare which roles may use an address of the JSON API; the token comes in the Authorization header only."""
    return RoleRequired(frozenset(roles), _token_of_header)


def page_requires(*roles: StaffRole) -> RoleRequired:
    """Declare which roles may see a page; the token comes in the console's own cookie only."""
    return RoleRequired(frozenset(roles), token_of_cookie)


def signed_in_viewer(token: str, parts: ConsoleParts) -> StaffViewer:
    """The member of staff a token speaks for. Refuses: TokenMissing, TokenInvalid, TokenExpired, NotStaff."""
    viewer = parts.verifier.verify(token, AUDIENCE, parts.clock.now())
    if viewer.kind is not HolderKind.STAFF:
        raise NotStaff
    return StaffViewer(viewer.subject, viewer.roles)


def token_of_cookie(request: Request) -> str:
    """The token that signing in at the console's page left behind, or an empty text."""
    return request.cookies.get(COOKIE, "")


def _token_of_header(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
