"""Stop an approved run."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import ExpiryRunState
from issuance.expiry.refusals import ExpiryRunUnknown
from issuance.expiry.rules import check_desk, check_state
from issuance.expiry.store import runs as store
from issuance.model import Clerk


def stop_expiry(session: Session, run_id: UUID, *, by: Clerk, now: datetime, reason: str) -> None:
    """Let no further lot of a run expire; what has expired can be reversed. One person is enough to stop.

    Waits for the batch under way. Refuses, in this order: ExpiryRunUnknown, DeskMayNotExpire, ExpiryRunNotReady.
    """
    store.lock_state(session, run_id)
    run = store.find_run(session, run_id)
    if run is None:
        raise ExpiryRunUnknown(run_id=str(run_id))
    check_desk(by)
    check_state(run, ExpiryRunState.APPROVED)
    store.end_run(session, run_id, run.state, ExpiryRunState.STOPPED, by.id, now, reason)
