"""Ask that what a run took is given back."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.refusals import ExpiryRunUnknown, NothingToReverse
from issuance.expiry.rules import check_in_time, check_reversal
from issuance.expiry.store import reversals as store
from issuance.expiry.store import runs
from issuance.model import Clerk
from kernel.ids import new_id


def ask_expiry_reversal(
    session: Session,
    run_id: UUID,
    *,
    reason: str,
    last_day: date,
    by: Clerk,
    now: datetime,
    wallet_id: UUID | None = None,
    lot_id: UUID | None = None,
) -> UUID:
    """Ask for the whole run, for what it took of one wallet, or for one lot, usable again until `last_day`.

    Gives the id of the reversal. Nothing moves before another person confirms it. Refuses, in this order:
    ExpiryRunUnknown, DeskMayNotExpire, ExpiryRunNotReady, ReversalReasonMissing, ReversalDayImpossible,
    NothingToReverse, ExpiryReversalTooLate.
    """
    run = runs.find_run(session, run_id)
    if run is None:
        raise ExpiryRunUnknown(run_id=str(run_id))
    check_reversal(run, reason, last_day, by, now)
    expired_at = store.last_expired_at(session, run_id, wallet_id, lot_id)
    if expired_at is None:
        raise NothingToReverse(run_id=str(run_id))
    check_in_time(expired_at, now)
    reversal_id = new_id()
    store.insert_reversal(session, reversal_id, run_id, (wallet_id, lot_id), (reason.strip(), last_day), by, now)
    return reversal_id
