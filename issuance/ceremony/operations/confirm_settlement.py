"""End the dispute of a list before its time."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.refusals import NothingToConfirm
from issuance.ceremony.rules.steps import step_to_confirm
from issuance.lottery.refusals import ObjectionsUnanswered
from issuance.model import Clerk, RoundState
from issuance.model.draws import StepKind
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.store import campaigns, draw_steps, draws


def confirm_settlement(session: Session, round_id: UUID, *, by: Clerk, now: datetime) -> None:
    """Confirm as the second person that the list is not disputed any more; no objection is recorded after that.

    Refuses, in this order: RoundUnknown, RoundNotReady; NothingToConfirm, also for what was proposed about a list that
    was corrected since; SecondPersonNeeded, ObjectionsUnanswered.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    draw = draws.find_draw(session, round_id)
    if draw is None or round_.state is not RoundState.CLOSED:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
    step = step_to_confirm(draw_steps.newest_step(session, round_id, StepKind.SETTLEMENT), StepKind.SETTLEMENT, by)
    status = draw_steps.list_status(session, draw)
    if status.corrected_at is not None and step.proposed_at < status.corrected_at:
        raise NothingToConfirm(step=StepKind.SETTLEMENT)
    if status.unanswered or status.uncorrected:
        raise ObjectionsUnanswered(unanswered=status.unanswered, uncorrected=status.uncorrected)
    draw_steps.confirm_step(session, step.id, by=by, now=now)
