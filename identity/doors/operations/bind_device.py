"""Bind a device to a store as one of its tills."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from identity.doors.model import BoundDevice, TillDevice
from identity.doors.rules.binding import RECENT_S, demand_recent, usable_label
from identity.doors.rules.tills import demand_owner, is_owner, secret_digest
from identity.doors.store import holders, tills
from identity.model import HolderKind, ProvenSignIn
from kernel.ids import new_id

_SECRET_BYTES = 32


def bind_device(
    session: Session,
    *,
    signed_in: ProvenSignIn,
    merchant_id: UUID,
    store_id: UUID,
    label: str,
    device_secret: str | None = None,
    now: datetime,
    age_max_s: int = RECENT_S,
) -> BoundDevice:
    """Bind the device that asks, and answer the secret for its cookie: 32 random bytes in base64url, kept as a digest.

    From its first till on a store takes cashiers at its tills only. A device is one till: with the `device_secret` that
    its cookie has already, what it was bound to before ends, if the owner may release that. That the store is the
    merchant's is the caller's to know. Refuses, in this order: ShopOwnerNeeded; SignInNotRecent; LabelUnusable.
    """
    is_shop = signed_in.holder.kind is HolderKind.SHOP
    rights = holders.shop_rights(session, signed_in.holder.id) if is_shop else None
    demand_owner(rights, merchant_id, store_id)
    demand_recent(signed_in, now=now, age_max_s=age_max_s)
    named = usable_label(label)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    device = TillDevice(new_id(), merchant_id, store_id, named, signed_in.holder.id, now)
    tills.lock_tills(session, merchant_id)
    earlier = tills.find_device_of_secret(session, secret_digest(device_secret)) if device_secret else None

    # Nothing below this line may refuse.
    if earlier is not None and is_owner(rights, earlier.merchant_id, earlier.store_id):
        tills.end_device(session, earlier.device_id, signed_in.holder.id, now)
    tills.insert_device(session, device, secret_digest(secret))
    return BoundDevice(device.device_id, secret)
