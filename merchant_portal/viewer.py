"""Who is asking: somebody of a shop, by a token or in a browser that is signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Depends, Request

from identity.doors.operations.demand_bound_device import demand_bound_device
from identity.doors.refusals import TillNotBound
from identity.model import Acr, Holder, HolderKind, ProvenSignIn, ShopRole, SignedIn
from identity.provider.jose.refusals import DpopProofInvalid
from identity.provider.refusals import NotSignedIn
from identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from identity.relying_party.face import Face, KnownDevices, present_at
from identity.relying_party.tokens import has_token
from kernel.db import Session
from kernel.pages import HostCookie, OriginNotOurs
from kernel.refusals import Kind, Refusal
from merchant_portal.parts import Parts
from merchant_portal.recording import record

TILL_KEPT_FOR_S = 400 * 86_400
"""As long as browsers keep any cookie (RFC 6265bis, section 5.5); each sign-in at a till begins it anew."""


def _turned_away(session: Session, who: SignedIn, device_secret: str | None, now: datetime) -> Refusal | None:
    """Why a cashier may not be at this device, if so; that is recorded."""
    if who.role is not ShopRole.CASHIER:
        return None
    try:
        demand_bound_device(session, shop_user_id=who.subject, device_secret=device_secret)
    except TillNotBound as refusal:
        record(session, "sign_in.turned_away", who.subject, now, {}, refusal)
        return refusal
    return None


TILL = KnownDevices(HostCookie("kashiman_till"), TILL_KEPT_FOR_S, _turned_away)
FACE = Face(
    HolderKind.SHOP,
    HostCookie("kashiman_shop"),
    home="/shop/",
    sign_in_page="/shop/sign-in",
    devices=TILL,
    afresh={"tills": "/shop/tills", "account": "/shop/account/change"},
)


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
    TillNotBound,
    NotAShopUser,
)


@dataclass(frozen=True, slots=True)
class ShopViewer:
    """Somebody who is signed in for a merchant; with a store, for that one alone."""

    shop_user_id: UUID
    merchant_id: UUID
    store_id: UUID | None
    role: ShopRole
    acr: Acr
    signed_in_at: datetime

    @property
    def proof(self) -> ProvenSignIn:
        """How and when they signed in."""
        return ProvenSignIn(Holder(HolderKind.SHOP, self.shop_user_id), self.acr, (), self.signed_in_at)

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
    OriginNotOurs, NotSignedIn, TillNotBound; for both NotAShopUser.
    """
    if has_token(request):
        claims = parts.tokens.claims(request)
        user_id, merchant_id, store_id, role = claims.user_id, claims.merchant_id, claims.store_id, claims.role
        acr, signed_in_at = claims.acr, claims.auth_time
    else:
        present = await present_at(request, FACE, parts)
        who, acr, signed_in_at = present.signed_in, present.session.acr, present.session.auth_time
        user_id, merchant_id, store_id, role = who.subject, who.merchant_id, who.store_id, who.role
    if user_id is None or merchant_id is None or role is None:
        raise NotAShopUser
    return ShopViewer(user_id, merchant_id, store_id, role, acr, signed_in_at)


ShopUser = Annotated[ShopViewer, Depends(shop_user)]


async def refunding_owner(viewer: ShopUser) -> ShopViewer:
    """Somebody who may give value back on another day. Refuses OwnerOnly after what `shop_user` refuses."""
    if not viewer.is_owner:
        raise OwnerOnly
    return viewer


async def shop_owner(viewer: ShopUser) -> ShopViewer:
    """Somebody who looks after the shop's tills and cashiers. Refuses OwnerOnly after what `shop_user` refuses."""
    if not viewer.is_owner:
        raise OwnerOnly
    return viewer


async def statement_reader(viewer: ShopUser) -> ShopViewer:
    """Somebody who may see what the merchant is paid. Refuses OwnerOnly after what `shop_user` refuses."""
    if not viewer.sees_statements:
        raise OwnerOnly
    return viewer


RefundingOwner = Annotated[ShopViewer, Depends(refunding_owner)]
ShopOwner = Annotated[ShopViewer, Depends(shop_owner)]
StatementReader = Annotated[ShopViewer, Depends(statement_reader)]
