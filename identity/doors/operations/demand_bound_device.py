"""Let a cashier in at the shop's tills only."""

from uuid import UUID

from sqlmodel import Session

from identity.doors.rules.tills import demand_one_of
from identity.doors.store import holders, tills
from identity.model import HolderKind, ShopRole
from identity.refusals import HolderUnknown


def demand_bound_device(session: Session, *, shop_user_id: UUID, device_secret: str | None) -> None:
    """Let a shop user come in from this device; `device_secret` is what its cookie says, if it has one.

    A store demands a till from the first one that is bound to it until the last is released. A cashier of all stores
    may use any till of the merchant; an owner comes in from anywhere. Refuses, in this order: HolderUnknown;
    TillNotBound.
    """
    rights = holders.shop_rights(session, shop_user_id)
    if rights is None:
        raise HolderUnknown(HolderKind.SHOP.value, str(shop_user_id))
    if rights.role is not ShopRole.OWNER:
        demand_one_of(tills.bound_digests(session, rights.merchant_id, rights.store_id), device_secret)
