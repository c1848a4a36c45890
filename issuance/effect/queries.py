"""Questions about what a campaign brought about; frozen views come back."""

from uuid import UUID

from sqlmodel import Session

from issuance.effect.model import (
    Estimate,
    Funnel,
    OfferedSurvey,
    QuestionFigures,
    Survey,
    SurveyMoment,
)
from issuance.effect.rules.answers import question_figures
from issuance.effect.rules.digests import answer_digest
from issuance.effect.rules.estimate import estimate_effect
from issuance.effect.rules.funnel import build_funnel
from issuance.effect.store import funnel as funnel_store
from issuance.effect.store import surveys as store


def funnel_of(session: Session, campaign_id: UUID) -> Funnel:
    """How many came how far, by district, age band and channel, as far as it may be told. For staff alone."""
    return build_funnel(funnel_store.funnel_counts(session, campaign_id))


def surveys_of(session: Session, campaign_id: UUID) -> list[Survey]:
    """Every version of a campaign's surveys, at purchase first, with its answers counted."""
    return store.surveys_of(session, campaign_id)


def newest_survey(session: Session, campaign_id: UUID, moment: SurveyMoment) -> Survey | None:
    """The questions that are asked now; None when nothing is asked."""
    return next((item for item in reversed(store.surveys_of(session, campaign_id)) if item.moment is moment), None)


def surveys_for(session: Session, wallet_id: UUID, *, key: bytes) -> list[OfferedSurvey]:
    """The surveys that a wallet may answer or has answered, the newest first."""
    return [
        OfferedSurvey(survey, title, _is_answered(session, survey, wallet_id, key))
        for survey, title in store.surveys_for(session, wallet_id)
    ]


def estimate_of(session: Session, campaign_id: UUID, moment: SurveyMoment) -> Estimate:
    """Additional spending by the newest survey of a moment: of what was bought, or after use of what was used."""
    base, asked = (
        funnel_store.sold(session, campaign_id)
        if moment is SurveyMoment.AT_PURCHASE
        else funnel_store.used(session, campaign_id)
    )
    survey = newest_survey(session, campaign_id, moment)
    answers = store.answers_of(session, survey.id) if survey else []
    return estimate_effect(answers, moment=moment, asked=asked, base=base)


def figures_of(session: Session, survey: Survey) -> list[QuestionFigures]:
    """What was answered to each question of a survey, as far as it may be told."""
    return question_figures(survey.questions, store.answers_of(session, survey.id))


def _is_answered(session: Session, survey: Survey, wallet_id: UUID, key: bytes) -> bool:
    digest = answer_digest(key, survey.campaign_id, survey.moment, wallet_id)
    return store.find_answer(session, digest) is not None
