"""Which device is a till, and who may say so."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from identity.doors.model import ShopRights, TillDevice
from identity.doors.refusals import ShopOwnerNeeded, TillNotBound
from identity.model import ShopRole


def demand_owner(rights: ShopRights | None, merchant_id: UUID, store_id: UUID) -> None:
    """Refuse ShopOwnerNeeded to everybody but an owner of this merchant or of this store of it."""
    if not is_owner(rights, merchant_id, store_id):
        raise ShopOwnerNeeded


def is_owner(rights: ShopRights | None, merchant_id: UUID, store_id: UUID) -> bool:
    """Whether somebody owns this merchant, or this store of it."""
    if rights is None or rights.role is not ShopRole.OWNER:
        return False
    return rights.merchant_id == merchant_id and rights.store_id in (None, store_id)


def is_held(store_id: UUID | None, tills: Collection[TillDevice]) -> bool:
    """Whether a cashier of this store, or of all the merchant's, is held to these bound tills of the merchant."""
    return any(store_id in (None, till.store_id) for till in tills)


def demand_one_of(bound_digests: Collection[bytes], secret: str | None) -> None:
    """Refuse TillNotBound if there are bound tills and this cookie's secret is none of theirs."""
    if bound_digests and (secret is None or secret_digest(secret) not in bound_digests):
        raise TillNotBound


def secret_digest(secret: str) -> bytes:
    """Compute what is stored of a device's secret: SHA-256, which is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
