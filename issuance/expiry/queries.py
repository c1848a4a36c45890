"""Questions about expiry; frozen views come back."""

from datetime import date
from uuid import UUID

from sqlmodel import Session

from issuance.expiry.model import (
    BreakEven,
    DueFigures,
    ExpiryEvent,
    ExpiryReversal,
    ExpiryReversalState,
    ExpiryRun,
    ExpiryRunState,
)
from issuance.expiry.store import reversals, runs


def due_figures(session: Session, through_day: date) -> DueFigures:
    """How much a dry run through this city day would list."""
    return runs.due_figures(session, through_day)


def find_run(session: Session, run_id: UUID) -> ExpiryRun | None:
    """A run as it stands, with how much of it has expired."""
    return runs.find_run(session, run_id)


def all_runs(session: Session) -> list[ExpiryRun]:
    """Every run, the newest first."""
    return runs.all_runs(session)


def break_even(session: Session, run_id: UUID) -> list[BreakEven]:
    """The report of a run by campaign, as it was at the dry run."""
    return runs.break_even(session, run_id)


def run_events(session: Session, run_id: UUID) -> list[ExpiryEvent]:
    """What happened to a run, and who did it."""
    return runs.events_of(session, run_id)


def find_reversal(session: Session, reversal_id: UUID) -> ExpiryReversal | None:
    """A reversal as it stands, with how much of it has come back."""
    return reversals.find_reversal(session, reversal_id)


def reversals_of_run(session: Session, run_id: UUID) -> list[ExpiryReversal]:
    """The reversals of a run, oldest first."""
    return reversals.reversals_of(session, run_id)


def runs_to_execute(session: Session) -> list[UUID]:
    """Runs that were approved and are not finished."""
    return runs.runs_in_state(session, ExpiryRunState.APPROVED)


def reversals_to_execute(session: Session) -> list[UUID]:
    """Reversals that were confirmed and are not finished."""
    return reversals.reversals_in_state(session, ExpiryReversalState.CONFIRMED)
