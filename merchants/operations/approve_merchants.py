"""Approve merchants that applied."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from merchants.model import APPROVAL, StatusChange
from merchants.rules.standing import demand_move_possible
from merchants.store import shops


def approve_merchants(
    session: Session, merchant_ids: Sequence[UUID], *, by: UUID, now: datetime, reason: str = ""
) -> list[StatusChange]:
    """Let merchants that applied take payments; `by` is the member of staff who decided.

    The batch is taken as a whole; a merchant named twice counts once. Refuses, in this order and merchant by merchant:
    MerchantUnknown; MerchantStatusNotAllowed for one that is approved or suspended.
    """
    once = list(dict.fromkeys(merchant_ids))
    if not once:
        return []
    statuses = shops.lock_merchants(session, once)
    for merchant_id in once:
        demand_move_possible(merchant_id, statuses, APPROVAL)
    changes = [StatusChange(merchant_id, now, by, *APPROVAL, reason) for merchant_id in once]

    # Nothing below this line may refuse.
    shops.insert_status_changes(session, changes)
    return changes
