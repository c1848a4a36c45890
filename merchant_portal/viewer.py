"""Who is asking: somebody of a shop with a token for the portal."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Depends, Request

from identity.model import ShopRole
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from kernel.refusals import Kind, Refusal
from merchant_portal.parts import AUDIENCE, Parts

COOKIE = "kashiman_shop"


@dataclass(eq=False)
class NotAShopUser(Refusal):
    """The code or token belongs to a resident or to staff; the portal belongs to shops."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class OwnerOnly(Refusal):
    """Only the owner of the shop may do this; a cashier asks the owner."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


SIGN_IN_REFUSALS = (TokenMissing, TokenInvalid, TokenExpired, NotAShopUser)


@dataclass(frozen=True, slots=True)
class ShopViewer:
    """Somebody who is signed in for a merchant; with a store, for that one alone."""

    shop_user_id: UUID
    merchant_id: UUID
    store_id: UUID | None
    role: ShopRole

    @property
    def is_owner(self) -> bool:
        return self.role is ShopRole.OWNER

    @property
    def sees_statements(self) -> bool:
        """A statement speaks of all stores, so an owner bound to one of them does not see it."""
        return self.is_owner and self.store_id is None


async def shop_user(request: Request, parts: Parts) -> ShopViewer:
    """The shop user whose token came in the Authorization header, or in the cookie of the portal's own pages.

    Refuses: TokenMissing, TokenInvalid, TokenExpired, NotAShopUser.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
    viewer = parts.verifier.verify(token, AUDIENCE, parts.clock.now())
    if viewer.merchant_id is None or viewer.role is None:
        raise NotAShopUser
    return ShopViewer(viewer.subject, viewer.merchant_id, viewer.store_id, viewer.role)


ShopUser = Annotated[ShopViewer, Depends(shop_user)]


async def refunding_owner(viewer: ShopUser) -> ShopViewer:
    """Somebody who may give value back on another day. Refuses OwnerOnly after what `shop_user` refuses."""
    if not viewer.is_owner:
        raise OwnerOnly
    return viewer


async def statement_reader(viewer: ShopUser) -> ShopViewer:
    """Somebody who may see what the merchant is paid. Refuses OwnerOnly after what `shop_user` refuses."""
    if not viewer.sees_statements:
        raise OwnerOnly
    return viewer


RefundingOwner = Annotated[ShopViewer, Depends(refunding_owner)]
StatementReader = Annotated[ShopViewer, Depends(statement_reader)]
