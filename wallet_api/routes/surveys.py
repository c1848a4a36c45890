"""Surveys: asked of whoever bought or used vouchers, answered by whoever likes to."""

from uuid import UUID

from fastapi import APIRouter

from issuance.effect.model import OfferedSurvey
from issuance.effect.operations.answer_survey import answer_survey
from issuance.effect.operations.withdraw_answer import withdraw_answer
from issuance.effect.queries import surveys_for
from issuance.effect.refusals import (
    NothingAnswered,
    SurveyAnsweredBefore,
    SurveyAnswerMissing,
    SurveyAnswersInvalid,
    SurveyNotForThisWallet,
    SurveyOver,
    SurveyQuestionsChanged,
    SurveyUnknown,
)
from kernel.http import refuses
from wallet_api.parts import Parts
from wallet_api.schemas import SurveyAnswer, SurveyAnswersBody, SurveysAnswer
from wallet_api.viewer import SIGN_IN_REFUSALS, Resident

router = APIRouter(tags=["surveys"], responses=refuses(*SIGN_IN_REFUSALS))

ANSWER_REFUSALS = (
    *SIGN_IN_REFUSALS,
    SurveyUnknown,
    SurveyOver,
    SurveyQuestionsChanged,
    SurveyNotForThisWallet,
    SurveyAnswersInvalid,
    NothingAnswered,
    SurveyAnsweredBefore,
)


@router.get("/surveys")
def surveys(resident: Resident, parts: Parts) -> SurveysAnswer:
    """The surveys that the resident may answer, or has answered, with their questions."""
    with parts.database.transaction() as session:
        offered = surveys_for(session, resident.wallet_id, key=parts.survey_key)
    return SurveysAnswer(surveys=[_answer(item) for item in offered])


@router.post("/surveys/{survey_id}/answers", status_code=204, responses=refuses(*ANSWER_REFUSALS))
def answer(survey_id: UUID, body: SurveyAnswersBody, resident: Resident, parts: Parts) -> None:
    """Answer once. It is kept without a name and without the wallet; the same answer again changes nothing."""
    now = parts.clock.now()
    parts.database.run(
        lambda session: answer_survey(
            session, survey_id, wallet_id=resident.wallet_id, answers=body.answers, key=parts.survey_key, now=now
        )
    )


@router.post("/surveys/{survey_id}/withdrawal", status_code=204, responses=refuses(SurveyUnknown, SurveyAnswerMissing))
def withdraw(survey_id: UUID, resident: Resident, parts: Parts) -> None:
    """Take the answer back: it is forgotten."""
    parts.database.run(
        lambda session: withdraw_answer(session, survey_id, wallet_id=resident.wallet_id, key=parts.survey_key)
    )


def _answer(offered: OfferedSurvey) -> SurveyAnswer:
    survey = offered.survey
    return SurveyAnswer.model_validate(
        {
            "survey_id": survey.id,
            "campaign_title": offered.campaign_title,
            "moment": survey.moment.value,
            "is_answered": offered.is_answered,
            "questions": [
                {
                    "name": question.name,
                    "kind": question.kind.value,
                    "text": question.text,
                    "explanation": question.explanation,
                    "choices": [choice._asdict() for choice in question.choices],
                }
                for question in survey.questions
            ],
        }
    )
