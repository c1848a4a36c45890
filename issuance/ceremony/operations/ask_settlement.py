"""Ask to end the dispute of a list before its time."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.rules.steps import check_reason
from issuance.model import Clerk, RoundState
from issuance.model.draws import StepKind
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.store import campaigns, draw_steps


def ask_settlement(session: Session, round_id: UUID, *, reason: str, by: Clerk, now: datetime) -> None:
    """Propose, as the first person, that the list is not disputed any more.

    Refuses, in this order: RoundUnknown, CeremonyReasonMissing, RoundNotReady.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    check_reason(reason)
    if round_.state is not RoundState.CLOSED:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
    draw_steps.insert_step(session, round_id, StepKind.SETTLEMENT, {}, by=by, now=now, reason=reason)
