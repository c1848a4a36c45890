"""The documents of effect. People and yen are whole numbers; null is what may not be told, or cannot be said."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from staff_console.schemas import Document

Moment = Literal["at_purchase", "after_use"]


class GroupAnswer(Document):
    """People of one district or one channel."""

    group: str = Field(examples=["浜"])
    people: int | None = Field(description="null: fewer than five, or from it fewer than five could be computed")


class DistrictAnswer(GroupAnswer):
    """People of one district, all together and by age band in the order of the document."""

    by_age_band: list[int | None]


class StepAnswer(Document):
    """How many people came to one step."""

    step: str = Field(examples=["applied"])
    people: int | None
    by_age_band: list[int | None]
    by_district: list[DistrictAnswer]
    by_channel: list[GroupAnswer]


class FunnelAnswer(Document):
    """Every step of a campaign: those who might apply, then those who did more and more."""

    campaign_id: UUID
    age_bands: list[str] = Field(examples=[["18-29", "30-44", "45-64", "65-74", "75+"]])
    steps: list[StepAnswer]


class SurveyChoice(Document):
    """A possible answer: what is stored, and what is read."""

    value: str
    text: str


class SurveyQuestion(Document):
    """A question; only one of choices has choices."""

    name: str = Field(examples=["added_yen"])
    kind: Literal["choice", "yen", "text"]
    text: str
    explanation: str = ""
    choices: list[SurveyChoice] = Field(default_factory=list)


class SurveyBody(Document):
    """Questions of a campaign at a moment; without questions the usual ones are asked."""

    moment: Moment
    questions: list[SurveyQuestion] | None = Field(default=None, min_length=1, max_length=20)


class SurveyAnswer(Document):
    """A version of the questions; as long as it has no answers another can be written."""

    survey_id: UUID
    moment: Moment
    version: int
    written_at: datetime
    answers: int
    questions: list[SurveyQuestion]


class SurveysAnswer(Document):
    """Every version, at purchase first."""

    surveys: list[SurveyAnswer]


class IntervalAnswer(Document):
    """A figure and its 95 % interval."""

    point: int = Field(examples=[320])
    low: int
    high: int


class ChosenAnswer(SurveyChoice):
    """How many chose an answer."""

    people: int | None


class QuestionFiguresAnswer(Document):
    """What was answered to one question."""

    name: str
    text: str
    answered: int | None
    by_choice: list[ChosenAnswer]
    mean_yen: int | None
    texts: list[str]


class EstimateAnswer(Document):
    """Additional spending as far as answers tell, with what has to be known beside it."""

    moment: Moment
    asked: int
    answers: int
    usable: int
    response_permille: int | None
    value_yen: int
    premium_yen: int
    why_nothing: str | None = Field(description="Why nothing can be said; null when it can")
    per_100_yen_of_voucher: IntervalAnswer | None
    per_100_yen_of_premium: IntervalAnswer | None
    in_all_yen: IntervalAnswer | None
    if_silent_added_nothing_yen: int | None
    first_time_permille: IntervalAnswer | None
    caveats: list[str] = Field(description="Sentences in Japanese")
    questions: list[QuestionFiguresAnswer]


class EstimatesAnswer(Document):
    """Of what was planned when buying, and of what was done."""

    campaign_id: UUID
    formula: str
    estimates: list[EstimateAnswer]
