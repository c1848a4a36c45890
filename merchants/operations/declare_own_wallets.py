"""Declare the wallets of a merchant's owner and staff."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.refusals import MerchantUnknown
from merchants.store import shops


def declare_own_wallets(session: Session, merchant_id: UUID, wallet_ids: Collection[UUID], *, now: datetime) -> None:
    """Add wallets from which the merchant may not be paid; one declared before stays as it was.

    Refuses MerchantUnknown.
    """
    if not shops.find_merchants(session, [merchant_id]):
        raise MerchantUnknown(str(merchant_id))

    # Nothing below this line may refuse.
    shops.insert_own_wallets(session, merchant_id, wallet_ids, now)
