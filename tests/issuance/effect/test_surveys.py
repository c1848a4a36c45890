"""Surveys: free, once, frozen by the first answer, taken back at will, and nobody's."""

import threading
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from issuance.effect.model import ADDED_YEN, Choice, IssuedMoney, Question, QuestionKind, SurveyMoment
from issuance.effect.operations.answer_survey import answer_survey
from issuance.effect.queries import estimate_of, figures_of, newest_survey, surveys_for, surveys_of
from issuance.effect.refusals import (
    NothingAnswered,
    SurveyAnsweredBefore,
    SurveyAnswerMissing,
    SurveyAnswersInvalid,
    SurveyIsForCommerce,
    SurveyNotForThisWallet,
    SurveyOver,
    SurveyQuestionsChanged,
    SurveyQuestionsFrozen,
    SurveyQuestionsNotUsable,
    SurveyUnknown,
)
from issuance.effect.rules.usual_questions import USUAL_QUESTIONS
from issuance.model import CampaignState
from issuance.refusals import CampaignUnknown
from kernel.clock import city_time
from kernel.db import driver_connection, violated_constraint
from kernel.refusals import Refusal
from tests.conftest import MakeDatabase
from tests.issuance.effect.town import AFTER_USE, AT_PURCHASE, KEY, SAID, Town
from tests.issuance.market import FUMI, LAST_DAY, PAYING

USUAL = USUAL_QUESTIONS[AFTER_USE]
SHORTER = USUAL[:-1]


def stored(town: Town) -> list[Any]:
    """Everything that the database keeps of answers, as its owner sees it."""
    with psycopg.connect(town.pay.url) as connection:
        return connection.execute("SELECT * FROM issuance.survey_answers").fetchall()


def offered(town: Town, number: int, key: bytes = KEY) -> list[tuple[SurveyMoment, bool]]:
    found = town.pay.run(lambda session: surveys_for(session, town.wallet(number), key=key))
    return [(item.survey.moment, item.is_answered) for item in found]


def refused(town: Town, number: int, answers: dict[str, Any]) -> Refusal:
    survey = town.asks()
    with pytest.raises(Refusal) as refusal:
        town.says(survey, number, answers)
    return refusal.value


def test_the_usual_questions_can_be_asked_at_both_moments(used: Town) -> None:
    for moment in SurveyMoment:
        survey = used.asks(moment)
        assert (survey.version, survey.questions) == (1, USUAL_QUESTIONS[moment])
    assert [item.moment for item in used.staff.run(lambda s: surveys_of(s, used.market.campaign_id))] == [
        AT_PURCHASE,
        AFTER_USE,
    ]


def test_whoever_bought_or_used_is_asked_and_nobody_else(used: Town) -> None:
    used.asks(AFTER_USE)
    used.asks(AT_PURCHASE)
    assert sorted(offered(used, 0)) == [(AFTER_USE, False), (AT_PURCHASE, False)]
    assert offered(used, 6) == [(AT_PURCHASE, False)]
    assert offered(used, 7) == []
    assert isinstance(refused(used, 6, SAID), SurveyNotForThisWallet)


def test_an_answer_knows_neither_wallet_nor_person_nor_time_of_day(used: Town) -> None:
    survey = used.asks()
    used.says(survey, 0, {**SAID, "comment": "  よかった "})
    ((digest, survey_id, day, answers),) = stored(used)
    assert (survey_id, day, answers) == (survey.id, PAYING.date(), {**SAID, "comment": "よかった"})
    assert len(digest) == 32
    for known in (*used.people[0], used.market.campaign_id):
        assert known.bytes not in digest
        assert str(known) not in str(answers)
    with psycopg.connect(used.pay.url) as connection:
        columns = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'survey_answers' ORDER BY 1"
        ).fetchall()
    assert [name for (name,) in columns] == ["answered_on", "answers", "digest", "survey_id"]


def test_without_the_key_nobody_can_tell_who_has_answered(used: Town) -> None:
    used.says(used.asks(), 0)
    assert offered(used, 0) == [(AFTER_USE, True)]
    assert offered(used, 0, key=b"another key") == [(AFTER_USE, False)]


def test_a_wallet_answers_once_and_the_same_again_changes_nothing(used: Town) -> None:
    survey = used.asks()
    used.says(survey, 0)
    used.says(survey, 0)
    assert len(stored(used)) == 1
    with pytest.raises(SurveyAnsweredBefore):
        used.says(survey, 0, {**SAID, "added_yen": 9})
    used.says(survey, 1)
    assert len(stored(used)) == 2


def test_an_answer_can_be_taken_back_and_given_anew(used: Town) -> None:
    survey = used.asks()
    used.says(survey, 0)
    with pytest.raises(SurveyAnswerMissing):
        used.takes_back(survey, 1)
    used.takes_back(survey, 0)
    assert stored(used) == []
    with pytest.raises(SurveyAnswerMissing):
        used.takes_back(survey, 0)
    used.says(survey, 0, {"comment": "もういちど"})
    assert [answers for *_, answers in stored(used)] == [{"comment": "もういちど"}]


def test_every_question_may_be_left_out_but_not_all(used: Town) -> None:
    survey = used.asks()
    used.says(survey, 0, {"added_yen": 0, "comment": "", "voucher_yen": None})
    assert [answers for *_, answers in stored(used)] == [{"added_yen": 0}]
    with pytest.raises(NothingAnswered):
        used.says(survey, 1, {"comment": "   "})
    with pytest.raises(NothingAnswered):
        used.says(survey, 1, {})


@pytest.mark.parametrize(
    "answers",
    [
        {"bought_anyway": "maybe"},
        {"bought_anyway": 1},
        {"added_yen": -1},
        {"added_yen": 1_000_001},
        {"added_yen": True},
        {"added_yen": "100"},
        {"added_yen": 1.5},
        {"comment": "長" * 501},
        {"comment": 5},
        {"wallet_id": "x"},
        {"first_time": ["yes"]},
    ],
)
def test_what_is_no_answer_is_refused_with_the_name_of_its_question(used: Town, answers: dict[str, Any]) -> None:
    refusal = refused(used, 0, {"voucher_yen": 100, **answers})
    assert refusal == SurveyAnswersInvalid(questions=tuple(answers))
    assert stored(used) == []


def test_questions_are_versions_until_somebody_answers(used: Town) -> None:
    first = used.asks()
    assert used.asks() == first
    second = used.asks(questions=SHORTER)
    assert (second.version, second.questions) == (2, SHORTER)
    with pytest.raises(SurveyQuestionsChanged):
        used.says(first, 0)
    used.says(second, 0)
    assert replace(used.asks(questions=SHORTER), answers=0) == second
    with pytest.raises(SurveyQuestionsFrozen) as refusal:
        used.asks()
    assert refusal.value.answers == 1
    used.takes_back(second, 0)
    assert used.asks().version == 3


@pytest.mark.parametrize(
    ("questions", "wrong"),
    [
        ((), {"voucher_yen", "bought_anyway", "added_yen", "first_time"}),
        ((*USUAL, USUAL[0]), {USUAL[0].name}),
        ((*USUAL[1:], replace(USUAL[0], kind=QuestionKind.TEXT)), {"voucher_yen"}),
        ((*USUAL, Question("Name", QuestionKind.TEXT, "x")), {"Name"}),
        ((*USUAL, Question("blank", QuestionKind.TEXT, " ")), {"blank"}),
        ((*USUAL, Question("long", QuestionKind.TEXT, "長" * 201)), {"long"}),
        ((*USUAL, Question("one", QuestionKind.CHOICE, "x", choices=(Choice("a", "あ"),))), {"one"}),
        (
            (*USUAL, Question("twice", QuestionKind.CHOICE, "x", choices=(Choice("a", "あ"), Choice("a", "い")))),
            {"twice"},
        ),
        ((*USUAL, Question("odd", QuestionKind.YEN, "x", choices=(Choice("a", "あ"), Choice("b", "い")))), {"odd"}),
        ((*USUAL, *(Question(f"q{n}", QuestionKind.TEXT, "x") for n in range(8))), {"q7"}),
    ],
)
def test_questions_that_cannot_be_asked_or_are_missing_are_named(
    used: Town, questions: tuple[Question, ...], wrong: set[str]
) -> None:
    with pytest.raises(SurveyQuestionsNotUsable) as refusal:
        used.asks(questions=questions)
    assert set(refusal.value.questions) == wrong


def test_a_choice_that_the_estimate_needs_keeps_its_values(used: Town) -> None:
    other = replace(USUAL[1], choices=(Choice("yes", "はい"), Choice("no", "いいえ")))
    with pytest.raises(SurveyQuestionsNotUsable) as refusal:
        used.asks(questions=(USUAL[0], other, *USUAL[2:]))
    assert refusal.value.questions == ("bought_anyway",)


def test_only_the_commerce_desk_writes_and_only_of_a_campaign_that_goes_on(used: Town) -> None:
    with pytest.raises(SurveyIsForCommerce):
        used.asks(by=FUMI)
    survey = used.asks()
    after = city_time(LAST_DAY, 9)
    for state in (CampaignState.IN_USE, CampaignState.CLOSED, CampaignState.REPORTED):
        used.market.move(state, after)
    with pytest.raises(SurveyOver):
        used.says(survey, 0)
    with pytest.raises(SurveyOver):
        used.asks()
    assert offered(used, 0) == []
    used.market.campaign_id = uuid4()
    with pytest.raises(CampaignUnknown):
        used.asks()


def test_a_survey_that_is_not_there_is_refused(used: Town) -> None:
    nowhere = replace(used.asks(), id=uuid4())
    with pytest.raises(SurveyUnknown):
        used.says(nowhere, 0)
    with pytest.raises(SurveyUnknown):
        used.takes_back(nowhere, 0)


def test_two_devices_at_one_moment_give_one_answer(used: Town) -> None:
    survey = used.asks()
    outcomes: list[object] = []
    start = threading.Barrier(6)

    def answer(number: int) -> None:
        start.wait()
        try:
            used.says(survey, 0, {"added_yen": number % 2})
            outcomes.append("taken")
        except Refusal as refusal:
            outcomes.append(type(refusal))

    threads = [threading.Thread(target=answer, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == sorted(["taken"] * 3 + [str(SurveyAnsweredBefore)] * 3)
    assert len(stored(used)) == 1


def test_whoever_writes_questions_waits_for_whoever_answers(used: Town) -> None:
    survey = used.asks()
    answered, may_end, refusals = threading.Event(), threading.Event(), list[Refusal]()

    def answer(session: Any) -> None:
        answer_survey(session, survey.id, wallet_id=used.wallet(0), answers=SAID, key=KEY, now=PAYING)
        answered.set()
        assert may_end.wait(20)

    def write() -> None:
        try:
            used.asks(questions=SHORTER)
        except Refusal as refusal:
            refusals.append(refusal)

    answering = threading.Thread(target=used.pay.run, args=[answer])
    answering.start()
    assert answered.wait(20)
    writing = threading.Thread(target=write)
    writing.start()
    may_end.set()
    answering.join()
    writing.join()
    assert refusals == [SurveyQuestionsFrozen(answers=1)]


def test_the_database_itself_freezes_questions_and_answers(used: Town) -> None:
    survey = used.asks()
    older = used.asks(AT_PURCHASE)
    used.asks(AT_PURCHASE, USUAL_QUESTIONS[AT_PURCHASE][:-1])
    used.says(survey, 0)
    again = """INSERT INTO issuance.surveys SELECT gen_random_uuid(), campaign_id, moment, 9, questions, written_by,
        written_at FROM issuance.surveys WHERE id = %s"""
    stale = "INSERT INTO issuance.survey_answers VALUES (sha256('x'), %s, '2023-09-18', '{}')"
    for statement, subject, constraint in (
        (again, survey.id, "surveys_frozen_once_answered"),
        (stale, older.id, "survey_answers_to_the_newest"),
    ):
        with psycopg.connect(used.pay.url) as connection, pytest.raises(psycopg.errors.CheckViolation) as refusal:
            connection.execute(statement.encode(), [subject])
        assert violated_constraint(refusal.value) == constraint
    for statement in (
        "UPDATE issuance.surveys SET version = 5",
        "DELETE FROM issuance.surveys",
        "UPDATE issuance.survey_answers SET answers = '{}'",
        "TRUNCATE issuance.survey_answers",
        "DELETE FROM issuance.campaign_openings",
    ):
        with psycopg.connect(used.pay.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("kashiman_staff", "SELECT digest FROM issuance.survey_answers"),
        ("kashiman_staff", "DELETE FROM issuance.survey_answers"),
        ("kashiman_staff", "INSERT INTO issuance.survey_answers DEFAULT VALUES"),
        ("kashiman_pay", "INSERT INTO issuance.surveys DEFAULT VALUES"),
        ("kashiman_worker", "SELECT answers FROM issuance.survey_answers"),
        ("kashiman_apply", "SELECT answers FROM issuance.survey_answers"),
        ("kashiman_auditor", "SELECT answers FROM issuance.survey_answers"),
    ],
)
def test_each_role_does_its_part_and_no_more(make_database: MakeDatabase, role: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
        make_database(role).run(lambda session: driver_connection(session).execute(statement.encode()))


def test_an_estimate_stands_on_what_the_books_say_was_used(used: Town) -> None:
    """Six used 3,000 yen each, 600 of it premium; five say that they would have bought nothing, and added 1,200."""
    survey = used.asks()
    for number in range(5):
        used.says(survey, number)
    found = used.staff.run(lambda session: estimate_of(session, used.market.campaign_id, AFTER_USE))
    assert (found.asked, found.answers, found.base) == (6, 5, IssuedMoney(18_000, 3_600))
    assert found.per_100_yen_of_voucher is not None
    assert found.per_100_yen_of_voucher.point == 124
    assert found.in_all_yen is not None
    assert found.in_all_yen.point == 22_320
    bought = used.staff.run(lambda session: estimate_of(session, used.market.campaign_id, AT_PURCHASE))
    assert (bought.asked, bought.answers, bought.base) == (7, 0, IssuedMoney(35_000, 7_000))
    assert bought.why_nothing is not None
    newest = used.staff.run(lambda session: newest_survey(session, used.market.campaign_id, AFTER_USE))
    assert newest is not None
    figures = used.staff.run(lambda session: figures_of(session, newest))
    assert {item.question.name: item.mean_yen for item in figures}[ADDED_YEN] == 1_200
    assert isinstance(newest.id, UUID)
