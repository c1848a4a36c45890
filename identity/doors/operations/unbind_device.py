"""Release a device from its store."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.refusals import DoorNotFound
from identity.doors.rules.binding import RECENT_S, demand_recent
from identity.doors.rules.tills import demand_owner
from identity.doors.store import holders, tills
from identity.model import HolderKind, ProvenSignIn


def unbind_device(
    session: Session, device_id: UUID, *, signed_in: ProvenSignIn, now: datetime, age_max_s: int = RECENT_S
) -> None:
    """Release a device; without a till left, the store takes cashiers anywhere again.

    Refuses, in this order: DoorNotFound; ShopOwnerNeeded; SignInNotRecent.
    """
    is_shop = signed_in.holder.kind is HolderKind.SHOP
    rights = holders.shop_rights(session, signed_in.holder.id) if is_shop else None
    if rights is not None:
        tills.lock_tills(session, rights.merchant_id)
    device = tills.lock_device(session, device_id)
    if device is None:
        raise DoorNotFound
    demand_owner(rights, device.merchant_id, device.store_id)
    demand_recent(signed_in, now=now, age_max_s=age_max_s)

    # Nothing below this line may refuse.
    tills.end_device(session, device_id, signed_in.holder.id, now)
