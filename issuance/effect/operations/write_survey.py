"""Write the questions of a campaign."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.effect.model import Question, Survey, SurveyMoment
from issuance.effect.refusals import SurveyIsForCommerce, SurveyOver, SurveyQuestionsFrozen
from issuance.effect.rules.questions import demand_usable
from issuance.effect.store import surveys as store
from issuance.model import CampaignState, Clerk, Desk
from issuance.queries import find_campaign
from issuance.refusals import CampaignUnknown
from kernel.ids import new_id


def write_survey(
    session: Session,
    campaign_id: UUID,
    *,
    moment: SurveyMoment,
    questions: Sequence[Question],
    by: Clerk,
    now: datetime,
) -> Survey:
    """Store questions as the next version and give it; the same questions again are the version that is there.

    Refuses, in this order: SurveyIsForCommerce, CampaignUnknown, SurveyOver once the campaign is reported,
    SurveyQuestionsNotUsable, SurveyQuestionsFrozen once somebody has answered.
    """
    if by.desk is not Desk.COMMERCE:
        raise SurveyIsForCommerce(desk=by.desk)
    campaign = find_campaign(session, campaign_id)
    if campaign is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))
    if campaign.state is CampaignState.REPORTED:
        raise SurveyOver
    demand_usable(questions, moment)
    store.take_turn(session, campaign_id, moment)
    written = [survey for survey in store.surveys_of(session, campaign_id) if survey.moment is moment]
    if written and written[-1].questions == tuple(questions):
        return written[-1]
    if answers := sum(survey.answers for survey in written):
        raise SurveyQuestionsFrozen(answers=answers)

    survey = Survey(new_id(), campaign_id, moment, len(written) + 1, tuple(questions), by.id, now)
    store.insert_survey(session, survey)
    return survey
