"""Who is asking: a resident with a token for the wallet."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Depends, Request

from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from kernel.refusals import Kind, Refusal
from wallet_api.parts import AUDIENCE, Parts

COOKIE = "kashiman_wallet"


@dataclass(eq=False)
class NotAResident(Refusal):
    """The token belongs to a shop or to staff; a wallet belongs to a resident."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


SIGN_IN_REFUSALS = (TokenMissing, TokenInvalid, TokenExpired, NotAResident)


@dataclass(frozen=True, slots=True)
class ResidentViewer:
    """A signed-in resident."""

    person_id: UUID
    wallet_id: UUID


async def resident(request: Request, parts: Parts) -> ResidentViewer:
    """The resident whose token came in the Authorization header, or in the cookie of the wallet's own pages.

    Refuses: TokenMissing, TokenInvalid, TokenExpired, NotAResident.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
    viewer = parts.verifier.verify(token, AUDIENCE, parts.clock.now())
    if viewer.wallet_id is None:
        raise NotAResident
    return ResidentViewer(viewer.subject, viewer.wallet_id)


Resident = Annotated[ResidentViewer, Depends(resident)]
