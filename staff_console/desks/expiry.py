"""Two people let expire what is over, and give it back when that was wrong."""

from dataclasses import asdict
from uuid import UUID

from identity.queries import all_staff
from issuance.expiry.model import BreakEven, DueFigures, ExpiryReversal, ExpiryRun
from issuance.expiry.queries import break_even, find_run, reversals_of_run, run_events
from issuance.expiry.refusals import ExpiryRunUnknown
from kernel.db import Session
from ledger.model import Parts
from staff_console.desks.campaign_titles import campaign_titles
from staff_console.expiry_schemas import (
    BreakEvenAnswer,
    LotsAnswer,
    PartsAnswer,
    ReversalAnswer,
    RunAnswer,
    RunDetailAnswer,
    StepAnswer,
)


def run_answers(session: Session, runs: list[ExpiryRun]) -> list[RunAnswer]:
    """Runs at a glance, with the names of the clerks."""
    names = _names(session)
    return [_run(run, names) for run in runs]


def run_detail(session: Session, run_id: UUID) -> RunDetailAnswer:
    """A run with its report, its history and its reversals. Refuses: ExpiryRunUnknown."""
    run = find_run(session, run_id)
    if run is None:
        raise ExpiryRunUnknown(run_id=str(run_id))
    names, titles = _names(session), campaign_titles(session)
    return RunDetailAnswer(
        **_run(run, names).model_dump(),
        campaigns=[_report(one, titles.get(one.campaign_id, "")) for one in break_even(session, run_id)],
        steps=[StepAnswer(**{**asdict(step), "by": _name(step.by, names)}) for step in run_events(session, run_id)],
        reversals=[_reversal(reversal, names) for reversal in reversals_of_run(session, run_id)],
    )


def lots_answer(figures: DueFigures) -> LotsAnswer:
    """So many lots and what they hold."""
    return LotsAnswer(**figures._asdict())


def _run(run: ExpiryRun, names: dict[UUID, str]) -> RunAnswer:
    return RunAnswer(
        run_id=run.id,
        through_day=run.through_day,
        state=run.state,
        digest=run.digest,
        planned_by=names.get(run.planned_by, str(run.planned_by)),
        planned_at=run.planned_at,
        approved_by=_name(run.approved_by, names),
        approved_at=run.approved_at,
        due=lots_answer(run.due),
        expired=lots_answer(run.expired),
    )


def _report(one: BreakEven, title: str) -> BreakEvenAnswer:
    unused = Parts(one.left.paid_yen - one.due.paid_yen, one.left.premium_yen - one.due.premium_yen)
    return BreakEvenAnswer(
        campaign_id=one.campaign_id,
        campaign_title=title,
        lots=one.lots,
        due=_parts(one.due),
        issued=_parts(one.issued),
        used=_parts(one.used),
        held=_parts(one.held),
        expired=_parts(one.expired),
        left=_parts(one.left),
        unused_after=_parts(unused),
    )


def _reversal(reversal: ExpiryReversal, names: dict[UUID, str]) -> ReversalAnswer:
    return ReversalAnswer(
        reversal_id=reversal.id,
        state=reversal.state,
        reason=reversal.reason,
        last_day=reversal.last_day,
        asked_by=names.get(reversal.asked_by, str(reversal.asked_by)),
        asked_at=reversal.asked_at,
        confirmed_by=_name(reversal.confirmed_by, names),
        confirmed_at=reversal.confirmed_at,
        stopped_because=reversal.stopped_because,
        asked=lots_answer(reversal.asked),
        reversed=lots_answer(reversal.reversed),
    )


def _parts(parts: Parts) -> PartsAnswer:
    return PartsAnswer(**parts._asdict())


def _name(staff_id: UUID | None, names: dict[UUID, str]) -> str | None:
    return None if staff_id is None else names.get(staff_id, str(staff_id))


def _names(session: Session) -> dict[UUID, str]:
    return {member.staff_id: member.display_name for member in all_staff(session)}
