"""Take an answer back."""

from uuid import UUID

from sqlmodel import Session

from issuance.effect.refusals import SurveyAnswerMissing, SurveyUnknown
from issuance.effect.rules.digests import answer_digest
from issuance.effect.store import surveys as store


def withdraw_answer(session: Session, survey_id: UUID, *, wallet_id: UUID, key: bytes) -> None:
    """Forget what a wallet's owner said, for good; until the campaign is reported they may answer anew.

    Refuses, in this order: SurveyUnknown, SurveyAnswerMissing.
    """
    survey = store.find_survey(session, survey_id)
    if survey is None:
        raise SurveyUnknown(survey_id=str(survey_id))
    if not store.delete_answer(session, answer_digest(key, survey.campaign_id, survey.moment, wallet_id)):
        raise SurveyAnswerMissing
