"""Answer an objection to a list."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import ObjectionOutcome
from issuance.ceremony.refusals import ObjectionAnsweredBefore, ObjectionUnknown
from issuance.ceremony.rules.steps import check_reason
from issuance.ceremony.store import objections
from issuance.model import Clerk
from issuance.store import campaigns


def answer_objection(
    session: Session, objection_id: UUID, *, outcome: ObjectionOutcome, text: str, by: Clerk, now: datetime
) -> None:
    """Answer for good; the same answer again changes nothing. One that is upheld demands a corrected list.

    Refuses, in this order: ObjectionUnknown, CeremonyReasonMissing, ObjectionAnsweredBefore.
    """
    known = objections.find_objection(session, objection_id)
    if known is None:
        raise ObjectionUnknown(objection_id=str(objection_id))
    check_reason(text)
    campaigns.find_round(session, known.round_id, lock=True)
    objection = objections.find_objection(session, objection_id)
    if objection is not None and objection.outcome is not None:
        if (objection.outcome, objection.answer) != (outcome, text):
            raise ObjectionAnsweredBefore(objection_id=str(objection_id))
        return
    objections.insert_answer(session, objection_id, outcome, text, by.id, now)
