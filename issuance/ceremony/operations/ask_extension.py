"""Ask for a later deadline of a round."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.rules.sheets import check_extension
from issuance.ceremony.rules.steps import check_reason
from issuance.lottery.rule_sheet import RULE_SHEET_FILE, parse_rule_sheet
from issuance.model import Clerk
from issuance.model.draws import StepKind
from issuance.refusals import RoundUnknown
from issuance.store import campaigns, draw_steps, draws


def ask_extension(
    session: Session,
    round_id: UUID,
    *,
    closes_at: datetime,
    draw_at: datetime | None,
    reason: str,
    by: Clerk,
    now: datetime,
) -> None:
    """Propose a later deadline, with the time of the draw if that moves too; nothing moves before a second person.

    `now` is the database's time. Refuses, in this order: RoundUnknown, CeremonyReasonMissing, then as
    `check_extension`.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    check_reason(reason)
    sheet = draws.find_file(session, round_id, RULE_SHEET_FILE)
    rules = parse_rule_sheet(sheet) if sheet is not None else None
    draw_at = draw_at or draw_steps.announced_draw_at(session, round_id, rules)
    check_extension(round_, rules, closes_at=closes_at, draw_at=draw_at, now=now)
    facts = {
        "from": round_.closes_at.isoformat(),
        "closes_at": closes_at.isoformat(),
        "draw_at": draw_at.isoformat() if draw_at is not None else None,
    }
    draw_steps.insert_step(session, round_id, StepKind.EXTENSION, facts, by=by, now=now, reason=reason)
