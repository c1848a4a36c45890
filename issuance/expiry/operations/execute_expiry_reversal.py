"""Give back the next lots of a confirmed reversal."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import ExpiryReversalState, ReversalBatch, ReversedLot
from issuance.expiry.refusals import ExpiryReversalNotReady, ExpiryReversalUnknown
from issuance.expiry.rules import reversal_of
from issuance.expiry.store import reversals as store
from kernel.refusals import Refusal
from ledger.model import Posted
from ledger.operations.post_journals import post_journals


def execute_expiry_reversal(session: Session, reversal_id: UUID, *, now: datetime, limit: int = 500) -> ReversalBatch:
    """Give at most `limit` more lots back, each whole and by its stored parts, to a new lot in the same wallet.

    A lot that the books refuse stops the reversal. Safe to repeat at any moment; after the end it changes nothing.
    `now` is the database's time. Refuses, in this order: ExpiryReversalUnknown, ExpiryReversalNotReady before it is
    confirmed.
    """
    reversal = store.find_reversal(session, reversal_id, lock=True)
    if reversal is None:
        raise ExpiryReversalUnknown(reversal_id=str(reversal_id))
    if reversal.state is ExpiryReversalState.ASKED:
        raise ExpiryReversalNotReady(state=reversal.state, needed=ExpiryReversalState.CONFIRMED)
    if reversal.state is not ExpiryReversalState.CONFIRMED:
        return ReversalBatch(reversal.state, ())
    lots = store.next_lots(session, reversal_id, limit)
    commands = [reversal_of(reversal, lot, now) for lot in lots]
    outcomes = post_journals(session, commands)
    back = [
        ReversedLot(lot.lot_id, command.lot_id, outcome.journal.id)
        for lot, command, outcome in zip(lots, commands, outcomes, strict=True)
        if isinstance(outcome, Posted)
    ]
    store.insert_reversed(session, reversal_id, back, now)
    refused = next((outcome.code for outcome in outcomes if isinstance(outcome, Refusal)), None)
    if refused is not None:
        store.end_reversal(session, reversal_id, stopped_because=refused)
        return ReversalBatch(ExpiryReversalState.STOPPED, tuple(back))
    if len(lots) < limit:
        store.end_reversal(session, reversal_id)
        return ReversalBatch(ExpiryReversalState.DONE, tuple(back))
    return ReversalBatch(ExpiryReversalState.CONFIRMED, tuple(back))
