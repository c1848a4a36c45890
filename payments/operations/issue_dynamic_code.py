"""Let a till show a code that carries an amount."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from kernel.yen import whole_yen
from payments import store
from payments.codes.dynamic_code import DYNAMIC_LIFETIME, new_reference
from payments.model import DynamicCode


def issue_dynamic_code(
    session: Session, *, store_id: UUID, amount_yen: int, issued_by: UUID, now: datetime
) -> DynamicCode:
    """Make a code for one sale at a store: it lives five minutes and one payment uses it up.

    The caller knows that the store is the user's own. Refuses, in this order: AmountNotWholeYen; AmountOutOfRange.
    """
    code = DynamicCode(new_reference(), store_id, whole_yen(amount_yen), now, now + DYNAMIC_LIFETIME)
    store.insert_dynamic_code(session, code, issued_by)
    return code
