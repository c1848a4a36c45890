"""What a campaign brought about: how far people came, surveys, and additional spending estimated from them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from issuance.effect.model import SurveyMoment
from issuance.effect.operations.write_survey import write_survey
from issuance.effect.queries import surveys_of
from issuance.effect.refusals import SurveyIsForCommerce, SurveyOver, SurveyQuestionsFrozen, SurveyQuestionsNotUsable
from issuance.refusals import CampaignUnknown
from kernel.http import refuses
from staff_console.desks import effect
from staff_console.desks.planning import clerk_of
from staff_console.effect_schemas import EstimatesAnswer, FunnelAnswer, SurveyAnswer, SurveyBody, SurveysAnswer
from staff_console.file_answer import file_answer
from staff_console.parts import Parts
from staff_console.rights import EFFECT_READERS, SURVEY_WRITERS
from staff_console.viewer import VIEWER_REFUSALS, StaffViewer, requires

router = APIRouter(tags=["effect"])

Reader = Annotated[StaffViewer, Depends(requires(*EFFECT_READERS))]
Writer = Annotated[StaffViewer, Depends(requires(*SURVEY_WRITERS))]
READ_REFUSALS = (*VIEWER_REFUSALS, CampaignUnknown)
CSV = "text/csv; charset=utf-8"


@router.get("/campaigns/{campaign_id}/effect/funnel", responses=refuses(*READ_REFUSALS))
def funnel(campaign_id: UUID, _viewer: Reader, parts: Parts) -> FunnelAnswer:
    """People at every step by district, age band and channel; no group below five can be read or computed."""
    with parts.database.transaction() as session:
        return effect.funnel_answer(session, campaign_id)


@router.get("/campaigns/{campaign_id}/effect/funnel.csv", response_class=Response, responses=refuses(*READ_REFUSALS))
def funnel_file(campaign_id: UUID, _viewer: Reader, parts: Parts) -> Response:
    """The same for a spreadsheet: UTF-8 with a byte order mark, no cell that would be executed."""
    with parts.database.transaction() as session:
        content = effect.funnel_csv(session, campaign_id)
    return file_answer(content, f"funnel-{campaign_id}.csv", CSV)


@router.get("/campaigns/{campaign_id}/effect/estimates", responses=refuses(*READ_REFUSALS))
def estimates(campaign_id: UUID, _viewer: Reader, parts: Parts) -> EstimatesAnswer:
    """Additional spending with its interval and its weaknesses, and what was answered to every question."""
    with parts.database.transaction() as session:
        return effect.estimates_answer(session, campaign_id)


@router.get("/campaigns/{campaign_id}/effect/estimates.csv", response_class=Response, responses=refuses(*READ_REFUSALS))
def estimates_file(campaign_id: UUID, _viewer: Reader, parts: Parts) -> Response:
    """The same for a spreadsheet, with the formula; what people wrote in their own words is not in it."""
    with parts.database.transaction() as session:
        content = effect.estimates_csv(session, campaign_id)
    return file_answer(content, f"estimates-{campaign_id}.csv", CSV)


@router.get("/campaigns/{campaign_id}/surveys", responses=refuses(*VIEWER_REFUSALS))
def surveys(campaign_id: UUID, _viewer: Reader, parts: Parts) -> SurveysAnswer:
    """Every version of a campaign's questions, and how many have answered it."""
    with parts.database.transaction() as session:
        found = surveys_of(session, campaign_id)
    return SurveysAnswer(surveys=[effect.survey_answer(survey) for survey in found])


@router.post(
    "/campaigns/{campaign_id}/surveys",
    status_code=201,
    responses=refuses(*READ_REFUSALS, SurveyIsForCommerce, SurveyOver, SurveyQuestionsNotUsable, SurveyQuestionsFrozen),
)
def write(campaign_id: UUID, body: SurveyBody, viewer: Writer, parts: Parts) -> SurveyAnswer:
    """Ask these questions from now on; the same questions again are the version that is there."""
    now, by, questions = parts.clock.now(), clerk_of(viewer), effect.questions_of(body)
    written = parts.database.run(
        lambda session: write_survey(
            session, campaign_id, moment=SurveyMoment(body.moment), questions=questions, by=by, now=now
        )
    )
    return effect.survey_answer(written)
