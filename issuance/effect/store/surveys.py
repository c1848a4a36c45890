"""Statements about surveys and their answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlmodel import Session

from issuance.effect.model import Answers, Question, Survey, SurveyMoment, question_from_record
from kernel.db import driver_connection

SURVEY = "s.id, s.campaign_id, s.moment, s.version, s.questions, s.written_by, s.written_at"
INSERT = """
INSERT INTO issuance.surveys (id, campaign_id, moment, version, questions, written_by, written_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
OF_CAMPAIGN = f"""
SELECT {SURVEY}, (SELECT count(*) FROM issuance.survey_answers AS a WHERE a.survey_id = s.id)
FROM issuance.surveys AS s WHERE s.campaign_id = %s ORDER BY s.moment DESC, s.version
"""  # noqa: S608
FIND = f"SELECT {SURVEY}, 0 FROM issuance.surveys AS s WHERE s.id = %s"  # noqa: S608
TURN = "SELECT pg_advisory_xact_lock(7005, hashtext(%s::text || %s))"
SHARED_TURN = "SELECT pg_advisory_xact_lock_shared(7005, hashtext(%s::text || %s))"
NEWEST_VERSION = "SELECT max(version) FROM issuance.surveys WHERE campaign_id = %s AND moment = %s"
FOR_WALLET = f"""
SELECT {SURVEY}, 0, c.title
FROM issuance.surveys AS s JOIN issuance.campaigns AS c ON c.id = s.campaign_id AND c.state <> 'reported'
WHERE s.version = (
    SELECT max(v.version) FROM issuance.surveys AS v WHERE v.campaign_id = s.campaign_id AND v.moment = s.moment
) AND CASE s.moment WHEN 'at_purchase' THEN EXISTS (
    SELECT FROM issuance.purchases AS p
    WHERE p.wallet_id = %(wallet_id)s AND p.campaign_id = s.campaign_id AND p.state IN ('paid', 'disputed')
) ELSE EXISTS (
    SELECT FROM ledger.wallets_that_spent AS w WHERE w.wallet_id = %(wallet_id)s AND w.campaign_id = s.campaign_id
) END
ORDER BY s.written_at DESC, s.id
"""  # noqa: S608
INSERT_ANSWER = """
INSERT INTO issuance.survey_answers (digest, survey_id, answered_on, answers) VALUES (%s, %s, %s, %s)
"""


def insert_survey(session: Session, survey: Survey) -> None:
    """Write a version of the questions of a campaign at a moment."""
    questions = Jsonb([question.record() for question in survey.questions])
    facts = [survey.id, survey.campaign_id, survey.moment, survey.version, questions]
    driver_connection(session).execute(INSERT, [*facts, survey.written_by, survey.written_at])


def take_turn(session: Session, campaign_id: UUID, moment: SurveyMoment) -> None:
    """Let nobody answer, or write questions, until this transaction ends."""
    driver_connection(session).execute(TURN, [campaign_id, moment])


def share_turn(session: Session, survey: Survey) -> None:
    """Let nobody write other questions until this transaction ends."""
    driver_connection(session).execute(SHARED_TURN, [survey.campaign_id, survey.moment])


def surveys_of(session: Session, campaign_id: UUID) -> list[Survey]:
    """Every version of a campaign's surveys, at purchase first, with its answers counted."""
    return [_survey(row) for row in driver_connection(session).execute(OF_CAMPAIGN, [campaign_id])]


def find_survey(session: Session, survey_id: UUID) -> Survey | None:
    """A version of questions; its answers are not counted."""
    row = driver_connection(session).execute(FIND, [survey_id]).fetchone()
    return _survey(row) if row else None


def is_newest(session: Session, survey: Survey) -> bool:
    """Whether nobody wrote other questions after these."""
    row = driver_connection(session).execute(NEWEST_VERSION, [survey.campaign_id, survey.moment]).fetchone()
    return row is not None and row[0] == survey.version


def surveys_for(session: Session, wallet_id: UUID) -> list[tuple[Survey, str]]:
    """The newest questions of campaigns that are not reported, whose moment this wallet has had; with their titles."""
    return [(_survey(row), row[8]) for row in driver_connection(session).execute(FOR_WALLET, {"wallet_id": wallet_id})]


def find_answer(session: Session, digest: bytes) -> Answers | None:
    """The answer that stands under a digest."""
    statement = "SELECT answers FROM issuance.survey_answers WHERE digest = %s"
    row = driver_connection(session).execute(statement, [digest]).fetchone()
    return row[0] if row else None


def insert_answer(session: Session, digest: bytes, survey_id: UUID, answers: Answers, day: date) -> None:
    """Write an answer; the database knows its day and nothing else of who gave it."""
    driver_connection(session).execute(INSERT_ANSWER, [digest, survey_id, day, Jsonb(dict(answers))])


def delete_answer(session: Session, digest: bytes) -> bool:
    """Forget an answer; False when there is none."""
    statement = "DELETE FROM issuance.survey_answers WHERE digest = %s"
    return driver_connection(session).execute(statement, [digest]).rowcount == 1


def answers_of(session: Session, survey_id: UUID) -> list[Answers]:
    """Every answer, in no order that tells who gave it."""
    statement = "SELECT answers FROM issuance.survey_answers WHERE survey_id = %s ORDER BY answers::text"
    return [row[0] for row in driver_connection(session).execute(statement, [survey_id])]


def _survey(row: tuple[Any, ...]) -> Survey:
    survey_id, campaign_id, moment, version, questions, written_by, written_at, answers = row[:8]
    asked: tuple[Question, ...] = tuple(question_from_record(members) for members in questions)
    when: datetime = written_at
    return Survey(survey_id, campaign_id, SurveyMoment(moment), version, asked, written_by, when, answers)
