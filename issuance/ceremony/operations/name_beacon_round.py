"""Name the round of the beacon that will decide a draw."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.rules.steps import check_reason
from issuance.lottery.refusals import RuleSheetMissing
from issuance.model import Clerk, RoundRule, RoundState
from issuance.model.draws import StepKind
from issuance.refusals import RoundHasNoDraw, RoundNotReady, RoundUnknown
from issuance.rules.draw_steps import NamedBeacon, beacon_named, check_naming, named_in, naming_facts
from issuance.store import campaigns, draw_steps, draws


def name_beacon_round(
    session: Session,
    round_id: UUID,
    *,
    beacon_id: str,
    beacon_round: int,
    by: Clerk,
    now: datetime,
    draw_at: datetime | None = None,
    reason: str = "",
) -> NamedBeacon:
    """Name a future round as the first person; `freeze_draw` confirms it as the second.

    `draw_at` is when the value of any beacon but drand's exists, the announced time if not given. Once a beacon is
    frozen the fallback can be named in its place, with a reason, and the first one again before the fallback exists.
    Refuses, in this order: RoundUnknown, RoundHasNoDraw, RoundNotReady, RuleSheetMissing, CampaignNumberOutOfRange;
    what `check_naming` refuses; CeremonyReasonMissing.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    if round_.rule is RoundRule.FIRST_COME:
        raise RoundHasNoDraw(round_slug=round_.slug)
    draw = draws.find_draw(session, round_id)
    if draw is None or round_.state not in {RoundState.CLOSED, RoundState.FROZEN}:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
    status = draw_steps.list_status(session, draw)
    if status.rules is None:
        raise RuleSheetMissing(round_slug=round_.slug)
    named = beacon_named(beacon_id, beacon_round, draw_at or status.draw_at or status.rules.draw_at)
    frozen = [named_in(step.facts) for step in draw_steps.confirmed_steps(session, round_id, StepKind.BEACON)]
    check_naming(status, frozen, named, round_slug=round_.slug, now=now)
    if frozen:
        check_reason(reason)
    facts = naming_facts(named)
    draw_steps.insert_step(session, round_id, StepKind.BEACON, facts, by=by, now=now, reason=reason)
    return named
