"""Who is asking: a member of staff, and whether one of their roles may do this. No role, no answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from identity.model import HolderKind, StaffRole
from identity.provider.jose.refusals import DpopProofInvalid
from identity.provider.refusals import NotSignedIn
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from identity.relying_party.face import Face, present_at
from identity.relying_party.tokens import has_token
from kernel.pages import HostCookie, OriginNotOurs
from staff_console.parts import ConsoleParts, Parts
from staff_console.refusals import NotStaff, RoleNotAllowed

FACE = Face(HolderKind.STAFF, HostCookie("kashiman_staff"), home="/staff/", sign_in_page="/staff/sign-in")
SIGN_IN_REFUSALS = (TokenMissing, TokenInvalid, TokenExpired, DpopProofInvalid, OriginNotOurs, NotSignedIn, NotStaff)
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

    async def __call__(self, request: Request, parts: Parts) -> StaffViewer:
        """Refuses, in this order: for a token TokenMissing, TokenInvalid, TokenExpired, DpopProofInvalid; for a browser
        OriginNotOurs, NotSignedIn; for both NotStaff, RoleNotAllowed.
        """
        viewer = await staff_viewer(request, parts)
        if not viewer.may(self.roles):
            raise RoleNotAllowed(needed_roles=sorted(self.roles))
        return viewer


def requires(*roles: StaffRole) -> RoleRequired:
    """Declare which roles may use an address."""
    return RoleRequired(frozenset(roles))


async def staff_viewer(request: Request, parts: ConsoleParts) -> StaffViewer:
    """The member of staff whose token came in the Authorization header, or who is signed in in this browser.

    Refuses, in this order: for a token TokenMissing, TokenInvalid, TokenExpired, DpopProofInvalid; for a browser
    OriginNotOurs, NotSignedIn; for both NotStaff.
    """
    if has_token(request):
        claims = parts.tokens.claims(request)
        kind, staff_id, roles = claims.kind, claims.user_id, claims.roles
    else:
        who = (await present_at(request, FACE, parts)).signed_in
        kind, staff_id, roles = who.kind, who.subject, who.roles
    if kind is not HolderKind.STAFF or staff_id is None:
        raise NotStaff
    return StaffViewer(staff_id, roles)
