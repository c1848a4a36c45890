"""Expire the next lots of an approved run."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import DueLot, ExpiredLot, ExpiryBatch, ExpiryRunState
from issuance.expiry.refusals import ExpiryRunNotReady, ExpiryRunUnknown
from issuance.expiry.rules import ENDED_STATES, expiry_of
from issuance.expiry.store import runs as store
from kernel.refusals import Refusal
from ledger.model import Posted
from ledger.operations.post_journals import Outcome, post_journals


def execute_expiry(session: Session, run_id: UUID, *, now: datetime, limit: int = 500) -> ExpiryBatch:
    """Expire at most `limit` more lots of a run, each of just what the dry run saw in it.

    A lot that holds anything else does not expire and stops the run: what is left of it needs a new dry run. Safe to
    repeat at any moment, by any number of workers; after the end it changes nothing. `now` is the database's time.
    Refuses, in this order: ExpiryRunUnknown, ExpiryRunNotReady before the approval.
    """
    state = store.lock_state(session, run_id)
    if state is None:
        raise ExpiryRunUnknown(run_id=str(run_id))
    if state in ENDED_STATES:
        return ExpiryBatch(state, ())
    if state is not ExpiryRunState.APPROVED:
        raise ExpiryRunNotReady(state=state, needed=ExpiryRunState.APPROVED)
    lots = store.next_lots(session, run_id, limit)
    outcomes = post_journals(session, [expiry_of(run_id, lot, now) for lot in lots])
    expired = [
        (lot, ExpiredLot(lot.lot_id, outcome.journal.id))
        for lot, outcome in zip(lots, outcomes, strict=True)
        if isinstance(outcome, Posted)
    ]
    store.insert_expired(session, run_id, [item for _, item in expired], now)
    refused = _first_refusal(lots, outcomes)
    if refused is not None:
        store.end_run(session, run_id, state, ExpiryRunState.STOPPED, None, now, refused)
        state = ExpiryRunState.STOPPED
    elif len(lots) < limit:
        store.end_run(session, run_id, state, ExpiryRunState.DONE, None, now)
        state = ExpiryRunState.DONE
    return ExpiryBatch(state, tuple(lot for lot, _ in expired))


def _first_refusal(lots: Sequence[DueLot], outcomes: Sequence[Outcome]) -> str | None:
    """Why a run cannot go on: the code of a refusal, and the lot."""
    for lot, outcome in zip(lots, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            return f"{outcome.code} {lot.lot_id}"
    return None
