"""Expiry: the dry run, its approval by a second person, and the way back. The worker does what was approved."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from issuance.expiry.operations.approve_expiry import approve_expiry
from issuance.expiry.operations.ask_expiry_reversal import ask_expiry_reversal
from issuance.expiry.operations.confirm_expiry_reversal import confirm_expiry_reversal
from issuance.expiry.operations.plan_expiry import plan_expiry
from issuance.expiry.operations.stop_expiry import stop_expiry
from issuance.expiry.queries import all_runs, due_figures
from issuance.expiry.refusals import (
    DeskMayNotExpire,
    ExpiryDayNotOver,
    ExpiryDigestDiffers,
    ExpiryLotsChanged,
    ExpiryReversalNotReady,
    ExpiryReversalTooLate,
    ExpiryReversalUnknown,
    ExpiryRunNotReady,
    ExpiryRunUnderWay,
    ExpiryRunUnknown,
    LotsReversedElsewhere,
    NothingToExpire,
    NothingToReverse,
    ReversalDayImpossible,
    ReversalReasonMissing,
)
from issuance.refusals import SecondPersonNeeded
from kernel.database_clock import ClocksDisagree, database_time
from kernel.db import Session
from kernel.http import refuses
from staff_console.desks import expiry
from staff_console.desks.planning import clerk_of
from staff_console.expiry_schemas import (
    ApproveExpiryBody,
    DueAnswer,
    PlanExpiryBody,
    ReversalAskedAnswer,
    ReversalBody,
    RunDetailAnswer,
    RunsAnswer,
    RunStartedAnswer,
    StopExpiryBody,
)
from staff_console.parts import Parts
from staff_console.rights import EXPIRERS, EXPIRY_READERS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["expiry"])

Reader = Annotated[StaffViewer, Depends(requires(*EXPIRY_READERS))]
Expirer = Annotated[StaffViewer, Depends(requires(*EXPIRERS))]
STEP_REFUSALS = (*VIEWER_REFUSALS, ClocksDisagree, DeskMayNotExpire)


@router.get("/expiry/due", responses=refuses(*VIEWER_REFUSALS))
def due(through_day: date, _viewer: Reader, parts: Parts) -> DueAnswer:
    """What a dry run through a day would list now."""
    with parts.database.transaction() as session:
        figures = due_figures(session, through_day)
    return DueAnswer(through_day=through_day, **figures._asdict())


@router.get("/expiry/runs", responses=refuses(*VIEWER_REFUSALS))
def runs(_viewer: Reader, parts: Parts) -> RunsAnswer:
    """All runs, the newest first, each with how far it is."""
    with parts.database.transaction() as session:
        return RunsAnswer(runs=expiry.run_answers(session, all_runs(session)))


@router.get("/expiry/runs/{run_id}", responses=refuses(*VIEWER_REFUSALS, ExpiryRunUnknown))
def run(run_id: UUID, _viewer: Reader, parts: Parts) -> RunDetailAnswer:
    """A run with its break-even report, its history and what was asked back."""
    with parts.database.transaction() as session:
        return expiry.run_detail(session, run_id)


@router.post(
    "/expiry/runs",
    status_code=201,
    responses=refuses(*STEP_REFUSALS, ExpiryDayNotOver, ExpiryRunUnderWay, NothingToExpire),
)
def plan(body: PlanExpiryBody, viewer: Expirer, parts: Parts) -> RunStartedAnswer:
    """Make a dry run by the database's clock; nothing expires before another person approves it."""

    def make(session: Session) -> UUID:
        now = database_time(session, parts.clock)
        return plan_expiry(session, through_day=body.through_day, by=clerk_of(viewer), now=now)

    return RunStartedAnswer(run_id=parts.database.run(make))


@router.post(
    "/expiry/runs/{run_id}/approve",
    status_code=204,
    responses=refuses(
        *STEP_REFUSALS,
        ExpiryRunUnknown,
        ExpiryRunNotReady,
        SecondPersonNeeded,
        ExpiryDigestDiffers,
        ExpiryLotsChanged,
    ),
)
def approve(run_id: UUID, body: ApproveExpiryBody, viewer: Expirer, parts: Parts) -> None:
    """Approve the list that was looked at, as its second person; the worker begins within a minute."""

    def sign(session: Session) -> None:
        now = database_time(session, parts.clock)
        approve_expiry(session, run_id, digest=body.digest, by=clerk_of(viewer), now=now)

    parts.database.run(sign)


@router.post(
    "/expiry/runs/{run_id}/stop",
    status_code=204,
    responses=refuses(*STEP_REFUSALS, ExpiryRunUnknown, ExpiryRunNotReady),
)
def stop(run_id: UUID, body: StopExpiryBody, viewer: Expirer, parts: Parts) -> None:
    """Let no further lot of a run expire; what has expired can be asked back."""

    def end(session: Session) -> None:
        now = database_time(session, parts.clock)
        stop_expiry(session, run_id, by=clerk_of(viewer), now=now, reason=body.reason)

    parts.database.run(end)


@router.post(
    "/expiry/runs/{run_id}/reversals",
    status_code=201,
    responses=refuses(
        *STEP_REFUSALS,
        ExpiryRunUnknown,
        ExpiryRunNotReady,
        ReversalReasonMissing,
        ReversalDayImpossible,
        NothingToReverse,
        ExpiryReversalTooLate,
    ),
)
def ask_back(run_id: UUID, body: ReversalBody, viewer: Expirer, parts: Parts) -> ReversalAskedAnswer:
    """Ask that a run, one wallet's part of it or one lot is given back; nothing moves before somebody else confirms."""

    def ask(session: Session) -> UUID:
        return ask_expiry_reversal(
            session,
            run_id,
            reason=body.reason,
            last_day=body.last_day,
            by=clerk_of(viewer),
            now=database_time(session, parts.clock),
            wallet_id=body.wallet_id,
            lot_id=body.lot_id,
        )

    return ReversalAskedAnswer(reversal_id=parts.database.run(ask))


@router.post(
    "/expiry/reversals/{reversal_id}/confirm",
    status_code=204,
    responses=refuses(
        *STEP_REFUSALS,
        ExpiryReversalUnknown,
        ExpiryReversalNotReady,
        SecondPersonNeeded,
        ReversalDayImpossible,
        ExpiryReversalTooLate,
        LotsReversedElsewhere,
    ),
)
def confirm(reversal_id: UUID, viewer: Expirer, parts: Parts) -> None:
    """Confirm a reversal as its second person; the worker gives the value back within minutes."""

    def sign(session: Session) -> None:
        confirm_expiry_reversal(session, reversal_id, by=clerk_of(viewer), now=database_time(session, parts.clock))

    parts.database.run(sign)
