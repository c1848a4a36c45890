"""The tables of surveys and the funnel; the migration is the truth about triggers and grants."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from issuance.tables.columns import CAMPAIGN, SCHEMA, reference
from issuance.tables.columns import moment as instant

SURVEY = "issuance.surveys.id"


class CampaignOpeningRow(SQLModel, table=True):
    """A wallet was shown something of a campaign for the first time. Only ever added to."""

    __tablename__: ClassVar[str] = "campaign_openings"
    __table_args__ = (SCHEMA,)

    campaign_id: UUID = Field(sa_column=reference(CAMPAIGN, "campaign_openings_campaign_exists", primary_key=True))
    wallet_id: UUID = Field(primary_key=True)
    opened_on: date


class SurveyRow(SQLModel, table=True):
    """A version of the questions of a campaign at a moment. Only ever added to, until somebody answers."""

    __tablename__: ClassVar[str] = "surveys"
    __table_args__ = (
        UniqueConstraint("campaign_id", "moment", "version", name="surveys_one_of_each"),
        CheckConstraint("moment IN ('at_purchase', 'after_use')", name="surveys_moment_is_known"),
        CheckConstraint("version > 0", name="surveys_version_is_positive"),
        CheckConstraint("jsonb_typeof(questions) = 'array'", name="surveys_questions_are_a_list"),
        SCHEMA,
    )

    id: UUID = Field(primary_key=True)
    campaign_id: UUID = Field(sa_column=reference(CAMPAIGN, "surveys_campaign_exists"))
    moment: str = Field(sa_type=Text)
    version: int
    questions: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    written_by: UUID
    written_at: datetime = Field(sa_column=instant())


class SurveyAnswerRow(SQLModel, table=True):
    """What somebody said, under a digest that keeps it single. It can be taken back and never changed."""

    __tablename__: ClassVar[str] = "survey_answers"
    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="survey_answers_digest_is_sha256"),
        CheckConstraint("jsonb_typeof(answers) = 'object'", name="survey_answers_are_an_object"),
        Index("survey_answers_survey", "survey_id"),
        SCHEMA,
    )

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    survey_id: UUID = Field(sa_column=reference(SURVEY, "survey_answers_survey_exists"))
    answered_on: date
    answers: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
