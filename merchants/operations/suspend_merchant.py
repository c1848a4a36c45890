"""Stop a merchant from taking payments for now."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.model import SUSPENSION, StatusChange
from merchants.refusals import SuspensionReasonMissing
from merchants.rules.standing import demand_move_possible
from merchants.store import shops


def suspend_merchant(session: Session, merchant_id: UUID, *, by: UUID, reason: str, now: datetime) -> StatusChange:
    """Suspend an approved merchant; what it is owed stays owed.

    Refuses, in this order: SuspensionReasonMissing; MerchantUnknown; MerchantStatusNotAllowed.
    """
    if not reason.strip():
        raise SuspensionReasonMissing
    statuses = shops.lock_merchants(session, [merchant_id])
    demand_move_possible(merchant_id, statuses, SUSPENSION)
    change = StatusChange(merchant_id, now, by, *SUSPENSION, reason.strip())

    # Nothing below this line may refuse.
    shops.insert_status_changes(session, [change])
    return change
