"""Confirm a reversal: from now on the worker gives its lots back."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.refusals import ExpiryReversalUnknown, LotsReversedElsewhere
from issuance.expiry.rules import check_confirmation, check_in_time
from issuance.expiry.store import reversals as store
from issuance.model import Clerk


def confirm_expiry_reversal(session: Session, reversal_id: UUID, *, by: Clerk, now: datetime) -> None:
    """Stand behind a reversal as its second person.

    Refuses, in this order: ExpiryReversalUnknown, DeskMayNotExpire, ExpiryReversalNotReady, SecondPersonNeeded,
    ReversalDayImpossible, ExpiryReversalTooLate, LotsReversedElsewhere.
    """
    reversal = store.find_reversal(session, reversal_id, lock=True)
    if reversal is None:
        raise ExpiryReversalUnknown(reversal_id=str(reversal_id))
    check_confirmation(reversal, by, now)
    check_in_time(store.last_expiry(session, reversal_id), now)
    elsewhere = store.reversed_elsewhere(session, reversal_id)
    if elsewhere:
        raise LotsReversedElsewhere(lots=elsewhere)
    store.confirm_reversal(session, reversal_id, by, now)
