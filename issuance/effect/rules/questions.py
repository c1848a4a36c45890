"""Which questions may be asked, and which answers are ones."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from issuance.effect.model import (
    ADDED_YEN,
    ALL,
    ANSWER_YEN_MAX,
    BOUGHT_ANYWAY,
    FIRST_TIME,
    NO,
    NOTHING,
    PART,
    TEXT_LENGTH_MAX,
    VOUCHER_YEN,
    YES,
    Answers,
    Question,
    QuestionKind,
    SurveyMoment,
)
from issuance.effect.refusals import NothingAnswered, SurveyAnswersInvalid, SurveyQuestionsNotUsable

QUESTIONS_MAX = 12
QUESTION_LENGTH_MAX = 200
CHOICES_MAX = 8
NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_MONEY: Mapping[str, frozenset[str]] = {
    BOUGHT_ANYWAY: frozenset({ALL, PART, NOTHING}),
    VOUCHER_YEN: frozenset(),
    ADDED_YEN: frozenset(),
}
NEEDED: Mapping[SurveyMoment, Mapping[str, frozenset[str]]] = {
    SurveyMoment.AT_PURCHASE: _MONEY,
    SurveyMoment.AFTER_USE: {**_MONEY, FIRST_TIME: frozenset({YES, NO})},
}
"""The questions that the estimate needs, with the values of their choices; without choices they are asked in yen."""


def demand_usable(questions: Sequence[Question], moment: SurveyMoment) -> None:
    """Refuse SurveyQuestionsNotUsable with the names of all questions that cannot be asked so, or are missing."""
    names = [question.name for question in questions]
    wrong = {question.name for question in questions if not _is_well_formed(question)}
    wrong |= {name for name in names if names.count(name) > 1}
    wrong |= set(names[QUESTIONS_MAX:])
    by_name = {question.name: question for question in questions}
    for name, values in NEEDED[moment].items():
        if name not in by_name or not _means(by_name[name], values):
            wrong.add(name)
    if wrong:
        raise SurveyQuestionsNotUsable(questions=tuple(sorted(wrong)))


def checked_answers(questions: Sequence[Question], given: Mapping[str, Any]) -> Answers:
    """What was said, without what was left out; a text loses the white space around it.

    Refuses, in this order: SurveyAnswersInvalid with the names of all answers that are none; NothingAnswered.
    """
    by_name = {question.name: question for question in questions}
    said = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    said = {name: value for name, value in said.items() if value is not None and value != ""}
    wrong = {name for name, value in said.items() if name not in by_name or not _answers(by_name[name], value)}
    if wrong:
        raise SurveyAnswersInvalid(questions=tuple(sorted(wrong)))
    if not said:
        raise NothingAnswered
    return said


def _is_well_formed(question: Question) -> bool:
    values = [choice.value for choice in question.choices]
    texts = [question.text, *(choice.text for choice in question.choices)]
    is_choice = question.kind is QuestionKind.CHOICE
    return (
        NAME.fullmatch(question.name) is not None
        and all(text.strip() and len(text) <= QUESTION_LENGTH_MAX for text in texts)
        and len(question.explanation) <= QUESTION_LENGTH_MAX
        and (2 <= len(values) <= CHOICES_MAX if is_choice else not values)
        and len(set(values)) == len(values)
        and all(NAME.fullmatch(value) for value in values)
    )


def _means(question: Question, values: frozenset[str]) -> bool:
    if not values:
        return question.kind is QuestionKind.YEN
    return question.kind is QuestionKind.CHOICE and {choice.value for choice in question.choices} == values


def _answers(question: Question, value: object) -> bool:
    match question.kind:
        case QuestionKind.CHOICE:
            return any(choice.value == value for choice in question.choices)
        case QuestionKind.YEN:
            return type(value) is int and 0 <= value <= ANSWER_YEN_MAX
        case QuestionKind.TEXT:
            return isinstance(value, str) and len(value) <= TEXT_LENGTH_MAX
