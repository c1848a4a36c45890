"""Publish the rule sheet of a round."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.refusals import ProposalDiffers
from issuance.ceremony.rules.sheets import check_not_opened
from issuance.ceremony.rules.steps import step_to_confirm
from issuance.lottery.rule_sheet import RULE_SHEET_FILE
from issuance.model import Clerk
from issuance.model.draws import StepKind
from issuance.refusals import RoundUnknown
from issuance.store import campaigns, draw_steps, draws


def confirm_rule_sheet(session: Session, round_id: UUID, *, sha256: str, by: Clerk, now: datetime) -> None:
    """Confirm the sheet with this SHA-256 as its second person, which publishes it; it stays once applications open.

    Before that a newer one may take its place, and both stay published. Refuses, in this order: RoundUnknown,
    RoundHasNoDraw, RoundOpenedAlready, NothingToConfirm, SecondPersonNeeded, ProposalDiffers.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    check_not_opened(round_, now)
    newest = draw_steps.newest_step(session, round_id, StepKind.RULE_SHEET)
    step = step_to_confirm(newest, StepKind.RULE_SHEET, by)
    if step.facts["sha256"] != sha256:
        raise ProposalDiffers(step=StepKind.RULE_SHEET)

    draw_steps.confirm_step(session, step.id, by=by.id, now=now)
    draws.publish_anew(session, round_id, RULE_SHEET_FILE, step.facts["content"].encode())
