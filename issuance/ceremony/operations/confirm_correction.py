"""Publish a corrected list."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.rules.steps import step_to_confirm
from issuance.lottery.draw import root_of
from issuance.lottery.files import APPLICATIONS_FILE, write_applications
from issuance.lottery.rule_sheet import RULE_SHEET_FILE, parse_rule_sheet
from issuance.model import Clerk, ClosedRound, RoundState
from issuance.model.draws import StepKind, VoidReason
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.rules.draw_lists import compile_list
from issuance.store import campaigns, draw_steps, draws


def confirm_correction(
    session: Session, round_id: UUID, *, campaign_key: bytes | None, by: Clerk, now: datetime
) -> ClosedRound:
    """Confirm a corrected list as the second person: it takes the place of the one before, and can be disputed anew.

    The list before stays published beside it. Refuses, in this order: RoundUnknown, RoundNotReady, NothingToConfirm,
    SecondPersonNeeded, CampaignKeyDiffers.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    draw = draws.find_draw(session, round_id)
    if draw is None or round_.state is not RoundState.CLOSED:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
    step = step_to_confirm(draw_steps.newest_step(session, round_id, StepKind.CORRECTION), StepKind.CORRECTION, by)
    sheet = draws.find_file(session, round_id, RULE_SHEET_FILE)
    candidates = draws.list_candidates(session, round_id)
    compiled = compile_list(
        candidates,
        excluded={receipt: VoidReason(why) for receipt, why in step.facts["excluded"].items()},
        rules=parse_rule_sheet(sheet) if sheet is not None else None,
        campaign_key=campaign_key,
    )
    rows, void = compiled
    root = root_of(rows).hex()
    closed = ClosedRound(round_id, root, len(rows), len(candidates), compiled.void_by_reason, draw.closed_at)

    draw_steps.confirm_step(session, step.id, by=by, now=now)
    draws.insert_voids(session, round_id, draws.correct_list(session, closed), void)
    draws.publish_anew(session, round_id, APPLICATIONS_FILE, write_applications(rows))
    return closed
