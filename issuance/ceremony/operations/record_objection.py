"""Record an objection to a list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import Objection
from issuance.ceremony.operations.check_receipt import check_receipt
from issuance.ceremony.refusals import DisputeWindowOver
from issuance.ceremony.rules.steps import check_reason
from issuance.ceremony.store import objections
from issuance.lottery.refusals import RuleSheetMissing
from issuance.model import Clerk, RoundState
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.rules.draw_steps import list_disputable_until
from issuance.store import campaigns, draw_steps, draws
from kernel.ids import new_id


def record_objection(
    session: Session,
    round_id: UUID,
    *,
    text: str,
    presented: Mapping[str, Any] | None,
    receipt_keys: Mapping[str, bytes],
    by: Clerk,
    now: datetime,
) -> UUID:
    """Record what somebody objects to while the list can be disputed, and give the objection's id.

    With a signed receipt (the members of its JSON) what it proves is recorded too. Nothing is drawn before there is an
    answer. Refuses, in this order: RoundUnknown, CeremonyReasonMissing, RoundNotReady, RuleSheetMissing,
    DisputeWindowOver; for a receipt what `check_receipt` refuses.
    """
    round_ = campaigns.find_round(session, round_id, lock=True)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    check_reason(text)
    draw = draws.find_draw(session, round_id)
    if draw is None or round_.state is not RoundState.CLOSED:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
    status = draw_steps.list_status(session, draw)
    if status.rules is None:
        raise RuleSheetMissing(round_slug=round_.slug)
    ends_at = list_disputable_until(status, status.rules)
    if now >= ends_at:
        raise DisputeWindowOver(ended_at=ends_at.isoformat())
    checked = check_receipt(session, round_id, presented, receipt_keys=receipt_keys) if presented else None

    receipt, standing = (checked.receipt, checked.standing.value) if checked else (None, None)
    unanswered = (None, None, None, None)
    objection = Objection(new_id(), round_id, receipt, standing, text, by.id, now, *unanswered)
    objections.insert_objection(session, objection)
    return objection.id
