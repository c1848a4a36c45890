"""Let a suspended merchant take payments again."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.model import RESUMPTION, StatusChange
from merchants.refusals import SuspensionReasonMissing
from merchants.rules.standing import demand_move_possible
from merchants.store import shops


def resume_merchant(session: Session, merchant_id: UUID, *, by: UUID, reason: str, now: datetime) -> StatusChange:
    """End a suspension.

    Refuses, in this order: SuspensionReasonMissing; MerchantUnknown; MerchantStatusNotAllowed, also for a merchant
    that was never approved.
    """
    if not reason.strip():
        raise SuspensionReasonMissing
    statuses = shops.lock_merchants(session, [merchant_id])
    demand_move_possible(merchant_id, statuses, RESUMPTION)
    change = StatusChange(merchant_id, now, by, *RESUMPTION, reason.strip())

    # Nothing below this line may refuse.
    shops.insert_status_changes(session, [change])
    return change
