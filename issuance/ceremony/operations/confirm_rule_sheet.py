"""Publish the rule sheet of a round."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.refusals import ProposalDiffers
from issuance.ceremony.rules.sheets import check_not_opened
from issuance.ceremony.rules.steps import step_to_confirm
from issuance.lottery.rule_sheet import RULE_SHEET_FILE
from issuance.model import CampaignEvent, Clerk, Round, RoundState
from issuance.model.draws import StepKind
from issuance.refusals import RoundUnknown
from issuance.store import campaigns, draw_steps, draws
from kernel.refusals import BooksBroken


def confirm_rule_sheet(session: Session, round_id: UUID, *, sha256: str, by: Clerk, now: datetime) -> None:
    """Confirm the sheet with this SHA-256 as its second person, which publishes it and opens the round.

    Applications count from now, and never before `opens_at`. The sheet stays from then on; before `opens_at` a newer
    one may take its place, and both stay published. `now` is the database's time. Refuses, in this order: RoundUnknown;
    what `check_not_opened` refuses; NothingToConfirm, SecondPersonNeeded, ProposalDiffers.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    check_not_opened(round_, now)
    newest = draw_steps.newest_step(session, round_id, StepKind.RULE_SHEET)
    step = step_to_confirm(newest, StepKind.RULE_SHEET, by)
    if step.facts["sha256"] != sha256:
        raise ProposalDiffers(step=StepKind.RULE_SHEET)

    draw_steps.confirm_step(session, step.id, by=by, now=now)
    draws.publish_anew(session, round_id, RULE_SHEET_FILE, step.facts["content"].encode())
    if round_.state is RoundState.ANNOUNCED:
        _open(session, round_, by, now)


def _open(session: Session, round_: Round, by: Clerk, now: datetime) -> None:
    campaign = campaigns.find_campaign(session, round_.campaign_id)
    if campaign is None:
        raise BooksBroken("a round has no campaign")
    campaigns.set_round_state(session, round_.id, RoundState.OPEN)
    opened = f"round {round_.slug} {RoundState.OPEN}"
    campaigns.log_event(session, campaign.id, campaign.state, CampaignEvent.ROUND_OPENED, by, now, opened)
