"""Ask for a corrected list."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.rules.corrections import check_exclusions
from issuance.ceremony.rules.steps import check_reason
from issuance.model import Clerk, RoundState
from issuance.model.draws import StepKind, VoidReason
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.store import campaigns, draw_steps, draws


def ask_correction(
    session: Session,
    round_id: UUID,
    *,
    excluded: Mapping[str, VoidReason],
    reason: str,
    by: Clerk,
    now: datetime,
) -> None:
    """Propose, as the first person, a list that leaves out exactly these receipts beside the withdrawn ones.

    Refuses, in this order: RoundUnknown, CeremonyReasonMissing, RoundNotReady, ExclusionNotPossible.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    check_reason(reason)
    if round_.state is not RoundState.CLOSED:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
    check_exclusions(excluded, draws.list_candidates(session, round_id))
    facts = {"excluded": {receipt: str(why) for receipt, why in excluded.items()}}
    draw_steps.insert_step(session, round_id, StepKind.CORRECTION, facts, by=by, now=now, reason=reason)
