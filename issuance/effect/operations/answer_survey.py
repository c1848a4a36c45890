"""Answer a survey."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.effect.model import Survey
from issuance.effect.refusals import (
    SurveyAnsweredBefore,
    SurveyNotForThisWallet,
    SurveyOver,
    SurveyQuestionsChanged,
    SurveyUnknown,
)
from issuance.effect.rules.digests import answer_digest
from issuance.effect.rules.questions import checked_answers
from issuance.effect.store import surveys as store
from issuance.model import CampaignState
from issuance.queries import find_campaign
from kernel.clock import city_date


def answer_survey(
    session: Session, survey_id: UUID, *, wallet_id: UUID, answers: Mapping[str, Any], key: bytes, now: datetime
) -> None:
    """Store what somebody says, once for each wallet, campaign and moment; the same answer again changes nothing.

    `key` is the installation's secret for surveys; without it nobody can tell whose an answer is. Refuses, in this
    order: SurveyUnknown, SurveyOver once the campaign is reported, SurveyQuestionsChanged, SurveyNotForThisWallet,
    SurveyAnswersInvalid, NothingAnswered, SurveyAnsweredBefore.
    """
    survey = store.find_survey(session, survey_id)
    if survey is None:
        raise SurveyUnknown(survey_id=str(survey_id))
    store.share_turn(session, survey)
    _demand_open(session, survey)
    if not any(mine.id == survey.id for mine, _ in store.surveys_for(session, wallet_id)):
        raise SurveyNotForThisWallet
    said = checked_answers(survey.questions, answers)
    digest = answer_digest(key, survey.campaign_id, survey.moment, wallet_id)
    before = store.find_answer(session, digest)
    if before is not None:
        if before != said:
            raise SurveyAnsweredBefore
        return

    store.insert_answer(session, digest, survey.id, said, city_date(now))


def _demand_open(session: Session, survey: Survey) -> None:
    campaign = find_campaign(session, survey.campaign_id)
    if campaign is None or campaign.state is CampaignState.REPORTED:
        raise SurveyOver
    if not store.is_newest(session, survey):
        raise SurveyQuestionsChanged
