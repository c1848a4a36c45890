"""Approve a dry run: from now on the worker expires its lots."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import ExpiryRun
from issuance.expiry.refusals import ExpiryLotsChanged, ExpiryRunUnknown
from issuance.expiry.rules import check_approval, digest_of
from issuance.expiry.store import runs as store
from issuance.model import Clerk


def approve_expiry(session: Session, run_id: UUID, *, digest: str, by: Clerk, now: datetime) -> None:
    """Approve the list whose digest the second person looked at, if it is still what would expire.

    Refuses, in this order: ExpiryRunUnknown, DeskMayNotExpire, ExpiryRunNotReady, SecondPersonNeeded,
    ExpiryDigestDiffers, ExpiryLotsChanged.
    """
    store.lock_state(session, run_id)
    run = store.find_run(session, run_id)
    if run is None:
        raise ExpiryRunUnknown(run_id=str(run_id))
    check_approval(run, digest, by)
    _refuse_changed(session, run)
    store.approve_run(session, run_id, by, now)


def _refuse_changed(session: Session, run: ExpiryRun) -> None:
    if digest_of(run.through_day, store.due_lots(session, run.through_day)) != run.digest:
        found = store.due_figures(session, run.through_day)
        raise ExpiryLotsChanged(
            planned_lots=run.due.lots,
            planned_yen=run.due.amount_yen,
            found_lots=found.lots,
            found_yen=found.amount_yen,
        )
