"""Who is asking: somebody of a shop, by a token or in a browser that is signed in."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Depends, Request

from identity.model import HolderKind, ShopRole
from identity.provider.jose.refusals import DpopProofInvalid
from identity.provider.refusals import NotSignedIn
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from identity.relying_party.face import Face, present_at
from identity.relying_party.tokens import has_token
from kernel.pages import HostCookie, OriginNotOurs
from kernel.refusals import Kind, Refusal
from merchant_portal.parts import Parts

FACE = Face(HolderKind.SHOP, HostCookie("kashiman_shop"), home="/shop/", sign_in_page="/shop/sign-in")


@dataclass(eq=False)
class NotAShopUser(Refusal):
    """The code or token belongs to a resident or to staff; the portal belongs to shops."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class OwnerOnly(Refusal):
    """Only the owner of the shop may do this; a cashier asks the owner."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


SIGN_IN_REFUSALS = (
    TokenMissing,
    TokenInvalid,
    TokenExpired,
    DpopProofInvalid,
    OriginNotOurs,
    NotSignedIn,
    NotAShopUser,
)


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
    """The shop user whose token came in the Authorization header, or who is signed in in this browser.

    Refuses, in this order: for a token TokenMissing, TokenInvalid, TokenExpired, DpopProofInvalid; for a browser
    OriginNotOurs, NotSignedIn; for both NotAShopUser.
    """
    if has_token(request):
        claims = parts.tokens.claims(request)
        user_id, merchant_id, store_id, role = claims.user_id, claims.merchant_id, claims.store_id, claims.role
    else:
        who = (await present_at(request, FACE, parts)).signed_in
        user_id, merchant_id, store_id, role = who.subject, who.merchant_id, who.store_id, who.role
    if user_id is None or merchant_id is None or role is None:
        raise NotAShopUser
    return ShopViewer(user_id, merchant_id, store_id, role)


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
