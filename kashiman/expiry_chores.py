"""What the worker does for expiry: exactly what two people approved, by the database's clock."""

import logging
from collections.abc import Callable
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import ExpiryBatch, ExpiryReversalState, ExpiryRunState, ReversalBatch
from issuance.expiry.operations.execute_expiry import execute_expiry
from issuance.expiry.operations.execute_expiry_reversal import execute_expiry_reversal
from issuance.expiry.queries import reversals_to_execute, runs_to_execute
from kashiman.assembly import Installation
from kernel.database_clock import ClocksDisagree, database_time

logger = logging.getLogger(__name__)


def execute_expiry_runs(installation: Installation) -> None:
    """Work off approved runs, batch by batch; while the clocks disagree nothing expires."""

    def batch(session: Session, run_id: UUID) -> ExpiryBatch:
        return execute_expiry(session, run_id, now=database_time(session, installation.clock))

    for run_id in installation.worker_database.run(runs_to_execute):
        state = _worked_off(installation, batch, run_id, ExpiryRunState.APPROVED)
        if state is ExpiryRunState.STOPPED:
            logger.error("the expiry run %s has stopped: a lot holds something else than was approved", run_id)


def execute_expiry_reversals(installation: Installation) -> None:
    """Work off confirmed reversals, batch by batch."""

    def batch(session: Session, reversal_id: UUID) -> ReversalBatch:
        return execute_expiry_reversal(session, reversal_id, now=database_time(session, installation.clock))

    for reversal_id in installation.worker_database.run(reversals_to_execute):
        state = _worked_off(installation, batch, reversal_id, ExpiryReversalState.CONFIRMED)
        if state is ExpiryReversalState.STOPPED:
            logger.error("the reversal %s of an expiry has stopped: the books refuse it", reversal_id)


def _worked_off(
    installation: Installation,
    batch: Callable[[Session, UUID], ExpiryBatch | ReversalBatch],
    subject_id: UUID,
    going_on: ExpiryRunState | ExpiryReversalState,
) -> ExpiryRunState | ExpiryReversalState:
    """How something stands once there is nothing more to do for it, or no way to know the day."""
    state = going_on
    while state is going_on:
        try:
            state = installation.worker_database.run(lambda session: batch(session, subject_id)).state
        except ClocksDisagree as refusal:
            logger.error("nothing expires and nothing comes back: %s", refusal)
            break
    return state
