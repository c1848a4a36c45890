"""Move the deadline of a round."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.refusals import NothingToConfirm
from issuance.ceremony.rules.sheets import check_extension
from issuance.ceremony.rules.steps import step_to_confirm
from issuance.lottery.manifest import Json, canonical_json
from issuance.lottery.rule_sheet import RULE_SHEET_FILE, parse_rule_sheet, utc_text
from issuance.model import Clerk, Round
from issuance.model.draws import DrawStep, StepKind
from issuance.refusals import RoundUnknown
from issuance.store import campaigns, draw_steps, draws


def confirm_extension(session: Session, round_id: UUID, *, by: Clerk, now: datetime) -> datetime:
    """Confirm the later deadline as its second person, before the old one; it is published as extension_<number>.json.

    `now` is the database's time. Gives the new deadline. Refuses, in this order: RoundUnknown; NothingToConfirm, also
    when the deadline was moved since; SecondPersonNeeded; then as `check_extension`.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    step = step_to_confirm(draw_steps.newest_step(session, round_id, StepKind.EXTENSION), StepKind.EXTENSION, by)
    if datetime.fromisoformat(step.facts["from"]) != round_.closes_at:
        raise NothingToConfirm(step=StepKind.EXTENSION)
    files = draws.find_files(session, round_id)
    rules = parse_rule_sheet(files[RULE_SHEET_FILE]) if RULE_SHEET_FILE in files else None
    closes_at, draw_at = datetime.fromisoformat(step.facts["closes_at"]), step.facts["draw_at"]
    draw_at = datetime.fromisoformat(draw_at) if draw_at else None
    check_extension(round_, rules, closes_at=closes_at, draw_at=draw_at, now=now)

    number = 1 + len(draw_steps.confirmed_steps(session, round_id, StepKind.EXTENSION))
    draw_steps.confirm_step(session, step.id, by=by, now=now)
    draws.extend_round(session, round_id, closes_at)
    published = _published(round_, step, closes_at, draw_at, now)
    draws.insert_files(session, round_id, {f"extension_{number}.json": canonical_json(published)})
    return closes_at


def _published(
    round_: Round, step: DrawStep, closes_at: datetime, draw_at: datetime | None, now: datetime
) -> dict[str, Json]:
    """The extension as everybody may read it; an empty time of the draw is that of the rule sheet."""
    return {
        "campaign": round_.slug,
        "closes_at": utc_text(closes_at),
        "closed_at_before": utc_text(round_.closes_at),
        "draw_at": utc_text(draw_at) if draw_at is not None else "",
        "recorded_at": utc_text(now),
        "reason": step.reason,
    }
