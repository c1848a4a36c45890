"""Which device is a till, and who may say so."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from identity.doors.model import ShopRights
from identity.doors.refusals import ShopOwnerNeeded, TillNotBound
from identity.model import ShopRole


def demand_owner(rights: ShopRights | None, merchant_id: UUID, store_id: UUID) -> None:
    """Refuse ShopOwnerNeeded to everybody but an owner of this merchant or of this store of it."""
    is_owner = rights is not None and rights.role is ShopRole.OWNER and rights.merchant_id == merchant_id
    if rights is None or not is_owner or rights.store_id not in (None, store_id):
        raise ShopOwnerNeeded


def demand_one_of(bound_digests: Collection[bytes], secret: str | None) -> None:
    """Refuse TillNotBound if there are bound tills and this cookie's secret is none of theirs."""
    if bound_digests and (secret is None or secret_digest(secret) not in bound_digests):
        raise TillNotBound


def secret_digest(secret: str) -> bytes:
    """Compute what is stored of a device's secret: SHA-256, which is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
